"""Formats of carriers that deliver on several continents, and of the posts.

Facts from the tracking_number_data repository (jkeen, MIT licence, commit b79ce4bf), written anew: its
ids are kept, rows without one have got one here. Rows from elsewhere say so. Tracking pages are over
https.

DHL names the starts of its numbers at www.dhl.com/cz-en/home/tracking/id-labels.html, not their lengths.
The S10 rows of single posts take the place of the anonymous one for posts whose tracking page we know.
"""

from __future__ import annotations

from shared.carriers.detect.check_digits import mod7, mod10, s10
from shared.carriers.detect.format import Format, digits

_DHL_LABELS = "www.dhl.com, shipment tracking labels"
_DHL_EXPRESS_URL = "https://www.dhl.com/en/express/tracking.html?brand=DHL&AWB={}"
_DHL_URL = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"

_DHL = (
    Format(
        id="dhl_express",
        carrier="dhl",
        pattern=r"(?P<serial>[0-9]{9,10})(?P<digit>[0-9])",
        check=mod7,
        url=_DHL_EXPRESS_URL,
    ),
    Format(
        id="dhl_express_piece_id",
        carrier="dhl",
        pattern="J[A-Z]{2,3}[0-9]{9,10}",
        mark="JJD|JVGL",
        url=_DHL_EXPRESS_URL,
    ),
    Format(
        id="dhl_ecommerce",
        carrier="dhl",
        pattern="(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[0-9][0-9A-Z]{9,38}",
        mark="GM",
        url=_DHL_EXPRESS_URL,
    ),
    Format(id="dhl_ecommerce_14", carrier="dhl", pattern="[0-9]{14}", url=_DHL_EXPRESS_URL),
    Format(
        # Lengths as seen: 10 to 13 and 18 to 20 digits. Sixteen are Yodel's.
        id="dhl_parcel_jjd",
        carrier="dhl",
        pattern="JJD(?:[0-9]{11,13}|[0-9]{18,20})|JD[0-9]{18}|JVGL[0-9]{11,20}",
        mark="J",
        url=_DHL_URL,
        source=_DHL_LABELS,
    ),
    Format(
        # As PostNL's: the two share the start that the carriers of the Netherlands use.
        id="dhl_parcel_3s",
        carrier="dhl",
        pattern="3S[A-Z0-9]{8,13}",
        mark="3S",
        countries=frozenset({"NL", "BE", "LU"}),
        url=_DHL_URL,
        source=_DHL_LABELS,
    ),
)

_UPS_URL = "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={}"

_OTHERS = (
    Format(
        id="ups",
        carrier="ups",
        pattern="1Z(?P<serial>[A-Z0-9]{15})(?P<digit>[0-9])",
        check=mod10(1, 2),
        mark="1Z",
        url=_UPS_URL,
    ),
    Format(
        id="ups_waybill",
        carrier="ups",
        pattern=rf"[AHJKTV]{digits(10)}",
        check=mod10(1, 2),
        mark="[A-Z]",
        url=_UPS_URL,
    ),
    Format(id="amazon_logistics", carrier="amazon", pattern="TB[ACM][0-9]{12}", mark="TB"),
    Format(id="amazon_international", carrier="amazon", pattern="[AFC][0-9]{10}"),
    Format(
        id="landmark_global",
        carrier="landmark",
        pattern="LTN[0-9]{8}N1",
        mark="LTN",
        url="https://track.landmarkglobal.com/?search={}",
    ),
    Format(
        id="yunexpress",
        carrier="yunexpress",
        pattern="YT[0-9]{16}",
        mark="YT",
        url="https://www.yuntrack.com/parcelTracking?id={}",
    ),
)

# The posts that number their items by UPU standard S10: ISO 3166-1 alpha-2, without territories.
_S10_COUNTRIES = (
    "AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT "
    "BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ "
    "EC EE EG ER ES ET FI FJ FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR "
    "HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA "
    "LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MR MT MU MV MW "
    "MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PT PY QA RO RS "
    "RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ "
    "TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW"
)


def _post(carrier: str, country: str, url: str, *, service: str = "[A-Z]{2}") -> Format:
    return Format(
        id=f"s10_{carrier}",
        carrier=carrier,
        pattern=rf"{service}{digits(9)}{country}",
        check=s10,
        mark="[A-Z]",
        url=url,
        source="UPU standard S10; the designated operators of the Universal Postal Union",
    )


_POSTS = (
    Format(
        # Whoever's post it is: sure of the format, silent about who carries it. Hence without a mark.
        id="s10",
        carrier="s10",
        pattern=rf"[A-Z]{{2}}{digits(9)}(?:{_S10_COUNTRIES.replace(' ', '|')})",
        check=s10,
    ),
    _post(
        "canada_post", "CA", "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}"
    ),
    # Deutsche Post has its parcels (service C) carried by DHL.
    _post(
        "dhl",
        "DE",
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
        service="C[A-Z]",
    ),
    _post("deutsche_post", "DE", "", service="[ABD-Z][A-Z]"),
    _post("la_poste", "FR", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    _post("postnl", "NL", "https://www.postnl.nl/track-en-trace/{}"),
    _post("ptt", "TR", "https://gonderitakip.ptt.gov.tr/Track/Verify?q={}"),
    _post("royal_mail", "GB", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    _post("usps", "US", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
)

FORMATS: tuple[Format, ...] = _DHL + _OTHERS + _POSTS
