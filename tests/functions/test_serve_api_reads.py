"""Reading through the API: lists and their pages, one order, its history, a connection's day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws
from pydantic import TypeAdapter

from shared.api.shapes.connections import InputList
from shared.api.shapes.history import History
from shared.api.shapes.orders import Order, OrderList, OrderSummary
from shared.orders.model import order_id
from tests.support.api import CLERK, Answer, Api, api_event
from tests.support.hub import deployed_hub, event_body

# What the payloads of events/ tell, the latest placed first.
PLACED = ["shop-two:1505", "shop-two:1504", "shop-two:1503", "shop-two:1502", "shop-two:1501"]
FIRST = order_id("shop-one", "920000000000001001")
DELETED = "shop-two:1504"
COMING = ("transfer", "cod", "pickup", "canceled", "deleted")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """A hub with six orders, one of them shipped by command, that all tests here only look at."""
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws(), deployed_hub(monkeypatch) as hub:
        hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")
        for name in COMING:
            hub.post("shop-two", event_body(f"woocommerce/{name}-1-order.created.json"), "order.created")
        hub.post("shop-one", b"{not json", "orders/create")
        hub.post("tracking", event_body("easypost/parcel-4-tracker.updated.json").replace(b"6784", b"6786"))
        hub.settle()
        hub.now += timedelta(minutes=1)
        hub.post("shop-two", event_body("woocommerce/deleted-2-order.deleted.json"), "order.deleted")
        hub.settle()
        clerk = Api(hub)
        hub.now += timedelta(minutes=1)
        clerk.command(FIRST, "accept", key="refused")
        hub.now += timedelta(minutes=1)
        clerk.command(
            FIRST, "ship", {"tracking_number": "1Z999AA10123456784", "carrier": "ups"}, key="shipped"
        )
        yield clerk


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [order["id"] for order in answer.body["orders"]]


def pages(api: Api, path: str, part: str, **query: str) -> list[list[Any]]:
    found: list[list[Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(20):
        answer = api.get(path, **query, **cursor)
        assert answer.status == 200, answer.body
        found.append(answer.body[part])
        if answer.body["next"] is None:
            return found
        cursor = {"cursor": answer.body["next"]}
    raise AssertionError("the list never ends")


# --- lists


def test_orders_are_listed_with_the_latest_placed_first(api: Api) -> None:
    assert ids(api.get("/v1/orders")) == [*PLACED, FIRST]


def test_a_list_shows_what_is_needed_to_choose_an_order(api: Api) -> None:
    [order] = api.get("/v1/orders", connection="shop-one").body["orders"]
    assert set(order) == set(OrderSummary.__annotations__)
    assert (order["number"], order["total"], order["currency"]) == ("#1001", "41.17", "EUR")
    assert (order["status"], order["payment"], order["attention"]) == ("shipped", "paid", [])


def test_no_list_shows_anything_of_a_customer(api: Api) -> None:
    for path in ("/v1/orders", f"/v1/orders/{FIRST}/history", "/v1/connections/shop-one/inputs"):
        text = json.dumps(api.get(path).body)
        assert "buyer" not in text
        assert "Example Street" not in text
        assert "Berlin" not in text


def test_orders_are_filtered_by_connection_status_and_attention(api: Api) -> None:
    assert ids(api.get("/v1/orders", connection="shop-one")) == [FIRST]
    assert ids(api.get("/v1/orders", status="new")) == ["shop-two:1504", "shop-two:1501"]
    assert ids(api.get("/v1/orders", status="new", connection="shop-one")) == []
    assert ids(api.get("/v1/orders", status="shipped")) == [FIRST]
    assert ids(api.get("/v1/orders", attention="true")) == [DELETED]
    assert ids(api.get("/v1/orders", attention="true", connection="shop-one")) == []
    assert ids(api.get("/v1/orders", attention="true", connection="shop-two", status="new")) == [DELETED]
    assert ids(api.get("/v1/orders", attention="true", status="shipped")) == []


def test_an_order_is_found_by_the_number_that_people_call_it_by(api: Api) -> None:
    assert ids(api.get("/v1/orders", number="#1001")) == [FIRST]
    assert ids(api.get("/v1/orders", number="1001")) == [FIRST]
    assert ids(api.get("/v1/orders", number="100")) == []
    assert ids(api.get("/v1/orders", number="1505", connection="shop-one")) == []


def test_the_orders_of_a_customer_are_found_by_their_mail_address(api: Api) -> None:
    known = {order: api.get(f"/v1/orders/{order}").body["customer"]["email"] for order in [*PLACED, FIRST]}
    email = known[FIRST]
    theirs = [order for order in ids(api.get("/v1/orders")) if known[order] == email]
    assert len(theirs) > 1
    assert ids(api.get("/v1/orders", email=email.upper())) == theirs
    found = [page[0]["id"] for page in pages(api, "/v1/orders", "orders", email=email, limit="1")]
    assert found == theirs
    assert ids(api.get("/v1/orders", email=email, connection="shop-one")) == [FIRST]
    assert ids(api.get("/v1/orders", email=email, status="canceled", connection="shop-one")) == []
    assert ids(api.get("/v1/orders", email="nobody@example.com")) == []
    assert ids(api.get("/v1/orders", email=email, number="1001")) == [FIRST]
    assert ids(api.get("/v1/orders", email="nobody@example.com", number="1001")) == []


def test_pages_hold_every_order_once(api: Api) -> None:
    found = pages(api, "/v1/orders", "orders", limit="4")
    assert [len(page) for page in found] == [4, 2]
    assert [order["id"] for page in found for order in page] == [*PLACED, FIRST]
    assert [len(page) for page in pages(api, "/v1/orders", "orders", limit="3")] == [3, 3]


# --- B55, B56 and other questions that cannot be answered


def test_b55_a_forged_cursor_is_refused(api: Api) -> None:
    cursor = api.get("/v1/orders", limit="2").body["next"]
    other = "B" if cursor.startswith("A") else "A"
    for forged in ("x", "", cursor[:-2], cursor[::-1], f"{other}{cursor[1:]}", "é", cursor + "A" * 3000):
        answer = api.get("/v1/orders", cursor=forged)
        assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_b55_a_cursor_fits_the_list_and_the_filters_it_was_given_for(api: Api) -> None:
    cursor = api.get("/v1/orders", limit="2").body["next"]
    assert ids(api.get("/v1/orders", cursor=cursor, limit="1")) == ["shop-two:1503"]
    for path, query in (
        ("/v1/orders", {"connection": "shop-two"}),
        ("/v1/orders", {"status": "new"}),
        (f"/v1/orders/{FIRST}/history", {}),
        ("/v1/connections/shop-one/inputs", {}),
    ):
        assert api.get(path, cursor=cursor, **query).code == "invalid_cursor"


@pytest.mark.parametrize("limit", ["0", "-1", "1e9", "abc", "101", "", "1.0", "٣", " 5"])
def test_b56_a_limit_is_a_whole_number_from_1_to_100(api: Api, limit: str) -> None:
    for path in ("/v1/orders", f"/v1/orders/{FIRST}/history", "/v1/connections/shop-one/inputs"):
        answer = api.get(path, limit=limit)
        assert (answer.status, answer.code) == (422, "invalid_limit")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"colour": "red"}, "unknown_field:colour"),
        ({"<script>": "1"}, "unknown_field:?script?"),
        ({"status": "SUPER_SHIPPED"}, "invalid_field:status"),
        ({"status": "new,shipped"}, "invalid_field:status"),
        ({"attention": "false"}, "invalid_field:attention"),
        ({"connection": "No Such"}, "invalid_field:connection"),
        ({"email": "nobody"}, "invalid_field:email"),
        ({"email": ""}, "invalid_field:email"),
        ({"number": ""}, "invalid_field:number"),
        ({"number": "1\n2"}, "invalid_field:number"),
    ],
)
def test_b51_a_filter_that_is_not_understood_is_refused(api: Api, query: dict[str, str], code: str) -> None:
    answer = api.get("/v1/orders", **query)
    assert (answer.status, answer.code) == (422, code)


def test_a_status_that_there_is_not_is_answered_with_those_that_there_are(api: Api) -> None:
    assert "waiting_shipment, shipped" in api.get("/v1/orders", status="SUPER_SHIPPED").body["detail"]


# --- one order


def test_an_order_shows_all_about_it(api: Api) -> None:
    answer = api.get(f"/v1/orders/{FIRST}")
    order = answer.body
    assert set(order) == set(Order.__annotations__)
    assert answer.headers["ETag"] == f'"{order["version"]}"'
    assert order["customer"]["email"] == "buyer@example.com"
    assert order["customer"]["shipping"]["city"] == "Berlin"
    assert [line["name"] for line in order["lines"]] == ["Coffee beans - 500 g", "Mug - Blue"]
    [package] = order["packages"]
    assert package["tracking_number"] == "1Z999AA10123456784"
    assert package["contents"][0] == {"line_id": order["lines"][0]["id"], "quantity": 2}
    assert [entry["kind"] for entry in order["transactions"]] == ["capture"]
    effects = {effect["key"]: effect["state"] for effect in order["effects"]}
    assert (effects["mail/order_received"], effects["mail/shipped/1"]) == ("done", "owed")
    assert order["history"][-1]["command"] == "ship"
    assert order["history"][-1]["actor"] == CLERK["sub"]
    assert order["history"][0]["source"] == "webhook"
    assert order["history_count"] == len(order["history"]) == 3


def test_an_order_says_what_it_takes_and_why_not_the_rest(api: Api) -> None:
    actions = {action["name"]: action for action in api.get(f"/v1/orders/{FIRST}").body["actions"]}
    assert actions["cancel_package"] == {
        "name": "cancel_package",
        "allowed": True,
        "reason": "",
        "told": False,
    }
    assert actions["accept"]["allowed"] is False
    assert actions["accept"]["reason"] == "illegal_transition"
    assert actions["refund_amount"]["allowed"]
    waiting = {action["name"]: action for action in api.get("/v1/orders/shop-two:1501").body["actions"]}
    assert waiting["refund_amount"]["reason"] == "nothing_paid"


@pytest.mark.parametrize(
    "order",
    [
        "shop-one:1",
        "no-such-shop:920000000000001001",
        "shop-one",
        "shop-one:",
        "SHOP:1",
        "a:b c",
        "tracking:1",
    ],
)
def test_b53_an_order_of_somebody_else_is_as_unknown_as_one_that_is_not_there(api: Api, order: str) -> None:
    missing = api.get("/v1/orders/shop-one:404")
    answers = [
        api.get(f"/v1/orders/{order}"),
        api.get(f"/v1/orders/{order}/history"),
        api.command(order, "cancel"),
    ]
    for answer in answers:
        assert answer.status == 404
        assert answer.body | {"request_id": ""} == missing.body | {"request_id": ""}
    assert missing.code == "not_found"
    assert "?number=" in missing.body["detail"]


# --- history and inputs


def test_a_history_holds_every_input_with_its_outcome_page_by_page(api: Api) -> None:
    found = pages(api, f"/v1/orders/{FIRST}/history", "history", limit="1")
    entries = [entry for page in found for entry in page]
    assert len(found) == 3
    assert [entry["outcome"] for entry in entries] == ["applied", "refused", "applied"]
    assert entries[1]["reason"] == "illegal_transition"
    assert entries[2]["command"] == "ship"
    assert entries[2]["moves"] == [
        {"rule": "T8", "source": "waiting_shipment", "target": "shipped", "caught_up": False}
    ]


def test_a_connections_day_lists_what_came_in_and_what_became_of_it(api: Api) -> None:
    found = pages(api, "/v1/connections/shop-one/inputs", "inputs", day="2026-03-09", limit="1")
    inputs = [entry for page in found for entry in page]
    assert [(entry["outcome"], entry["reason"]) for entry in inputs[:2]] == [
        ("applied", ""),
        ("refused", "illegal_transition"),
    ]
    assert {(entry["outcome"], entry["reason"]) for entry in inputs[2:]} == {
        ("applied", ""),
        ("quarantined", "invalid_json"),
    }
    assert len({entry["key"] for entry in inputs}) == len(inputs) == 4
    assert api.get("/v1/connections/shop-one/inputs").body["inputs"]  # today, as the hub's clock has it
    assert api.get("/v1/connections/shop-one/inputs", day="2026-03-08").body == {"inputs": [], "next": None}


def test_an_input_that_waits_for_its_order_is_listed(api: Api) -> None:
    [entry] = api.get("/v1/connections/tracking/inputs").body["inputs"]
    assert (entry["outcome"], entry["reason"], entry["order_id"]) == ("parked", "unknown_parcel", None)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-W10-1", "20260309", "today", ""])
def test_a_day_is_a_date(api: Api, day: str) -> None:
    answer = api.get("/v1/connections/shop-one/inputs", day=day)
    assert (answer.status, answer.code) == (422, "invalid_day")


def test_an_unknown_connection_has_no_inputs(api: Api) -> None:
    for connection in ("no-such-shop", "No Such"):
        assert api.get(f"/v1/connections/{connection}/inputs").code == "not_found"


# --- in general


def test_every_answer_has_the_shape_that_is_described(api: Api) -> None:
    for path, shape in (
        ("/v1/orders", OrderList),
        (f"/v1/orders/{FIRST}", Order),
        (f"/v1/orders/{DELETED}", Order),
        (f"/v1/orders/{FIRST}/history", History),
        ("/v1/connections/shop-two/inputs", InputList),
    ):
        adapter: TypeAdapter[Any] = TypeAdapter(shape)
        adapter.validate_python(api.get(path).body, strict=True, extra="forbid")


def test_an_unknown_route_is_a_problem_like_any_other(api: Api) -> None:
    response = api.hub.invoke("serve_api", api_event("GET", "/v1/nothing", claims=CLERK))
    assert response["statusCode"] == 404
    assert response["headers"]["Content-Type"] == "application/problem+json"
    assert set(json.loads(response["body"])) == {"type", "title", "status", "code", "detail", "request_id"}
