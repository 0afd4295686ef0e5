"""What the inbox gives up has an outcome, too, listed with its order and with its connection."""

from __future__ import annotations

from typing import Any

import pytest

from shared.carriers.easypost import mapping as easypost
from shared.channels.shopify import mapping as shopify
from shared.orders.model import order_id
from tests.support.api import CLERK, Api
from tests.support.hub import Hub, document, event_body

CREATED = "shopify/orders_create.json"
PAID = "shopify/orders_paid.json"
PARCEL = "easypost/parcel-4-tracker.updated.json"
ORDER = order_id("shop-one", str(document(event_body(CREATED))["id"]))
GIVEN_UP = ("dead_lettered", "failed_too_often")


def given_up(hub: Hub, monkeypatch: pytest.MonkeyPatch, mapping: Any, connection: str, *sent: str) -> None:
    """Let a document come that our mapping cannot read, until the inbox gives it up."""
    with monkeypatch.context() as fault:
        fault.setattr(mapping, "normalize", None)
        hub.post(connection, event_body(sent[0]), *sent[1:])
        batch = hub.inbox_event()
        assert batch is not None
        hub.give_up(batch)


def outcomes(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entry["outcome"], entry["reason"]) for entry in entries]


def test_what_failed_of_an_order_stands_in_its_history_and_in_its_connections_day(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.post("shop-one", event_body(CREATED), "orders/create")
    hub.settle()
    before = hub.store.read(ORDER).order
    given_up(hub, monkeypatch, shopify, "shop-one", PAID, "orders/paid")

    api = Api(hub, CLERK)
    history = api.get(f"/v1/orders/{ORDER}/history").body["history"]
    inputs = api.get("/v1/connections/shop-one/inputs").body["inputs"]

    assert outcomes(history).count(GIVEN_UP) == 1
    [listed] = [entry for entry in inputs if entry["outcome"] == "dead_lettered"]
    assert listed["order_id"] == ORDER
    assert hub.store.read(ORDER).order == before


def test_what_failed_before_its_order_was_there_is_listed_and_the_order_comes_all_the_same(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up(hub, monkeypatch, shopify, "shop-one", CREATED, "orders/create")
    api = Api(hub, CLERK)
    assert api.get(f"/v1/orders/{ORDER}").code == "not_found"
    assert outcomes(api.get("/v1/connections/shop-one/inputs").body["inputs"]) == [GIVEN_UP]

    hub.post("shop-one", event_body(CREATED), "orders/create")
    hub.settle()

    assert sorted(outcomes(api.get(f"/v1/orders/{ORDER}/history").body["history"])) == [
        ("applied", ""),
        GIVEN_UP,
    ]


def test_what_failed_of_a_carrier_names_no_order(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up(hub, monkeypatch, easypost, "tracking", PARCEL)
    [entry] = Api(hub, CLERK).get("/v1/connections/tracking/inputs").body["inputs"]
    assert (entry["outcome"], entry["order_id"]) == ("dead_lettered", None)
