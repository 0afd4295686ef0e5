"""What comes too early waits, as long as what it waits for is unknown, and is applied once."""

from __future__ import annotations

from datetime import timedelta

from shared.orders.changes import Input
from shared.storage import keys
from shared.storage.orders_table import Stored
from shared.storage.parked_inputs import PARKED_ALARM_AFTER
from tests.unit.storage.on_moto import OrdersTable
from tests.unit.storage.samples import (
    ORDER_ID,
    START,
    TRACKING,
    decided,
    document,
    minute,
    scan,
    shipment,
    told,
)

ORDER_PK = keys.order_pk(ORDER_ID)
PARCEL_PK = keys.tracking_pk(TRACKING)
SCAN = told(scan())
SCAN_SK = keys.parked_sk(SCAN.key)


def park_scan(table: OrdersTable, entry: Input = SCAN) -> Stored:
    return table.store.park(PARCEL_PK, keys.PARCEL, entry, receipt_id="receipt")


def test_an_early_scan_waits_with_all_that_is_needed_to_apply_it(table: OrdersTable) -> None:
    assert park_scan(table) is Stored.YES
    assert list(table.store.parked_keys(PARCEL_PK)) == [SCAN_SK]
    parked = table.store.read_parked(PARCEL_PK, SCAN_SK)
    assert parked is not None
    assert (parked.pk, parked.key, parked.connection) == (PARCEL_PK, SCAN.key, SCAN.connection)
    assert (parked.source, parked.actor, parked.received_at) == (SCAN.source, SCAN.actor, SCAN.received_at)
    assert (parked.receipt_id, parked.report) == ("receipt", SCAN.report)


def test_an_early_report_of_an_order_waits_beside_the_order_to_come(table: OrdersTable) -> None:
    entry = told(shipment())
    assert table.store.park(ORDER_PK, keys.HEAD, entry, receipt_id="receipt") is Stored.YES
    assert list(table.store.parked_keys(ORDER_PK)) == [keys.parked_sk(entry.key)]
    assert table.store.history(ORDER_ID) == []


def test_the_same_input_waits_once(table: OrdersTable) -> None:
    park_scan(table)
    before = table.items()
    assert park_scan(table) is Stored.REPEATED
    assert table.items() == before
    table.store.note_repeat(PARCEL_PK, SCAN_SK, minute(1))
    assert table.item(PARCEL_PK, SCAN_SK)["repeats"] == {"N": "1"}


def test_nothing_is_parked_once_what_it_waits_for_is_known(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    before = table.items()
    assert park_scan(table) is Stored.KNOWN
    assert table.store.park(ORDER_PK, keys.HEAD, told(shipment(at=9)), receipt_id="r") is Stored.KNOWN
    assert table.items() == before


def test_an_input_parked_again_after_its_parcel_became_known_is_known_not_repeated(
    table: OrdersTable,
) -> None:
    park_scan(table)
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    assert park_scan(table) is Stored.KNOWN


def test_applying_it_takes_it_out_of_the_waiting_room_in_the_same_write(table: OrdersTable) -> None:
    park_scan(table)
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    assert table.apply(SCAN, parked_pk=PARCEL_PK)[0] is Stored.YES
    assert list(table.store.parked_keys(PARCEL_PK)) == []
    assert table.store.read_parked(PARCEL_PK, SCAN_SK) is None
    assert table.item(ORDER_PK, keys.input_sk(SCAN.key))


def test_a_lost_race_leaves_it_waiting(table: OrdersTable) -> None:
    park_scan(table)
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    read = table.order()
    change = decided(read, SCAN)
    table.apply(told(document(at=9), at=9))
    lost = table.store.commit(read, SCAN, change, receipt_id="receipt", parked_pk=PARCEL_PK)
    assert lost is Stored.CONFLICT
    assert list(table.store.parked_keys(PARCEL_PK)) == [SCAN_SK]


def test_f31_applied_twice_it_is_applied_once(table: OrdersTable) -> None:
    park_scan(table)
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    read = table.order()
    change = decided(read, SCAN)
    options = {"receipt_id": "receipt", "parked_pk": PARCEL_PK}
    assert table.store.commit(read, SCAN, change, **options) is Stored.YES
    before = table.items()
    assert table.store.commit(read, SCAN, change, **options) is Stored.REPEATED
    assert table.items() == before


def test_it_can_be_forgotten_when_its_outcome_is_stored_elsewhere(table: OrdersTable) -> None:
    park_scan(table)
    table.store.unpark(PARCEL_PK, SCAN.key)
    table.store.unpark(PARCEL_PK, SCAN.key)
    assert table.items() == {}


def test_only_what_waits_is_listed(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    park_scan(table)
    assert list(table.store.parked_keys(ORDER_PK)) == []
    assert list(table.store.parked_keys(PARCEL_PK)) == []


def test_after_seven_days_it_is_due_then_every_day_and_it_is_never_deleted(table: OrdersTable) -> None:
    park_scan(table)
    assert timedelta(days=7) == PARKED_ALARM_AFTER
    week = START + PARKED_ALARM_AFTER
    assert list(table.store.due(before=week, limit=10)) == []
    assert list(table.store.due(before=week + timedelta(seconds=1), limit=10)) == [(PARCEL_PK, SCAN_SK)]
    table.store.postpone_parked_alarm(PARCEL_PK, SCAN_SK, week + timedelta(days=1))
    assert list(table.store.due(before=week + timedelta(seconds=1), limit=10)) == []
    assert list(table.store.due(before=week + timedelta(days=2), limit=10)) == [(PARCEL_PK, SCAN_SK)]
    assert table.store.read_parked(PARCEL_PK, SCAN_SK) is not None
    assert "expires_at" not in table.item(PARCEL_PK, SCAN_SK)


def test_an_alarm_for_what_waits_no_more_makes_nothing(table: OrdersTable) -> None:
    table.store.postpone_parked_alarm(PARCEL_PK, SCAN_SK, START)
    assert table.items() == {}
