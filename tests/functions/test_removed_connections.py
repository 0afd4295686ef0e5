"""A connection that is removed: its door is closed, nobody asks or tells it, and its orders go on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.connections.credentials import CredentialWriter, read_credentials
from shared.connections.states import ConnectionStates, Progress
from shared.storage.erasures import Erasures
from shared.storage.lists import OrderLists
from shared.usecases.remove_connection import RemovalDesk, count_open, remove_connection, uses_of
from shared.wire.polls import Page, Polled
from tests.functions.test_erasure import has_customer, order_comes
from tests.functions.test_serve_api_commands import MANUAL
from tests.support.api import Api
from tests.support.hub import Hub, event_body


def desk(hub: Hub) -> RemovalDesk:
    client, ssm = hub.session.client("dynamodb"), hub.session.client("ssm")
    return RemovalDesk(
        connections=hub.connections,
        states=ConnectionStates(client, hub.environment["CONNECTIONS_TABLE"]),
        secrets=hub.secrets,
        credentials=CredentialWriter(ssm, hub.environment["CREDENTIALS_PATH"]),
    )


def remove(hub: Hub, connection: str) -> None:
    """Remove it, and let the minutes pass for which functions remember connections and secrets."""
    remove_connection(hub.connections.get(connection), desk(hub), now=hub.now)
    hub.now += timedelta(minutes=5)


def said(number: str, **changes: Any) -> Page:
    document = {"id": number, "status": "open", "lines": {"A": 1}, "at": "2026-03-01T09:00:00Z"} | changes
    return Page(documents=(Polled(body=json.dumps(document).encode()),))


def effects(hub: Hub, order: str) -> dict[str, tuple[str, str]]:
    return {
        effect.key: (effect.state.value, effect.reason)
        for record in hub.store.history(order)
        for effect in record.effects
    }


@pytest.fixture
def paid(hub: Hub) -> str:
    """An open order of a shop whose customer gets mails."""
    return order_comes(hub)


def test_b02_its_webhooks_are_refused_like_those_of_a_connection_that_never_was(hub: Hub) -> None:
    remove(hub, "shop-one")
    refused = hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")
    assert refused["statusCode"] == 401
    assert json.loads(refused["body"])["code"] == "invalid_signature"
    assert hub.queued("INBOX_QUEUE_URL") == 0


def test_what_it_had_sent_before_is_applied(hub: Hub) -> None:
    assert hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")["statusCode"] == 202
    remove(hub, "shop-one")
    assert count_open("shop-one", lists(hub)) == 0
    hub.settle()
    assert count_open("shop-one", lists(hub)) == 1
    assert count_open("shop-two", lists(hub)) == 0


def test_its_orders_can_be_shipped_and_their_customers_hear_of_it(hub: Hub, paid: str) -> None:
    remove(hub, "shop-one")
    before = len(hub.mails())
    shipped = Api(hub).command(paid, "ship", {"tracking_number": "1Z999AA10123456784", "carrier": "ups"})
    assert shipped.status == 200
    hub.settle()
    assert len(hub.mails()) == before + 1


def test_it_is_neither_asked_nor_told_what_its_orders_owed_it(hub: Hub) -> None:
    script = hub.script("market", own_shop=False, auto_accept=True)
    script.pages.append(said("A-1"))
    hub.poll()
    assert Api(hub).command("market:A-1", "ship", {}).status == 200
    remove(hub, "market")
    hub.now += timedelta(minutes=10)
    hub.poll(sweep=True)
    hub.sweep()
    hub.settle()
    assert (script.told, script.pages) == ([], [])
    [call] = [came for key, came in effects(hub, "market:A-1").items() if key.startswith("channel/ship")]
    assert call == ("skipped", "no_api")
    ssm = hub.session.client("ssm")
    assert read_credentials(ssm, f"{hub.environment['CREDENTIALS_PATH']}/market") == {}
    assert desk(hub).states.read("market") == Progress()


def test_the_api_shows_it_as_removed_and_takes_no_new_order_for_it(hub: Hub, paid: str) -> None:
    at = hub.now.isoformat()
    remove(hub, "shop-one")
    api = Api(hub)
    rows = {row["id"]: row["removed_at"] for row in api.get("/v1/connections").body["connections"]}
    assert rows == {"shop-one": at, "shop-two": None, "tracking": None}
    assert api.get(f"/v1/orders/{paid}").status == 200
    answer = api.post("/v1/orders", MANUAL)
    assert (answer.status, answer.code) == (422, "invalid_field:connection")
    assert answer.body["detail"] == "This connection was removed."


def test_removed_again_it_stays_removed_since_then_and_what_was_left_over_goes(hub: Hub) -> None:
    hub.script("market")
    since = hub.now
    remove(hub, "market")
    desk(hub).credentials.put("market", {"api_key": "left over"})
    hub.now += timedelta(days=1)
    remove(hub, "market")
    assert hub.connections.get("market").removed_at == since
    assert read_credentials(hub.session.client("ssm"), f"{hub.environment['CREDENTIALS_PATH']}/market") == {}


def test_a_poll_that_is_under_way_leaves_no_state_behind(hub: Hub) -> None:
    hub.script("market")
    states = desk(hub).states
    assert states.lease("market", "a run", now=hub.now, lease=timedelta(minutes=1)) is not None
    remove(hub, "market")
    assert not states.release("market", "a run", state="ok", polled_until=hub.now)
    assert states.read("market") == Progress()


def test_who_uses_a_connection_is_known_by_the_setting(hub: Hub) -> None:
    hub.connect("market", "shopify", back_office="shop-one", carrier_account="postage")
    hub.connect("other", "shopify", follows={"ups": "my-ups"})
    known = list(hub.connections.list())
    assert uses_of("shop-one", known) == [("market", "back_office")]
    assert uses_of("postage", known) == [("market", "carrier_account")]
    assert uses_of("my-ups", known) == [("other", "follows.ups")]
    assert uses_of("market", known) == []
    remove(hub, "market")
    assert uses_of("shop-one", hub.connections.list()) == []


def test_all_its_customers_are_forgotten_where_that_is_asked_for(hub: Hub, paid: str) -> None:
    remove(hub, "shop-one")
    Erasures(hub.session.client("dynamodb"), hub.environment["CONNECTIONS_TABLE"]).begin(
        "shop-one", "removed"
    )
    assert has_customer(hub, paid)
    hub.run_deadlines(hub.now)
    assert not has_customer(hub, paid)


def lists(hub: Hub) -> OrderLists:
    return OrderLists(hub.session.client("dynamodb"), hub.environment["ORDERS_TABLE"])
