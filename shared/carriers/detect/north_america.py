"""Formats of carriers in the United States and Canada.

Facts from the tracking_number_data repository (jkeen, MIT licence, commit b79ce4bf), written anew: its
ids are kept, rows without one have got one here. Tracking pages are its too, over https.
"""

from __future__ import annotations

from shared.carriers.detect.check_digits import luhn, mod10, weighted, with_prefix
from shared.carriers.detect.format import Format, digits

_US = frozenset({"US"})
_CA = frozenset({"CA"})
_BOTH = _US | _CA

_FEDEX_URL = "https://www.fedex.com/apps/fedextrack/?tracknumbers={}"
_FEDEX_EXPRESS = weighted(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, modulo=11)
_FEDEX_BARCODE = weighted(1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, modulo=11)

_FEDEX = (
    Format(
        id="fedex_12",
        carrier="fedex",
        pattern=digits(12),
        check=_FEDEX_EXPRESS,
        countries=_BOTH,
        url=_FEDEX_URL,
    ),
    Format(
        id="fedex_34",
        carrier="fedex",
        pattern=rf"[0-8][0-9]{{19}}{digits(14)}",
        check=_FEDEX_BARCODE,
        mark="(?!420)",  # 420 and a postcode are USPS's
        url=_FEDEX_URL,
    ),
    Format(
        # The label's old bar code. It holds a number of twelve digits, but no tracking page takes it whole.
        id="fedex_astra_32",
        carrier="fedex",
        pattern=rf"3[0-9]{{15}}{digits(12)}[0-9]{{4}}",
        check=_FEDEX_EXPRESS,
        mark="3",
    ),
    Format(
        id="fedex_ground",
        carrier="fedex",
        pattern=digits(15),
        check=mod10(1, 3),
        countries=_BOTH,
        url=_FEDEX_URL,
    ),
    Format(
        id="fedex_ground_sscc_18",
        carrier="fedex",
        pattern=rf"[0-9]{{2}}{digits(16)}",
        check=mod10(3, 1),
        countries=_BOTH,
        url=_FEDEX_URL,
    ),
    Format(
        id="fedex_ground_96",
        carrier="fedex",
        pattern=rf"96[0-9]{{5}}{digits(15)}",
        check=mod10(1, 3),
        mark="96",
        url=_FEDEX_URL,
    ),
    Format(
        id="fedex_ground_gsn",
        carrier="fedex",
        pattern=rf"96[0-9]{{18}}{digits(14)}",
        check=_FEDEX_BARCODE,
        mark="96",
        url=_FEDEX_URL,
    ),
)

_USPS_URL = "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"
_POSTCODE = "420[0-9]{5}"  # may stand in front: where the parcel goes

_USPS = (
    Format(
        id="usps_20",
        carrier="usps",
        pattern=digits(20),
        check=mod10(3, 1),
        countries=_US,
        url=_USPS_URL,
    ),
    Format(
        id="usps_legacy",
        carrier="usps",
        pattern=rf"(?:{_POSTCODE}(?:[0-9]{{4}})?)?(?P<serial>(?:91)?[0-9]{{19}})(?P<digit>[0-9])",
        check=with_prefix("91", mod10(3, 1)),
        mark=r"91(?=[0-9]{20}$)|420(?=[0-9]{25,31}$)",
        countries=_US,
        url=_USPS_URL,
    ),
    Format(
        id="usps_impb_n",
        carrier="usps",
        pattern=(
            rf"(?:{_POSTCODE}(?:[0-9]{{4}}(?=[0-9]{{22}}$)|(?=(?:[0-9]{{22}}|[0-9]{{26}})$)))?"
            r"(?P<serial>94[0-9]{3}(?:[0-9]{16}|[0-9]{20}|9[0-9]{23}))(?P<digit>[0-9])"
        ),
        check=mod10(3, 1),
        mark="94|420",
        url=_USPS_URL,
    ),
    Format(
        id="usps_impb_c",
        carrier="usps",
        pattern=(
            rf"(?:{_POSTCODE}(?:[0-9]{{4}}(?=[0-9]{{22}}$))?)?"
            r"(?P<serial>(?:92[0-9]{3}9|93[0-9]{3}[0-8]|95[0-9]{4})(?:[0-9]{15}|[0-9]{19}))(?P<digit>[0-9])"
        ),
        check=mod10(3, 1),
        mark="9[235]|420",
        url=_USPS_URL,
    ),
)

_PUROLATOR_URL = "https://www.purolator.com/en/shipping/tracker?searchValue={}"

_CANADIAN = (
    Format(
        id="canada_post",
        carrier="canada_post",
        pattern=digits(16),
        check=mod10(3, 1),
        countries=_CA,
        url="https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    ),
    Format(
        id="canpar_22",
        carrier="canpar",
        pattern="[CDKLSUXZ][0-9]{21}",
        mark="[A-Z]",
        url="https://www.canpar.com/en/track/tracking.jsp?reference={}&locale=en",
    ),
    Format(
        id="purolator_numeric",
        carrier="purolator",
        pattern=r"(?P<serial>[0-5][0-9]{10})(?P<digit>[0-9])",
        check=luhn,
        countries=_CA,
        url=_PUROLATOR_URL,
    ),
    Format(
        id="purolator_alpha",
        carrier="purolator",
        pattern="[A-Z]{3}[0-9]{9}",
        countries=_CA,
        url=_PUROLATOR_URL,
    ),
)

_ONTRAC_URL = "https://www.ontrac.com/tracking/?number={}"
_OLD_DOMINION_URL = "https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={}"

_REGIONAL = (
    Format(
        id="ontrac_c",
        carrier="ontrac",
        pattern=rf"C{digits(14)}",
        check=with_prefix("4", mod10(1, 2)),
        mark="C",
        url=_ONTRAC_URL,
    ),
    Format(
        id="ontrac_d",
        carrier="ontrac",
        pattern=rf"D{digits(14)}",
        check=with_prefix("5", mod10(1, 2)),
        mark="D",
        url=_ONTRAC_URL,
    ),
    Format(
        id="old_dominion",
        carrier="old_dominion",
        pattern=r"(?P<serial>(?:77[78]|072|780)[0-9]{7})(?P<digit>[0-9])",
        check=luhn,
        countries=_US,
        url=_OLD_DOMINION_URL,
    ),
    Format(
        id="old_dominion_guaranteed",
        carrier="old_dominion",
        pattern=r"(?P<serial>80[0-9]{8})(?P<digit>[0-9])",
        check=luhn,
        countries=_US,
        url=_OLD_DOMINION_URL,
    ),
    Format(id="lasership_lx", carrier="lasership", pattern="L[AIEHNX][1-3][0-9]{7}", mark="L"),
    Format(id="lasership_1ls7", carrier="lasership", pattern="1LS7[12][0-9]{10}", mark="1LS"),
    Format(
        id="lasership_1ls7_18", carrier="lasership", pattern="1LS7[12][0-9]{2}01[1-4][0-9]{6}-1", mark="1LS"
    ),
    Format(id="lasership_1lscx", carrier="lasership", pattern="1LSCX[0-9A-Z]{10}", mark="1LS"),
    Format(
        id="speedee",
        carrier="speedee",
        pattern="SP[0-9]{18}",
        mark="SP",
        url="https://www.speedeedelivery.com/track/?tracking={}",
    ),
    Format(
        id="gofo_us",
        carrier="gofo",
        pattern="GFUS[0-9]{14}",
        mark="GFUS",
        url="https://www.gofoexpress.com/tracking.html?searchID={}",
    ),
)

FORMATS: tuple[Format, ...] = _FEDEX + _USPS + _CANADIAN + _REGIONAL
