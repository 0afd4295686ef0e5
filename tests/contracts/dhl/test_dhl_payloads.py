"""Answers and requests of DHL's APIs, where ORDERHUB_PAYLOADS names a folder with them.

One is the unified shape. The others are of other APIs, or wrapped by the tool that recorded
them: they are refused, each by what it lacks.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.dhl.mapping import STATUS_CODES, normalize
from shared.orders.facts import ParcelScanned
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "dhl").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))
UNIFIED = {"dhl_universal_test_TrackingResponseJSON"}
EXPRESS = {"mydhl_test_TrackingResponse", "mydhl_tracking_response"}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(path: Path) -> Any:
    parsed, _ = strict_json.parse(path.read_bytes())
    return parsed


@pytest.mark.parametrize("path", [p for p in FILES if p.stem in UNIFIED], ids=lambda path: path.stem)
def test_a_unified_shipment_is_read_as_it_was_sent(path: Path) -> None:
    [shipment] = document(path)["shipments"]

    [report] = normalize(document(path), topic="", reading=READING)

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert report.tracking_number == scan.tracking_number == str(shipment["id"])
    assert (scan.raw, scan.status) == (
        shipment["status"]["statusCode"],
        STATUS_CODES[shipment["status"]["statusCode"]],
    )
    assert scan.occurred_at == report.source_time == datetime.fromisoformat(shipment["status"]["timestamp"])
    assert scan.expected_at == datetime.fromisoformat(shipment["estimatedTimeOfDelivery"])
    assert report.flags == ()


@pytest.mark.parametrize("path", [p for p in FILES if p.stem not in UNIFIED], ids=lambda path: path.stem)
def test_what_is_not_unified_is_refused_by_what_it_lacks(path: Path) -> None:
    with pytest.raises(UnusableError) as refused:
        normalize(document(path), topic="", reading=READING)

    expected = "invalid_shape" if path.stem in EXPRESS else "missing_field:shipments"
    assert refused.value.code == expected
