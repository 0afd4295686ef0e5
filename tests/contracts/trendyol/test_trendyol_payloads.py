"""The examples of Trendyol's documentation, where ORDERHUB_PAYLOADS names a folder with them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.channels.trendyol.mapping import normalize
from shared.orders.facts import OrderSeen, PackageReported, PackageWord, Report
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "trendyol").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

# Each file, and why it is no order: these are what a seller sends. None: it is one.
REFUSED = {
    "updatePackage_invoiced_request": "missing_field:order_id",
    "updatePackage_picking_request": "missing_field:order_id",
    "webhook_delivered_doc_sample": None,
}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def document(path: Path) -> Any:
    return strict_json.parse(path.read_bytes())[0]


def read(path: Path) -> Report:
    [report] = normalize(document(path), topic="", reading=READING)
    return report


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in FILES} == set(REFUSED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_an_order_or_refused_for_its_true_reason(path: Path) -> None:
    code = REFUSED[path.stem]
    if code is None:
        assert read(path).flags == ()
        return
    with pytest.raises(UnusableError) as refused:
        read(path)
    assert refused.value.code == code


def test_the_delivered_package_is_read_as_it_is_written() -> None:
    [path] = [path for path in FILES if path.stem == "webhook_delivered_doc_sample"]
    [raw] = document(path)["content"]
    report = read(path)
    seen = report.facts[0]
    [package] = [fact for fact in report.facts if isinstance(fact, PackageReported)]

    assert isinstance(seen, OrderSeen)
    assert report.order_external_id == raw["orderNumber"]
    assert [(line.external_id, line.quantity, line.unit_price) for line in seen.lines] == [
        (str(line["lineId"]), line["quantity"], Decimal(line["lineUnitPrice"])) for line in raw["lines"]
    ]
    assert (package.package_id, package.word) == (str(raw["shipmentPackageId"]), PackageWord.DELIVERED)
    assert package.tracking_number == str(raw["cargoTrackingNumber"])
    # The history is in GMT, and the order a moment before its package: which shows orderDate's three hours.
    created = datetime.fromtimestamp(raw["packageHistories"][0]["createdDate"] / 1000, tz=UTC)
    assert seen.placed_at is not None
    assert timedelta(0) <= created - seen.placed_at < timedelta(minutes=1)
