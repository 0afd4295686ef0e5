"""Formats of carriers in Europe and Turkey; what each row is from stands in it.

Few of them publish how their numbers are made. Where no check digit is known, none is invented and the
number alone says little. The carriers of Turkey publish nothing: their rows only help where the channel
or the connection names the carrier. Tracking pages are the ones the carriers' customers are sent to.
"""

from __future__ import annotations

from shared.carriers.detect.check_digits import mod10, mod37_36
from shared.carriers.detect.format import Format, digits

_DE = frozenset({"DE"})
_FR = frozenset({"FR"})
_GB = frozenset({"GB"})
_TR = frozenset({"TR"})

_CHECK_DIGITS = "www.paketda.de, check digits of parcel numbers"
_TURKEY = "not published; the length that merchants report"

_DHL_URL = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}"
_DPD_URL = "https://tracking.dpd.de/status/en_US/parcel/{}"
_GLS_URL = "https://gls-group.eu/EU/en/parcel-tracking/{}"
_HERMES_URL = "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}"

_GERMANY = (
    Format(
        # A serial shipping container code (GS1). DHL's own start like the mark, customers may have theirs.
        id="dhl_paket_20",
        carrier="dhl",
        pattern=rf"00{digits(18)}",
        check=mod10(3, 1),
        mark="0034043[34]",
        countries=_DE,
        url=_DHL_URL,
        source=_CHECK_DIGITS,
    ),
    Format(
        # The Identcode: where it was posted, by whom, a running number.
        id="dhl_paket_12",
        carrier="dhl",
        pattern=digits(12),
        check=mod10(4, 9),
        countries=_DE,
        url=_DHL_URL,
        source="Deutsche Post Identcode; " + _CHECK_DIGITS,
    ),
    Format(
        id="gls_12",
        carrier="gls",
        pattern=digits(12),
        check=mod10(3, 1, plus=1),
        countries=_DE,
        url=_GLS_URL,
        source="GLS Uni-Box technical documentation, chapter 3.2.1",
    ),
    Format(
        # As above, without its check digit.
        id="gls_11",
        carrier="gls",
        pattern="[0-9]{11}",
        countries=_DE,
        url=_GLS_URL,
        source="GLS Uni-Box technical documentation, chapter 3.2.1",
    ),
    Format(
        id="gls_track_id",
        carrier="gls",
        pattern="(?=.*[0-9])[A-Z][A-Z0-9]{7}",  # a word of eight letters is none
        url=_GLS_URL,
        source="www.paketda.de, the GLS label; no check digit published",
    ),
    Format(
        # No country: in Germany one of ten of DPD's numbers fits too, so that must not decide.
        id="hermes_14",
        carrier="hermes",
        pattern=digits(14),
        check=mod10(3, 1),
        url=_HERMES_URL,
        source=_CHECK_DIGITS,
    ),
    Format(
        id="hermes_h20",
        carrier="hermes",
        pattern="H[0-9]{19}",
        mark="H",
        countries=_DE,
        url=_HERMES_URL,
        source="Hermes shipping interface, its examples; no check digit published",
    ),
)

_DPD = (
    Format(
        id="dpd",
        carrier="dpd",
        pattern=r"(?P<serial>[0-9]{27})(?P<digit>[0-9A-Z])",
        check=mod37_36,
        mark="[0-9]{27}",
        url=_DPD_URL,
    ),
    Format(
        id="dpd_14",
        carrier="dpd",
        pattern=r"(?P<serial>[0-9]{14})(?P<digit>[0-9A-Z])",
        check=mod37_36,
        mark="[0-9]{14}[A-Z]",  # fifteen digits may also be FedEx Ground
        url=_DPD_URL,
    ),
    Format(
        # What DPD prints for people, without the check character of the bar code.
        id="dpd_number",
        carrier="dpd",
        pattern="[0-9]{14}",
        countries=_DE | _FR | _GB | frozenset({"AT", "BE", "CH", "NL", "PL"}),
        url=_DPD_URL,
        source="the tracking_number_data repository's dpd_14 without its check character",
    ),
)

_ELSEWHERE = (
    Format(
        # Two characters for the product, ten digits, a check digit. 3S is the Netherlands'.
        id="colissimo",
        carrier="colissimo",
        pattern=rf"(?!3S)[0-9][A-Z]{digits(11)}",
        check=mod10(1, 3),
        mark="[0-9][A-Z]",
        countries=_FR,
        url="https://www.laposte.fr/outils/suivre-vos-envois?code={}",
        source="labels in the laposte_api repository (akretion)",
    ),
    Format(
        id="postnl_3s",
        carrier="postnl",
        pattern="3S[A-Z0-9]{8,13}",
        mark="3S",
        countries=frozenset({"NL", "BE"}),
        url="https://www.postnl.nl/track-en-trace/{}",
        source="Sendcloud's and bol's published examples; no check digit published",
    ),
    Format(
        id="yodel",
        carrier="yodel",
        pattern="J?JD[0-9]{16}",
        mark="J",
        countries=_GB,
        url="https://www.yodel.co.uk/tracking/{}",
    ),
    Format(
        id="evri_16",
        carrier="evri",
        pattern="[0-9]{16}",
        countries=_GB,
        url="https://www.evri.com/track/parcel/{}",
        source="WooCommerce's provider of Evri; no check digit published",
    ),
    Format(
        id="yurtici",
        carrier="yurtici",
        pattern="[0-9]{12}",
        countries=_TR,
        url="https://www.yurticikargo.com/tr/online-servisler/gonderi-sorgula?code={}",
        source=_TURKEY,
    ),
    Format(
        id="aras",
        carrier="aras",
        pattern="[0-9]{13}",
        countries=_TR,
        url="https://kargotakip.araskargo.com.tr/mainpage.aspx?code={}",
        source=_TURKEY,
    ),
    Format(
        id="ptt_13",
        carrier="ptt",
        pattern="[0-9]{13}",
        countries=_TR,
        url="https://gonderitakip.ptt.gov.tr/Track/Verify?q={}",
        source=_TURKEY,
    ),
)

FORMATS: tuple[Format, ...] = _GERMANY + _DPD + _ELSEWHERE
