"""A marketplace's account and a shop's whole list of customers are forgotten when their channel says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.runtime import resources, wiring
from shared.storage.inbox import Inbox
from shared.usecases import erase_connections
from shared.usecases.answer_privacy import replay_erasures
from shared.wire.booking import Label
from shared.wire.receipts import Receipt
from tests.functions.test_erasure import archived, has_customer, order_comes, redact
from tests.support.hub import Hub, document, event_body

DELETION = "MARKETPLACE_ACCOUNT_DELETION"
BUYER = "example-buyer"


def market_tells(hub: Hub, connection: str, topic: str, body: Any) -> None:
    """Let eBay's document come in as a poll or a notification brings it."""
    hub.connect(connection, "ebay")
    text = json.dumps(body)
    receipt = Receipt(
        receipt_id=f"{connection}-{topic}-{abs(hash(text))}",
        connection=connection,
        kind="ebay",
        source="webhook",
        received_at=hub.now,
        topic=topic,
        body=text.encode(),
    )
    Inbox(hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]).put(
        receipt, group=receipt.receipt_id
    )
    hub.settle()


def market_order(hub: Hub, connection: str, number: str, buyer: str = BUYER) -> str:
    order = document(event_body("ebay/kept-1-order.json")) | {"orderId": number, "buyer": {"username": buyer}}
    market_tells(hub, connection, "order", order)
    assert has_customer(hub, f"{connection}:{number}")
    return f"{connection}:{number}"


def delete_account(hub: Hub, connection: str, **names: str) -> None:
    told = document(event_body(f"ebay/notification-{DELETION}.json"))
    told["notification"]["data"] = names
    market_tells(hub, connection, DELETION, told)


def test_a_deleted_account_erases_its_orders_at_that_connection_and_no_others(hub: Hub) -> None:
    mine = [market_order(hub, "market-one", number) for number in ("11-1", "11-2")]
    others = [market_order(hub, "market-one", "12-1", "somebody"), market_order(hub, "market-two", "11-1")]
    delete_account(hub, "market-one", username=BUYER.upper(), userId="u-1", eiasToken="t")
    assert [has_customer(hub, order) for order in mine] == [False, False]
    assert [has_customer(hub, order) for order in others] == [True, True]
    [record] = hub.store.connection_inputs("market-one")
    assert (record.outcome, record.reason) == ("ignored", DELETION)


def test_an_order_that_names_the_immutable_user_id_is_found_by_it(hub: Hub) -> None:
    order = market_order(hub, "market-one", "11-1", "u-1")
    delete_account(hub, "market-one", username=BUYER, userId="u-1", eiasToken="t")
    assert not has_customer(hub, order)


def test_an_order_that_was_read_before_its_account_was_deleted_is_stored_without_its_customer(
    hub: Hub,
) -> None:
    delete_account(hub, "market-one", username=BUYER, userId="u-1")
    late = document(event_body("ebay/kept-1-order.json")) | {"buyer": {"username": BUYER.upper()}}
    for connection, number in (("market-one", "11-1"), ("market-two", "11-1")):
        market_tells(hub, connection, "order", late | {"orderId": number})
    assert not has_customer(hub, "market-one:11-1")
    assert has_customer(hub, "market-two:11-1")  # another seller's: that one's deletion comes by itself
    found = hub.store.read("market-one:11-1").order
    assert found is not None
    assert (found.erased, [entry.kind for entry in found.deadlines if entry.kind == "erase"]) == (True, [])
    # Nor does a change bring them back.
    later = late | {"orderId": "11-1", "lastModifiedDate": "2026-03-08T10:00:00.000Z"}
    market_tells(hub, "market-one", "order", later)
    assert not has_customer(hub, "market-one:11-1")
    assert len(list(archived(hub))) == 1  # the other seller's


def test_a_buyer_who_changed_their_name_is_found_by_the_one_an_order_was_last_read_with(hub: Hub) -> None:
    order = market_order(hub, "market-one", "11-1", "old-name")
    renamed = document(event_body("ebay/kept-1-order.json")) | {"orderId": "11-1"}
    renamed |= {"lastModifiedDate": "2026-03-08T10:00:00.000Z", "buyer": {"username": "new-name"}}
    market_tells(hub, "market-one", "order", renamed)
    delete_account(hub, "market-one", username="new-name")
    assert not has_customer(hub, order)


def test_no_account_is_stored_and_a_corrected_address_does_not_lose_it(hub: Hub) -> None:
    order = market_order(hub, "market-one", "11-1")
    later = document(event_body("ebay/kept-1-order.json")) | {"orderId": "11-1"}
    later |= {"lastModifiedDate": "2026-03-08T10:00:00.000Z", "buyer": {}}
    later["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]["email"] = "new@example.com"
    market_tells(hub, "market-one", "order", later)
    full = hub.store.read_full(order)
    assert full is not None
    assert full.customer is not None
    assert (full.customer.email, full.customer.account) == ("new@example.com", "")
    assert BUYER not in json.dumps(hub.items())
    delete_account(hub, "market-one", username=BUYER)
    assert not has_customer(hub, order)


def test_f67_after_a_restore_a_deleted_accounts_orders_are_erased_again(hub: Hub) -> None:
    market_order(hub, "market-one", "11-1")
    delete_account(hub, "market-one", username=BUYER)
    assert list(wiring.privacy_desk().ledger.all()) == ["market-one:11-1"]
    assert replay_erasures(wiring.privacy_desk()) == []


# --- a shop that ended


def shop_ends(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(erase_connections, "PAGE", 2)
    orders = [order_comes(hub, number, email=f"{number}@example.com") for number in range(901, 906)]
    hub.post("shop-one", b'{"shop_id": 1, "shop_domain": "example.myshopify.com"}', "shop/redact")
    hub.settle()
    return orders


def forgotten(hub: Hub, orders: list[str]) -> int:
    return [has_customer(hub, order) for order in orders].count(False)


def test_a_redacted_shop_loses_all_its_customers_page_by_page(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = document(event_body("woocommerce/transfer-1-order.created.json"))
    hub.post("shop-two", json.dumps(other).encode(), "order.created")
    orders = shop_ends(hub, monkeypatch)
    assert [r.reason for r in hub.store.connection_inputs("shop-one")] == ["shop/redact"]
    counts = []
    for _ in range(4):
        hub.run_deadlines(hub.now)
        counts.append(forgotten(hub, orders))
    assert counts == [2, 4, 5, 5]
    assert has_customer(hub, f"shop-two:{other['id']}")
    assert wiring.erasure_desk().privacy.ledger.under_way() == []
    assert sorted(wiring.privacy_desk().ledger.all()) == orders


def test_f66_a_redacted_shop_is_finished_by_the_next_run_where_one_ended_half_way(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = shop_ends(hub, monkeypatch)
    real, calls = hub.store.__class__.commit, []

    def dying(store: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the process ends")
        return real(store, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(hub.store.__class__, "commit", dying)
        with pytest.raises(ExceptionGroup):
            hub.run_deadlines(hub.now)
    assert forgotten(hub, orders) == 1
    for _ in range(3):
        hub.run_deadlines(hub.now)
    assert forgotten(hub, orders) == 5
    for order in orders:
        erasures = [r for r in hub.store.history(order) if any(n.detail == "erased" for n in r.notes)]
        assert len(erasures) == 1


# --- labels


def shipped(hub: Hub) -> str:
    """Let an order with a parcel come, whose label is kept."""
    body = document(event_body("shopify/orders_updated_shipped.json"))
    hub.post("shop-one", json.dumps(body).encode(), "orders/updated")
    hub.settle()
    order = hub.store.read(f"shop-one:{body['id']}").order
    assert order is not None
    [package] = order.packages
    resources.labels().keep(
        order.id, package.id, Label(body=b"Example Customer", media_type="application/pdf")
    )
    return order.id


def labels(hub: Hub) -> list[str]:
    return [key for key, _ in archived(hub) if key.startswith("labels/")]


def test_a_customers_labels_go_with_them_when_they_ask(hub: Hub) -> None:
    order = shipped(hub)
    assert len(labels(hub)) == 1
    redact(hub, customer={"id": 7, "email": ""}, orders_to_redact=[int(order.partition(":")[2])])
    assert not has_customer(hub, order)
    assert labels(hub) == []


def test_a_customers_labels_go_with_them_when_their_time_is_over(hub: Hub) -> None:
    order = shipped(hub)
    found = hub.store.read(order).order
    assert found is not None
    hub.run_deadlines(next(entry.due for entry in found.deadlines if entry.kind == "erase"))
    assert not has_customer(hub, order)
    assert labels(hub) == []


def test_f66_labels_go_first_so_that_an_erasure_that_ends_half_way_is_still_to_be_done(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shipped(hub)

    def dying(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("the process ends")

    with monkeypatch.context() as patch:
        patch.setattr(hub.store.__class__, "commit", dying)
        hub.post(
            "shop-one",
            json.dumps({"customer": {}, "orders_to_redact": [int(order.partition(":")[2])]}).encode(),
            "customers/redact",
        )
        batch = hub.inbox_event()
        assert hub.invoke("apply_inbox", batch)["batchItemFailures"]
    assert (has_customer(hub, order), labels(hub)) == (True, [])
    hub.invoke("apply_inbox", batch)
    assert not has_customer(hub, order)
