"""Sendcloud's own published examples, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.carriers.sendcloud.mapping import PHASES, STATUSES, normalize
from shared.orders.facts import ParcelScanned
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "sendcloud").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(path: Path) -> Any:
    parsed, _ = strict_json.parse(path.read_bytes())
    return parsed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_read_as_it_was_sent(path: Path) -> None:
    raw = document(path)
    if raw.get("action", "").startswith("integration_"):
        with pytest.raises(IrrelevantError):
            normalize(raw, topic="", reading=READING)
        return

    [report] = normalize(raw, topic="", reading=READING)

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert report.flags == ()
    if "action" in raw:
        parcel, status = raw["parcel"], STATUSES[str(raw["parcel"]["status"]["id"])]
        assert (scan.raw, scan.occurred_at) == (parcel["status"]["message"], raw["timestamp"])
    else:
        parcel, event = raw["data"]["parcel"], raw["data"]["event"]
        status = PHASES[event["phase"]]
        assert (scan.raw, scan.carrier) == (event["phase"], parcel["carrier_code"])
        assert scan.occurred_at == datetime.fromisoformat(event["timestamp"])
    assert (scan.tracking_number, scan.status) == (parcel["tracking_number"], status)
