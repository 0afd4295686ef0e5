"""The test numbers of the tracking_number_data repository, where they lie next to ORDERHUB_PAYLOADS."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.carriers.detect import detect
from shared.carriers.detect.formats import FORMATS

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT).parent / "data" / "tracking_numbers").glob("*.json")) if ROOT else []

# What we call the formats that have no id there.
OURS = {
    "LaserShip 1LS7 (18)": "lasership_1ls7_18",
    "Old Dominion": "old_dominion",
    "Old Dominion Guaranteed Shipment": "old_dominion_guaranteed",
    "UPS Waybill": "ups_waybill",
}


class Sample(NamedTuple):
    carrier: str
    format: str
    number: str


def samples(kind: str) -> list[Sample]:
    return [
        Sample(courier["courier_code"], entry.get("id") or OURS[entry["name"]], number)
        for courier in (json.loads(path.read_text("utf-8")) for path in FILES)
        for entry in courier["tracking_numbers"]
        for number in entry["test_numbers"][kind]
    ]


pytestmark = pytest.mark.skipif(
    not FILES, reason="ORDERHUB_PAYLOADS has no folder of tracking numbers near it"
)


@pytest.mark.parametrize("sample", samples("valid"), ids=lambda sample: f"{sample.format}-{sample.number}")
def test_a_valid_number_has_its_carrier_and_format_among_the_candidates(sample: Sample) -> None:
    found = {(candidate.carrier, candidate.format) for candidate in detect(sample.number)}
    assert (sample.carrier, sample.format) in found


@pytest.mark.parametrize("sample", samples("invalid"), ids=lambda sample: f"{sample.format}-{sample.number}")
def test_an_invalid_number_has_not_that_format_nor_another_of_its_carrier(sample: Sample) -> None:
    assert sample.carrier not in {candidate.carrier for candidate in detect(sample.number)}


def test_each_of_its_formats_is_in_our_tables() -> None:
    assert {sample.format for sample in samples("valid")} <= {entry.id for entry in FORMATS}
