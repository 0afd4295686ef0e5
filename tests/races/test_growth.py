"""P10, P11 on DynamoDB Local: lists and the clock cost among 100,000 orders what they cost among 1,000."""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest
from botocore.client import BaseClient

from shared.orders.codec import pack
from shared.storage import keys
from shared.storage.lists import OrderLists
from shared.storage.store import OrderStore
from shared.usecases.relay_effects import Outbox, ParkedInbox
from shared.usecases.run_deadlines import run_deadlines
from shared.usecases.sweep_effects import sweep_effects
from tests.races.engines import MissingEngineError, create_tables, dynamodb_local, new_client
from tests.support.template import REGION
from tests.unit.storage.samples import CONNECTION, START, received

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.usecases.inbox_desk import InboxDesk

pytestmark = pytest.mark.slow

FEW, MANY = 1_000, 100_000
PAGE = 50
ROUNDS = 21
BATCH = 25  # items that BatchWriteItem takes
# DynamoDB Local looks at whose tables are meant, and at no signature.
WHO = f"Credential=test/{START:%Y%m%d}/{REGION}/dynamodb/aws4_request"
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
    "Authorization": f"AWS4-HMAC-SHA256 {WHO}, SignedHeaders=host, Signature=none",
}
IDLE_UNTIL = START + timedelta(days=180)


def _table_of(orders: int) -> str:
    return f"orders-{orders}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoDBClient]:
    """Two tables with orders at rest: each has its deadline in half a year, none owes anything."""
    try:
        with dynamodb_local(tmp_path_factory.mktemp("engine")) as endpoint:
            client = new_client(endpoint)
            for orders in (FEW, MANY):
                create_tables(endpoint, table=_table_of(orders))
                _fill(endpoint, _table_of(orders), orders)
            yield client
    except MissingEngineError as missing:
        pytest.skip(str(missing))


def _fill(endpoint: str, table: str, orders: int) -> None:
    """Put orders into a table, past boto3: four thousand calls are half a minute of its own work."""
    _, _, order = received()
    state = pack(order)
    engine = http.client.HTTPConnection(urlsplit(endpoint).netloc)
    for first in range(0, orders, BATCH):
        # Only those on the first page are read.
        shown = state if first >= orders - PAGE else ""
        puts = [{"PutRequest": {"Item": _head(number, shown)}} for number in range(first, first + BATCH)]
        engine.request("POST", "/", json.dumps({"RequestItems": {table: puts}}), HEADERS)
        answer = json.loads(engine.getresponse().read())
        assert answer == {"UnprocessedItems": {}}
    engine.close()


def _head(number: int, state: str) -> dict[str, Any]:
    order_id = f"{CONNECTION}:{number}"
    pk = keys.order_pk(order_id)
    texts = {
        "pk": pk,
        "sk": keys.HEAD,
        "state": state,
        "status": "waiting_shipment",
        "listed": keys.ALL_ORDERS,
        "connection": CONNECTION,
        "list_at": keys.list_at(order_id, START + timedelta(seconds=number)),
        "due_shard": keys.shard_of(pk),
        "due_at": keys.instant(IDLE_UNTIL),
    }
    return {name: {"S": text} for name, text in texts.items()}


@contextmanager
def consuming(used: Counter[str]) -> Iterator[None]:
    """Count the calls that are made meanwhile, and half units: the engine says how many a read takes."""
    original: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def asking(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answer = original(client, operation, parameters | {"ReturnConsumedCapacity": "TOTAL"})
        told = answer["ConsumedCapacity"]
        used[operation] += 1
        used["half units"] += int(
            2 * sum(part["CapacityUnits"] for part in (told if isinstance(told, list) else [told]))
        )
        return answer

    BaseClient._make_api_call = asking  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseClient._make_api_call = original  # type: ignore[attr-defined]


def _page(client: DynamoDBClient, table: str, index: str, value: str) -> None:
    lists = OrderLists(client, table)
    listed = lists.listed(index, value, after="", limit=PAGE)
    assert len(lists.rows(listed)) == PAGE


LISTS = {"listed": keys.ALL_ORDERS, "connection": CONNECTION, "status": "waiting_shipment"}


@pytest.mark.parametrize("index", LISTS)
def test_p10_a_page_of_fifty_costs_the_same_among_a_hundred_thousand_orders(
    client: DynamoDBClient, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[int, Counter[str]] = {FEW: Counter(), MANY: Counter()}
    for orders, used in found.items():
        with consuming(used):
            _page(client, _table_of(orders), index, LISTS[index])
    _tell_times(capsys, f"a page of {PAGE} by {index}", found[MANY], client, index)
    assert found[MANY] == found[FEW]
    assert found[MANY]["Query"] == found[MANY]["BatchGetItem"] == 1


def _tell_times(
    capsys: pytest.CaptureFixture[str], what: str, used: Counter[str], client: DynamoDBClient, index: str
) -> None:
    """Print the ratio of times, medians of rounds in turn: it is looked at, and no condition of the test."""
    times: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(ROUNDS):
        for orders, taken in times.items():
            began = time.perf_counter()
            _page(client, _table_of(orders), index, LISTS[index])
            taken.append(time.perf_counter() - began)
    ratio = statistics.median(times[MANY]) / statistics.median(times[FEW])
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {dict(used)}; time among {MANY:,} to among {FEW:,}: {ratio:.2f}")


def test_p11_a_look_at_the_clock_costs_the_same_with_a_hundred_thousand_idle_orders(
    client: DynamoDBClient, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[int, Counter[str]] = {FEW: Counter(), MANY: Counter()}
    nobody = cast("Outbox", None), cast("ParkedInbox", None)
    for orders, used in found.items():
        store = OrderStore(client, _table_of(orders))
        desk = cast("InboxDesk", _Desk(store))
        with consuming(used):
            done = run_deadlines(START, desk)
            swept = sweep_effects(store=store, outbox=nobody[0], inbox=nobody[1], now=lambda: START, at=START)
        assert (done.applied, done.parked_too_long, swept) == (0, 0, 0)
    with capsys.disabled():
        sys.stdout.write(f"\nrun_deadlines and sweep_effects: {dict(found[MANY])}")
    assert found[MANY] == found[FEW]
    assert found[MANY]["Query"] == found[MANY].total() == 2 * keys.SHARDS


class _Desk:
    """What a run needs in which nothing is due."""

    def __init__(self, store: OrderStore) -> None:
        self.store = store
