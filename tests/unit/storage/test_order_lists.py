"""Lists on the real table design: which changes move an order in them, and what a page costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from shared.orders import facts
from shared.orders.commands import CancelLines, RefundAmount
from shared.orders.statuses import Status
from shared.storage import keys
from shared.storage.lists import ListedOrder, OrderLists, listed_request, logged_request
from shared.storage.orders_table import StoreBusyError
from shared.storage.signing_key import KeyUnavailableError, SigningKey
from shared.wire.fields import MAX_TEXT_LENGTH
from tests.unit.storage.on_moto import OrdersTable, never_sent
from tests.unit.storage.samples import (
    CONNECTION,
    ORDER_ID,
    START,
    asked,
    document,
    minute,
    scan,
    shipment,
    told,
)

LIST_KEYS = ("listed", "connection", "status", "attention", "list_at")
PK = keys.order_pk(ORDER_ID)


def lists(table: OrdersTable) -> OrderLists:
    return OrderLists(table.client, table.name)


def called(number: str, *, at: float = 0) -> facts.Report:
    """Return a document whose order has another number, and another method of shipping."""
    report = document(at=at)
    seen, *others = report.facts
    assert isinstance(seen, facts.OrderSeen)
    return replace(report, facts=(replace(seen, number=number, shipping_method=f"{at}"), *others))


def listing(table: OrdersTable) -> dict[str, str]:
    head = table.item(PK, keys.HEAD)
    return {name: head[name]["S"] for name in LIST_KEYS if name in head}


def test_an_order_is_listed_by_its_connection_its_status_and_the_time_it_was_placed(
    table: OrdersTable,
) -> None:
    table.apply(told(document()))
    assert listing(table) == {
        "listed": "orders",
        "connection": CONNECTION,
        "status": "waiting_shipment",
        "list_at": keys.list_at(ORDER_ID, START),
    }
    for index, value in (("listed", "orders"), ("connection", CONNECTION), ("status", "waiting_shipment")):
        assert lists(table).listed(index, value, after="", limit=5) == [
            ListedOrder(ORDER_ID, keys.list_at(ORDER_ID, START))
        ]
    assert lists(table).listed("attention", keys.WANTS_ATTENTION, after="", limit=5) == []


def test_only_what_moves_an_order_in_a_list_is_written_to_that_list(table: OrdersTable) -> None:
    table.apply(told(document()))
    before = listing(table)
    # A newer document, money, a canceled piece: keys stay, so no index is written.
    table.apply(told(document(at=1), at=1))
    table.apply(asked(RefundAmount(amount=Decimal("5.00")), key="a"))
    table.apply(asked(CancelLines(lines=(("12345678901230", 1),)), key="b"))
    assert listing(table) == before
    table.apply(told(shipment(at=2), at=2))
    assert listing(table) == before | {"status": "shipped"}


def test_an_order_is_in_the_attention_list_while_there_is_something_to_look_at(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(document(at=1, flags=("total_mismatch",)), at=1))
    assert listing(table).get("attention") == keys.WANTS_ATTENTION
    assert [entry.order_id for entry in lists(table).listed("attention", "yes", after="", limit=5)] == [
        ORDER_ID
    ]


def test_an_order_is_found_by_its_number_and_a_newer_document_moves_it_only_where_the_number_is_new(
    table: OrdersTable,
) -> None:
    table.apply(told(document()))
    found = lists(table).numbered(" #1001 ", limit=5)
    assert [entry.order_id for entry in found] == [ORDER_ID]
    entry = table.item(PK, keys.DETAILS)["number"]
    table.apply(told(called("#1001", at=1), at=1))
    assert table.item(PK, keys.DETAILS)["number"] == entry == {"S": "1001"}
    table.apply(told(called("2002", at=2), at=2))
    assert lists(table).numbered("1001", limit=5) == []
    assert [entry.order_id for entry in lists(table).numbered("2002", limit=5)] == [ORDER_ID]


def test_a_number_that_is_none_finds_nothing_and_is_in_no_index(table: OrdersTable) -> None:
    table.apply(told(called("#")))
    table.calls.clear()
    assert lists(table).numbered("#", limit=5) == lists(table).numbered(" ", limit=5) == []
    assert table.calls == []
    assert "number" not in table.item(PK, keys.DETAILS)


def test_a_number_that_is_longer_than_a_key_of_an_index_does_not_keep_its_order_out(
    table: OrdersTable,
) -> None:
    longest = "\N{GRINNING FACE}" * MAX_TEXT_LENGTH
    table.apply(told(called(longest)))
    assert len(table.item(PK, keys.DETAILS)["number"]["S"].encode()) <= 2_048
    assert [entry.order_id for entry in lists(table).numbered(longest, limit=5)] == [ORDER_ID]


def test_nothing_but_heads_is_listed(table: OrdersTable) -> None:
    table.apply(told(document()))
    table.apply(told(shipment(), at=1))
    table.store.park(keys.tracking_pk("1"), keys.PARCEL, told(scan()), receipt_id="receipt")
    listed = {sk for (_, sk), item in table.items().items() if "list_at" in item}
    assert listed == {keys.HEAD}


def test_a_list_goes_on_below_its_position(table: OrdersTable) -> None:
    copies = _copies(table, 5)
    first = lists(table).listed("listed", "orders", after="", limit=2)
    rest = lists(table).listed("listed", "orders", after=first[-1].at, limit=10)
    assert [entry.order_id for entry in (*first, *rest)] == copies[::-1]


def test_rows_come_in_the_order_of_the_list_with_the_number_people_know(table: OrdersTable) -> None:
    _copies(table, 3)
    listed = lists(table).listed("listed", "orders", after="", limit=10)
    rows = lists(table).rows(listed)
    assert [row.at for row in rows] == [entry.at for entry in listed]
    assert {row.number for row in rows} == {"#1001"}
    assert rows[0].order.status is Status.WAITING_SHIPMENT


@pytest.mark.parametrize(("count", "batches"), [(0, 0), (1, 1), (50, 1), (51, 2), (100, 2)])
def test_p10_fifty_rows_are_one_batch(table: OrdersTable, count: int, batches: int) -> None:
    table.apply(told(document()))
    table.calls.clear()
    lists(table).rows([ListedOrder(f"{CONNECTION}:{number}", "") for number in range(count)])
    assert table.calls == ["BatchGetItem"] * batches


def test_an_order_that_is_gone_or_has_no_document_does_not_break_a_list(table: OrdersTable) -> None:
    table.apply(told(document()))
    del_details = {"pk": {"S": PK}, "sk": {"S": keys.DETAILS}}
    table.client.delete_item(TableName=table.name, Key=del_details)
    [row] = lists(table).rows([ListedOrder("example-shop:404", "2"), ListedOrder(ORDER_ID, "1")])
    assert (row.order.id, row.number) == (ORDER_ID, "")


def test_rows_that_were_not_read_are_not_left_out(table: OrdersTable) -> None:
    table.apply(told(document()))
    unprocessed: Any = {"Responses": {}, "UnprocessedKeys": {table.name: {"Keys": []}}}
    table.failures.append(lambda _carry_out: unprocessed)
    with pytest.raises(StoreBusyError):
        lists(table).rows([ListedOrder(ORDER_ID, "1")])


def test_a_query_reads_no_more_than_it_is_asked_for() -> None:
    first = listed_request("orders", "status", "shipped", after="", limit=51)
    assert first["Limit"] == 51
    assert first["ScanIndexForward"] is False
    assert "FilterExpression" not in first
    assert "list_at" not in first["KeyConditionExpression"]
    later = listed_request("orders", "status", "shipped", after="2026", limit=51)
    assert later["KeyConditionExpression"] == "#index = :value AND list_at < :after"


def test_a_position_sorts_by_the_time_of_placing_and_is_nobody_elses() -> None:
    early, late = keys.list_at("shop:9", START), keys.list_at("shop:1", START + timedelta(seconds=1))
    assert keys.list_at("shop:1", None) < early < late
    assert keys.list_at("shop:1", START) != keys.list_at("shop:2", START)
    assert keys.list_at("shop:1", START) == keys.list_at("shop:1", START)


# --- the log


def test_a_day_lists_its_inputs_latest_first_page_by_page(table: OrdersTable) -> None:
    table.apply(told(document(), at=0))
    table.apply(told(shipment(at=1), at=1))
    table.store.park(keys.tracking_pk("1"), keys.PARCEL, told(scan(), at=2), receipt_id="receipt")
    first = lists(table).inputs_of_day(CONNECTION, START.date(), limit=2)
    rest = lists(table).inputs_of_day(CONNECTION, START.date(), after=first[-1].position, limit=2)
    assert [entry.received_at for entry in (*first, *rest)] == [minute(2), minute(1), minute(0)]
    assert [(entry.outcome, entry.order_id) for entry in (*first, *rest)] == [
        ("parked", ""),
        ("applied", ORDER_ID),
        ("applied", ORDER_ID),
    ]
    assert lists(table).inputs_of_day(CONNECTION, date(2026, 11, 2), limit=2) == []
    assert lists(table).inputs_of_day("other-shop", START.date(), limit=2) == []


def test_a_position_in_the_log_is_a_whole_key() -> None:
    request = logged_request("orders", "shop", date(2026, 1, 2), after=("at", "pk", "sk"), limit=2)
    assert request["ExclusiveStartKey"] == {
        "log_day": {"S": "shop#2026-01-02"},
        "log_at": {"S": "at"},
        "pk": {"S": "pk"},
        "sk": {"S": "sk"},
    }
    assert "ExclusiveStartKey" not in logged_request("orders", "shop", date(2026, 1, 2), after=(), limit=2)


# --- the key of the cursors


def test_the_key_is_made_once_and_read_from_then_on(session: boto3.Session) -> None:
    ssm = session.client("ssm")
    made = iter(["first", "second"])
    name = "/orderhub/test/cursor-key"
    one = SigningKey(lambda: ssm, name, lambda: next(made))
    assert (one(), one()) == (b"first", b"first")
    assert SigningKey(lambda: ssm, name, lambda: next(made))() == b"first"
    assert ssm.get_parameter(Name=name)["Parameter"]["Type"] == "SecureString"


def test_of_two_processes_that_make_the_key_at_once_one_wins_for_both(session: boto3.Session) -> None:
    ssm = session.client("ssm")
    name = "/orderhub/test/raced-key"

    def while_another_is_faster() -> str:
        ssm.put_parameter(Name=name, Value="theirs", Type="SecureString")
        return "ours"

    assert SigningKey(lambda: ssm, name, while_another_is_faster)() == b"theirs"


def test_s18_without_ssm_there_is_no_key_and_the_next_request_asks_again(session: boto3.Session) -> None:
    ssm = session.client("ssm")
    key = SigningKey(lambda: ssm, "/orderhub/test/silent", lambda: "key")
    original = ssm._make_api_call  # type: ignore[attr-defined]
    ssm._make_api_call = lambda *_: never_sent("InternalServerError")(lambda: None)  # type: ignore[attr-defined]
    try:
        with pytest.raises(KeyUnavailableError) as error:
            key()
        assert isinstance(error.value.__cause__, ClientError)
    finally:
        ssm._make_api_call = original  # type: ignore[attr-defined]
    assert key() == b"key"


def _copies(table: OrdersTable, count: int) -> list[str]:
    """Store copies of the sample's head and document under other ids; return them, earliest placed first."""
    table.apply(told(document()))
    head, details = table.item(PK, keys.HEAD), table.item(PK, keys.DETAILS)
    table.client.delete_item(TableName=table.name, Key={"pk": head["pk"], "sk": head["sk"]})
    made = []
    for number in range(count):
        order = f"{CONNECTION}:copy-{number}"
        at = keys.list_at(order, START + timedelta(minutes=number))
        table.put({**head, "pk": {"S": keys.order_pk(order)}, "list_at": {"S": at}})
        table.put({**details, "pk": {"S": keys.order_pk(order)}})
        made.append(order)
    return made
