"""What one change consumes, on DynamoDB Local: the same with a long history as with none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from shared.orders.changes import Input
from shared.orders.facts import PackageReported, PackageWord, Report
from shared.orders.model import order_id
from shared.storage import keys
from shared.storage.store import OrderStore
from shared.usecases.apply_input import apply_input
from tests.races.engines import TABLE, MissingEngineError, create_tables, dynamodb_local, new_client
from tests.support.meter import Meter, metering
from tests.unit.storage.samples import CONNECTION, RULES, START, document, shipment

pytestmark = pytest.mark.slow

HISTORY = 5_000
# DynamoDB Local 1.25 reports four units in a transaction for each that the same write takes outside of one,
# of the table and of its indexes alike (measured). DynamoDB takes two, and one: see tests/support/meter.py.
REPORTED_OF_TABLE = 2
REPORTED_OF_INDEX = 4
DELIVERY = Report(
    facts=(
        PackageReported(
            package_id="4567890123450",
            word=PackageWord.DELIVERED,
            raw="delivered",
            occurred_at=START + timedelta(minutes=2),
        ),
    ),
    order_external_id="1",
    source_time=START + timedelta(minutes=2),
)


class Reported:
    """A client that asks for, and adds up, what its transactions consume: by index, "" for the table."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **parameters: Any) -> Any:
        answer = self._client.transact_write_items(**parameters, ReturnConsumedCapacity="INDEXES")
        for part in answer["ConsumedCapacity"]:
            self._add("", part["Table"]["CapacityUnits"] / REPORTED_OF_TABLE)
            for name, index in part.get("GlobalSecondaryIndexes", {}).items():
                self._add(name, index["CapacityUnits"] / REPORTED_OF_INDEX)
        return answer

    def _add(self, name: str, units: float) -> None:
        assert units == int(units)
        self.units[name] = self.units.get(name, 0) + int(units)


@pytest.fixture
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with dynamodb_local(tmp_path_factory.mktemp("engine")) as running:
            create_tables(running)
            yield running
    except MissingEngineError as missing:
        pytest.skip(str(missing))


# The change owes a mail and stands in the log; the order moves to another status and another deadline. An
# entry that comes takes one unit, one that moves takes two.
ON_INDEXES = {"owed": 1, "log": 1, "status": 2, "due": 2}


def test_f60_a_change_costs_the_same_with_five_thousand_history_entries(
    endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    units = {history: _units(endpoint, f"{history}", history) for history in (0, HISTORY)}

    with capsys.disabled():
        for history, changes in units.items():
            for name, found in changes.items():
                indexes = ", ".join(f"{index} {taken}" for index, taken in found.items() if index)
                sys.stdout.write(
                    f"\ncapacity: {name} with {history:,} history entries:"
                    f" {found['']} write units on the table, on its indexes {indexes}"
                )
    assert units[0] == units[HISTORY]
    assert units[0]["a delivery"].pop("") <= 4
    # Two units more: the tracking number that points to the order from now on.
    assert units[0]["a tracked shipment"].pop("") <= 6
    assert units[0]["a delivery"] == units[0]["a tracked shipment"] == ON_INDEXES


def _units(endpoint: str, external_id: str, history: int) -> dict[str, dict[str, int]]:
    client = new_client(endpoint)
    reported = Reported(client)
    store = OrderStore(cast("Any", reported), TABLE)
    _apply(store, external_id, "created", document())
    pk = keys.order_pk(order_id(CONNECTION, external_id))
    for first in range(0, history, 25):
        client.batch_write_item(
            RequestItems={
                TABLE: [
                    {"PutRequest": {"Item": {"pk": {"S": pk}, "sk": {"S": keys.input_sk(f"old-{number}")}}}}
                    for number in range(first, first + 25)
                ]
            }
        )
    found = {}
    for name, report in (("a tracked shipment", shipment()), ("a delivery", DELIVERY)):
        reported.units = {}
        meter = Meter()
        with metering(meter):
            _apply(store, external_id, name, report)
        found[name] = reported.units
        metered = {place.removeprefix(TABLE).removeprefix("/"): n for place, n in meter.writes.items() if n}
        assert metered == reported.units
    return found


def _apply(store: OrderStore, external_id: str, key: str, report: Report) -> None:
    apply_input(
        order_id(CONNECTION, external_id),
        Input(
            key=key,
            connection=CONNECTION,
            source="webhook",
            actor=CONNECTION,
            received_at=START,
            report=replace(report, order_external_id=external_id),
        ),
        rules=RULES,
        store=store,
        now=lambda: START + timedelta(minutes=5),
        pause=lambda _attempt: None,
    )
