"""All formats, and how carriers write their own names."""

from __future__ import annotations

import re
from functools import cache

from shared.carriers.detect import europe, north_america, worldwide
from shared.carriers.detect.format import Format

FORMATS: tuple[Format, ...] = worldwide.FORMATS + north_america.FORMATS + europe.FORMATS

# Carriers that channels name, and whose numbers have no public format: known by their name alone.
BY_NAME = {
    "ceva": "CEVA Logistics",
    "chronopost": "Chronopost",
    "horoz": "Horoz Lojistik",
    "kolay_gelsin": "Kolay Gelsin",
    "surat": "Sürat Kargo",
    "tnt": "TNT",
    "trendyol_express": "Trendyol Express",
}
# A carrier's name where mails show it. "s10" is no carrier: it stands for a post that we do not know.
NAMES = BY_NAME | {
    "amazon": "Amazon",
    "aras": "Aras Kargo",
    "canada_post": "Canada Post",
    "canpar": "Canpar",
    "colissimo": "Colissimo",
    "deutsche_post": "Deutsche Post",
    "dhl": "DHL",
    "dpd": "DPD",
    "evri": "Evri",
    "fedex": "FedEx",
    "gls": "GLS",
    "gofo": "GOFO Express",
    "hermes": "Hermes",
    "la_poste": "La Poste",
    "landmark": "Landmark Global",
    "lasership": "LaserShip",
    "old_dominion": "Old Dominion",
    "ontrac": "OnTrac",
    "postnl": "PostNL",
    "ptt": "PTT",
    "purolator": "Purolator",
    "royal_mail": "Royal Mail",
    "s10": "International post",
    "speedee": "Spee-Dee Delivery",
    "ups": "UPS",
    "usps": "USPS",
    "yodel": "Yodel",
    "yunexpress": "YunExpress",
    "yurtici": "Yurtiçi Kargo",
}


@cache
def compiled() -> tuple[tuple[Format, re.Pattern[str], re.Pattern[str] | None], ...]:
    """Return each format with its pattern and its mark, compiled when the first number comes."""
    return tuple(
        (entry, re.compile(entry.pattern), re.compile(entry.mark) if entry.mark else None)
        for entry in FORMATS
    )
