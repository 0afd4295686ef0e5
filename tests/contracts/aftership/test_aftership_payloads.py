"""AfterShip's own published example, where ORDERHUB_PAYLOADS names a folder with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.aftership.mapping import TAGS, normalize
from shared.orders.facts import ParcelScanned
from shared.wire import strict_json
from shared.wire.adapter import Reading

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "aftership").glob("*.json")) if ROOT else []
NOW = datetime(2026, 4, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("zone", [None, ZoneInfo("UTC")])
def test_the_example_is_read_as_it_was_sent(path: Path, zone: ZoneInfo | None) -> None:
    raw, _ = strict_json.parse(path.read_bytes())
    tracking = raw["msg"]

    [report] = normalize(raw, topic=raw["event"], reading=Reading(received_at=NOW, zone=zone))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert report.tracking_number == scan.tracking_number == tracking["tracking_number"]
    assert (scan.raw, scan.status, scan.carrier) == (
        tracking["tag"],
        TAGS[tracking["tag"]],
        tracking["slug"],
    )
    assert report.source_time == datetime.fromtimestamp(raw["ts"], UTC)
    # The example's only checkpoint has no zone.
    time = tracking["checkpoints"][-1]["checkpoint_time"]
    assert scan.occurred_at == (datetime.fromisoformat(time).replace(tzinfo=UTC) if zone else None)
    assert report.flags == (() if zone else ("zoneless_time",))
