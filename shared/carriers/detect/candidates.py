"""Rank who may carry the parcel with a tracking number. Pure; nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.carriers.detect.format import Format
from shared.carriers.detect.formats import NAMES, compiled

# Confidence by what the number itself shows: its check digit fits, it bears the carrier's own mark.
# Of digits without a mark one number in ten fits by accident, so they alone decide nothing.
_EVIDENCE = {
    (True, True): 90,
    (False, True): 50,
    (True, False): 45,
    (False, False): 20,
}
_CHANNEL = 40  # the channel, or a rule about its words, names the carrier
_DEFAULT = 30  # the connection's default carrier
_COUNTRY = 10  # the parcel goes to a country for which the format is common
_MOST = 99

SURE_ENOUGH = 0.5  # below it no carrier is chosen


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format that the number fits. ``confidence`` is 0 to 1; ``reasons`` are words of `_reasons`."""

    carrier: str
    format: str
    confidence: float
    reasons: tuple[str, ...]
    url: str  # "" where no tracking page is known


def detect(number: str, *, country: str = "", channel_hint: str = "", default: str = "") -> list[Candidate]:
    """Return every format that ``number`` fits, the likeliest first.

    Spaces and case do not matter. ``country`` is the destination, ISO 3166-1 alpha-2. ``channel_hint``
    is the carrier in the channel's own words and ``default`` in the merchant's, "" for none: they raise
    candidates and never make one.
    """
    cleaned = "".join(number.split()).upper()
    named, usual, destination = carrier_named(channel_hint), carrier_named(default), country.strip().upper()
    found = [
        _candidate(cleaned, entry, _reasons(entry, cleaned, mark, named, usual, destination))
        for entry, pattern, mark in compiled()
        if (match := pattern.fullmatch(cleaned)) and _checks(entry, match)
    ]
    return sorted(found, key=lambda candidate: -candidate.confidence)


def chosen(candidates: Sequence[Candidate]) -> str:
    """Return the one carrier that is likelier than any other, "" on a tie and where none is likely enough."""
    best = max((candidate.confidence for candidate in candidates), default=0.0)
    carriers = {candidate.carrier for candidate in candidates if candidate.confidence == best}
    return carriers.pop() if best >= SURE_ENOUGH and len(carriers) == 1 else ""


def by_carrier(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the likeliest candidate of each carrier, in the same order."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.carrier, candidate)
    return list(first.values())


@lru_cache(maxsize=256)  # shops call their carriers by the same few names
def carrier_named(text: str) -> str:
    """Return our word for a carrier as somebody wrote it (``Royal Mail``, ``DHL Express``), "" for none."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in folded if char.isascii() and char.isalnum())
    fitting = [carrier for carrier in NAMES if letters.startswith(carrier.replace("_", ""))]
    return max(fitting, key=len, default="")


def _checks(entry: Format, match: re.Match[str]) -> bool:
    return entry.check is None or entry.check(match["serial"], match["digit"])


def _reasons(
    entry: Format,
    number: str,
    mark: re.Pattern[str] | None,
    named: str,
    usual: str,
    destination: str,
) -> tuple[str, ...]:
    holds = {
        "check_digit": entry.check is not None,
        "mark": mark is not None and mark.match(number) is not None,
        "channel": entry.carrier == named,
        "default": entry.carrier == usual,
        "country": destination in entry.countries,
    }
    return tuple(reason for reason, held in holds.items() if held)


def _candidate(number: str, entry: Format, reasons: tuple[str, ...]) -> Candidate:
    points = _EVIDENCE["check_digit" in reasons, "mark" in reasons]
    for reason, weight in (("channel", _CHANNEL), ("default", _DEFAULT), ("country", _COUNTRY)):
        points += weight if reason in reasons else 0
    return Candidate(
        carrier=entry.carrier,
        format=entry.id,
        confidence=min(points, _MOST) / 100,
        reasons=reasons,
        url=entry.url.replace("{}", number),
    )
