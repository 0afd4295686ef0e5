"""P3: what a change writes to the indexes: only where its own entry comes, goes or moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.orders.facts import Report, ScanStatus
from tests.support.meter import Index, indexes_of, read_units, write_units
from tests.support.template import load_template
from tests.unit.storage.on_moto import OrdersTable
from tests.unit.storage.samples import document, scan, shipment, told

INDEXES = indexes_of(load_template()["Resources"]["OrdersTable"]["Properties"])
Written = Callable[[Report, float], dict[str, int]]
BY_COLOUR = Index("colour", ("colour",), ("shape",))


def thing(**texts: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": "1"}, "sk": {"S": "1"}} | {name: {"S": text} for name, text in texts.items()}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, thing(colour="red"), 1),
        (thing(colour="red"), None, 1),
        (thing(colour="red"), thing(colour="red", size="xl"), 0),
        (thing(colour="red"), thing(colour="red", shape="round"), 1),
        (thing(colour="red"), thing(colour="blue"), 2),
        (thing(colour="red"), thing(), 1),
        (thing(), thing(size="xl"), 0),
        (None, thing(colour="red", shape="x" * 2_000), 2),
    ],
)
def test_an_index_is_written_where_its_own_entry_changes(
    before: dict[str, dict[str, str]] | None, after: dict[str, dict[str, str]] | None, units: int
) -> None:
    assert BY_COLOUR.units(before, after) == units


def test_units_are_kilobytes_written_and_four_kilobytes_read() -> None:
    assert [write_units(item) for item in (None, thing(), thing(text="x" * 1_024))] == [1, 1, 2]
    assert [read_units(size, consistent=True) for size in (0, 4_096, 4_097)] == [1, 1, 2]
    assert read_units(4_097, consistent=False) == 1.0


@pytest.fixture
def written(table: OrdersTable) -> Written:
    """Return what a change writes to each index."""

    def apply(report: Report, at: float) -> dict[str, int]:
        before = table.items()
        table.apply(told(report, at=at))
        after = table.items()
        units = {
            index.name: sum(index.units(before.get(key), after.get(key)) for key in before.keys() | after)
            for index in INDEXES
        }
        return {name: taken for name, taken in units.items() if taken}

    return apply


def test_p3_each_index_that_a_change_writes_is_known(written: Written) -> None:
    on_creation = {"listed": 1, "connection": 1, "status": 1, "number": 1, "due": 1, "log": 1, "owed": 1}
    assert written(document(), 0) == on_creation
    # What is sold goes out: other lists, another deadline (nobody tracks it yet), a mail owed.
    assert written(shipment(), 1) == {"status": 2, "due": 2, "log": 1, "owed": 1}
    # A scan that moves nothing but the first scan's deadline, then one that moves nothing at all.
    assert written(scan(at=2, status=ScanStatus.IN_TRANSIT), 2) == {"due": 2, "log": 1}
    assert written(scan(at=3, status=ScanStatus.IN_TRANSIT), 3) == {"log": 1}
    assert written(scan(at=4), 4) == {"status": 2, "log": 1, "owed": 1}
