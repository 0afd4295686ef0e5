"""P3: what a change writes stays within one write unit an item, and does not grow with the history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.storage import keys
from shared.storage.records import EffectState
from tests.unit.storage.on_moto import OrdersTable
from tests.unit.storage.samples import ORDER_ID, document, scan, shipment, told

UNIT = 1_024
PK = keys.order_pk(ORDER_ID)


def attribute_size(value: dict[str, Any]) -> int:
    """Return the bytes of one value, by the rules of "DynamoDB item sizes and formats"."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            # About one byte for two significant digits, and one more.
            return (len(content.strip("-0.").replace(".", "")) + 1) // 2 + 1
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "M":
            # Three bytes for the map, one for each pair in it.
            return 3 + sum(1 + len(name.encode()) + attribute_size(inner) for name, inner in content.items())
    raise ValueError(kind)


def item_size(item: dict[str, Any]) -> int:
    return sum(len(name.encode()) + attribute_size(value) for name, value in item.items())


def units(item: dict[str, Any]) -> int:
    return -(-item_size(item) // UNIT)


def test_the_measure_is_the_documented_one() -> None:
    assert item_size({"pk": {"S": "ü"}}) == 4
    assert item_size({"n": {"N": "59.70"}}) == 1 + 3
    assert item_size({"m": {"M": {"a": {"S": "xy"}}}}) == 1 + 3 + 1 + 1 + 2


@pytest.fixture
def way(table: OrdersTable) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The way of an order of three lines: name of the step, its head and its input as they are stored."""
    steps = []
    for name, entry in (
        ("received", told(document())),
        ("shipped", told(shipment(), at=1)),
        ("delivered", told(scan(), at=3)),
    ):
        table.apply(entry)
        items = table.items()
        steps.append((name, items[PK, keys.HEAD], items[PK, keys.input_sk(entry.key)]))
    return steps


def test_p3_head_and_input_of_an_ordinary_order_take_one_unit_each(
    way: list[tuple[str, dict[str, Any], dict[str, Any]]],
) -> None:
    for name, head, entry in way:
        assert (name, units(head), units(entry)) == (name, 1, 1), (item_size(head), item_size(entry))


def test_p3_an_ordinary_order_of_three_lines_is_stored_in_less_than_four_kilobytes(
    table: OrdersTable, way: list[tuple[str, dict[str, Any], dict[str, Any]]]
) -> None:
    inputs = [entry for _, _, entry in way]
    stored = [item for item in table.items().values() if item["pk"] == {"S": PK} and item not in inputs]
    assert {item["sk"]["S"] for item in stored} >= {keys.HEAD, keys.DETAILS, keys.CUSTOMER}
    assert sum(map(item_size, stored)) < 4_096


def test_p3_a_status_change_writes_two_items_and_a_transaction_counts_them_twice(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    table.sent.clear()
    table.apply(told(scan(), at=3))
    [_, written] = table.sent
    items = [next(iter(write.values()))["Item"] for write in written["TransactItems"]]
    assert 2 * sum(units(item) for item in items) == 4


def test_p3_a_long_history_does_not_make_a_change_dearer(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.sent.clear()
    table.apply(told(shipment(), at=1))
    short = list(table.sent[1]["TransactItems"])
    table.recreate()
    table.apply(told(document()))
    for number in range(300):
        table.put({"pk": {"S": PK}, "sk": {"S": f"INPUT#{number}"}, "reason": {"S": "x" * 1_000}})
    table.sent.clear()
    table.apply(told(shipment(), at=1))
    assert table.sent[1]["TransactItems"] == short
    assert "300" not in str(table.sent[0])
    assert len(table.sent) == 2


def test_a_marked_effect_still_fits_its_unit(table: OrdersTable) -> None:
    entry = told(document())
    table.apply(entry)
    sk = keys.input_sk(entry.key)
    claim = table.store.claim(
        PK, sk, "mail/order_received", now=entry.received_at, lease=timedelta(minutes=5)
    )
    proof = "0107019a3f5e1c2d-12345678-90ab-cdef-1234-567890abcdef-000000"  # as long as SES makes them
    table.store.mark(
        PK, sk, "mail/order_received", claim=claim, state=EffectState.DONE, now=entry.received_at, proof=proof
    )
    assert units(table.item(PK, sk)) == 1
