"""What ``python -m local detect`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.carriers.detect import by_carrier, detect


def describe(numbers: Iterable[str], *, country: str = "", default: str = "") -> list[dict[str, Any]]:
    """Return each number with its candidates as JSON has them: one a carrier, the likeliest first."""
    return [
        {
            "number": number,
            "candidates": [
                {"carrier": found.carrier, "confidence": found.confidence, "url": found.url}
                for found in by_carrier(detect(number, country=country, default=default))
            ],
        }
        for number in numbers
    ]
