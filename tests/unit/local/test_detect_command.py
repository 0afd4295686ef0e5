"""``python -m local detect``: what it prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.cli import main


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["detect", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_each_number_is_printed_with_its_carriers(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "1z5r89390357567127", "no number") == [
        {
            "number": "1z5r89390357567127",
            "candidates": [
                {
                    "carrier": "ups",
                    "confidence": 0.9,
                    "url": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=1Z5R89390357567127",
                }
            ],
        },
        {"number": "no number", "candidates": []},
    ]


def test_a_carrier_is_printed_once_with_its_likeliest_format(capsys: pytest.CaptureFixture[str]) -> None:
    [found] = printed(capsys, "CN123456785DE")  # a parcel of Deutsche Post, and DHL eCommerce
    assert [(it["carrier"], it["confidence"]) for it in found["candidates"]] == [("dhl", 0.9), ("s10", 0.45)]


def test_country_and_default_raise_a_carrier(capsys: pytest.CaptureFixture[str]) -> None:
    [found] = printed(capsys, "287809468872", "--country", "CA", "--default", "purolator")
    assert [(it["carrier"], it["confidence"]) for it in found["candidates"][:2]] == [
        ("purolator", 0.85),
        ("fedex", 0.55),
    ]
