"""An order's way through the real handlers: webhook, inbox, change, relay, mail."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.orders.changes import Outcome
from shared.orders.model import order_id
from shared.storage.records import EffectState
from tests.support.hub import Hub, document, event_body

CREATED = "shopify/orders_create.json"


def created_id() -> str:
    return order_id("shop-one", str(document(event_body(CREATED))["id"]))


def post_created(hub: Hub) -> None:
    assert hub.post("shop-one", event_body(CREATED), "orders/create")["statusCode"] == 202


def status_of(hub: Hub, order: str) -> str:
    found = hub.store.read(order).order
    assert found is not None
    return str(found.status)


def subjects(hub: Hub) -> list[str]:
    return [mail.subject for mail in hub.mails()]


def test_a_paid_order_becomes_shippable_and_its_customer_gets_one_mail(hub: Hub) -> None:
    post_created(hub)
    hub.settle()
    assert status_of(hub, created_id()) == "waiting_shipment"
    assert len(hub.mails()) == 1
    [record] = hub.store.history(created_id())
    assert record.outcome is Outcome.APPLIED
    mail = record.effect("mail/order_received")
    assert mail is not None
    assert mail.state is EffectState.DONE
    assert mail.proof


def test_a_new_order_is_in_the_state_table_after_one_hop_through_the_inbox(hub: Hub) -> None:
    post_created(hub)
    assert hub.queued("INBOX_QUEUE_URL") == 1
    assert hub.run_inbox() == 1
    assert status_of(hub, created_id()) == "waiting_shipment"
    assert hub.inbox_event() is None


def test_what_a_carrier_says_is_on_the_order_after_one_hop_through_the_inbox(hub: Hub) -> None:
    for name in ("transfer-1-order.created", "transfer-2-order.updated", "transfer-3-order.updated"):
        hub.post("shop-two", event_body(f"woocommerce/{name}.json"), name.rpartition("-")[2])
    hub.settle()
    order = order_id("shop-two", str(document(event_body("woocommerce/transfer-1-order.created.json"))["id"]))
    history = len(hub.store.history(order))
    hub.post("tracking", event_body("easypost/parcel-1-tracker.created.json"))
    assert hub.run_inbox() == 1
    assert len(hub.store.history(order)) == history + 1
    assert hub.inbox_event() is None


def test_p2_an_input_is_applied_with_one_read_and_one_write_transaction(hub: Hub) -> None:
    post_created(hub)
    hub.settle()
    hub.post("shop-one", event_body("shopify/orders_updated_shipped.json"), "orders/updated")
    hub.run_inbox()
    # And one put for the archive, whatever the size of the batch.
    assert hub.last_calls == {"BatchGetItem": 1, "TransactWriteItems": 1, "PutObject": 1}


def test_p2_a_carrier_fact_is_applied_with_one_more_read(hub: Hub) -> None:
    for name in ("transfer-1-order.created", "transfer-2-order.updated", "transfer-3-order.updated"):
        hub.post("shop-two", event_body(f"woocommerce/{name}.json"), name.rpartition("-")[2])
    hub.settle()
    hub.post("tracking", event_body("easypost/parcel-1-tracker.created.json"))
    hub.settle()
    hub.post("tracking", event_body("easypost/parcel-2-tracker.updated.json"))
    hub.run_inbox()
    assert hub.last_calls == {"GetItem": 1, "BatchGetItem": 1, "TransactWriteItems": 1, "PutObject": 1}


def test_b15_the_same_webhook_fifty_times_is_one_order_and_one_mail(hub: Hub) -> None:
    for _ in range(50):
        post_created(hub)
    hub.settle()
    [record] = hub.store.history(created_id())
    assert record.repeats == 49
    assert len(hub.mails()) == 1


def test_b16_the_same_webhook_after_400_days_changes_nothing(hub: Hub) -> None:
    post_created(hub)
    hub.settle()
    hub.now += timedelta(days=400)
    post_created(hub)
    hub.settle()
    assert [record.repeats for record in hub.store.history(created_id())] == [1]
    assert len(hub.mails()) == 1


@pytest.mark.parametrize(
    ("case", "body", "reason"),
    [
        ("b17", b"", "empty_body"),
        ("b17", b" \n ", "empty_body"),
        ("b18", b"not json", "invalid_json"),
        ("b18", b'{"id": 1} and more', "invalid_json"),
        ("b18", b'\xef\xbb\xbf{"id": 1}', "invalid_json"),
        ("b19", b'{"id": "\xff"}', "invalid_utf8"),
        ("b20", b'{"id": 1, "id": 2}', "duplicate_key"),
        ("b21", b'{"id": NaN}', "invalid_number"),
        ("b21", b'{"id": 1e999}', "invalid_number"),
        ("b22", b'{"id": ' + b"9" * 5_000 + b"}", "invalid_number"),
        ("b23", b"[" * 100_000, "too_deep"),
        ("b24", b'{"id": "\\ud800"}', "invalid_unicode"),
        ("b33", b'{"line_items": [], "id": null}', "missing_field:order_id"),
        ("b33", b'{"line_items": [], "id": "  "}', "missing_field:order_id"),
        ("b35", json.dumps({"line_items": [], "id": "x" * 300}).encode(), "invalid_id"),
        ("b35", json.dumps({"line_items": [], "id": "\U0001f600" * 200}).encode(), "invalid_id"),
    ],
)
def test_what_cannot_be_used_is_accepted_and_quarantined_with_its_reason(
    hub: Hub, case: str, body: bytes, reason: str
) -> None:
    assert hub.post("shop-one", body, "orders/create")["statusCode"] == 202, case
    hub.settle()
    [record] = hub.store.connection_inputs("shop-one")
    assert (record.outcome, record.reason) == (Outcome.QUARANTINED, reason)


def test_b29_a_signed_form_is_quarantined(hub: Hub) -> None:
    from tests.support.senders import gateway_event, signed_headers

    headers = signed_headers("shopify", b"a=1", "a secret for tests", "orders/create")
    headers["content-type"] = "application/x-www-form-urlencoded"
    event = gateway_event("shopify", "shop-one", b"a=1", headers, "request-b29")
    assert hub.invoke("receive_webhook", event)["statusCode"] == 202
    hub.settle()
    [record] = hub.store.connection_inputs("shop-one")
    assert (record.outcome, record.reason) == (Outcome.QUARANTINED, "unsupported_media_type")


def test_b34_a_number_and_the_same_number_as_text_are_one_order(hub: Hub) -> None:
    order = document(event_body(CREATED))
    for external_id in (order["id"], str(order["id"])):
        body = json.dumps(order | {"id": external_id}).encode()
        hub.post("shop-one", body, "orders/create")
    hub.settle()
    assert len(hub.store.history(created_id())) == 1


@pytest.mark.parametrize("external_id", ["a#HEAD", "../other", "a/b", "x:y", "🙂", "a b", "ORDER#1"])
def test_b35_an_order_id_cannot_reach_into_another_key(hub: Hub, external_id: str) -> None:
    order = document(event_body(CREATED)) | {"id": external_id}
    hub.post("shop-one", json.dumps(order).encode(), "orders/create")
    hub.settle()
    key = order_id("shop-one", external_id)
    found = hub.store.read(key).order
    assert found is not None
    assert found.external_id == external_id
    assert {item["pk"]["S"] for item in hub.items() if item["pk"]["S"].startswith("ORDER#")} == {
        f"ORDER#{key}"
    }
    assert key.count(":") == 1
    assert "#" not in key


def test_b67_a_message_that_is_no_json_fails_alone_and_ends_in_the_dead_letters(hub: Hub) -> None:
    post_created(hub)
    event = hub.inbox_event()
    assert event is not None
    poison: dict[str, Any] = {
        **event["Records"][0],
        "messageId": "poison",
        "body": "no json",
        "attributes": {"MessageGroupId": "other"},
    }
    event["Records"].insert(0, poison)
    answer = hub.invoke("apply_inbox", event)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert status_of(hub, created_id()) == "waiting_shipment"


@pytest.mark.parametrize("function", ["apply_inbox", "relay_effects", "send_mail"])
@pytest.mark.parametrize(
    "event", [{}, {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}, [], None, {"Records": "x"}]
)
def test_b68_a_foreign_event_is_refused_without_an_effect(hub: Hub, function: str, event: Any) -> None:
    with pytest.raises(ValueError, match="unexpected_event"):
        hub.invoke(function, event)
    assert hub.items() == []


def test_a_refund_before_its_order_waits_and_is_applied_with_it(hub: Hub) -> None:
    for _ in range(3):
        hub.post("shop-one", event_body("shopify/fulfillments_create.json"), "fulfillments/create")
    hub.settle()
    assert [item["outcome"]["S"] for item in hub.items()] == ["parked"]
    post_created(hub)
    hub.settle()
    assert not [item for item in hub.items() if item["sk"]["S"].startswith("PARKED#")]
    records = hub.store.history(created_id())
    assert sorted((record.outcome, record.repeats) for record in records) == [("applied", 0), ("applied", 2)]


def test_a_scan_before_its_parcel_waits_and_is_applied_with_it(hub: Hub) -> None:
    hub.post("tracking", event_body("easypost/parcel-4-tracker.updated.json"))
    hub.settle()
    assert [item["outcome"]["S"] for item in hub.items()] == ["parked"]
    for name in ("transfer-1-order.created", "transfer-2-order.updated", "transfer-3-order.updated"):
        hub.post("shop-two", event_body(f"woocommerce/{name}.json"), name.rpartition("-")[2])
        hub.settle()
    assert not [item for item in hub.items() if item["sk"]["S"].startswith("PARKED#")]
    order = order_id("shop-two", str(document(event_body("woocommerce/transfer-1-order.created.json"))["id"]))
    assert status_of(hub, order) == "closed"


def test_f40_with_the_stream_off_the_sweeper_brings_every_mail(hub: Hub) -> None:
    hub.stream = False
    post_created(hub)
    hub.settle()
    assert hub.mails() == []
    assert hub.sweep() > 0
    hub.settle()
    assert len(hub.mails()) == 1
    assert hub.sweep() == 0


def test_stream_and_sweeper_together_bring_one_mail(hub: Hub) -> None:
    post_created(hub)
    hub.run_inbox()
    hub.sweep()
    hub.settle()
    assert len(hub.mails()) == 1


def test_f28_a_mail_message_that_came_twice_is_one_mail(hub: Hub) -> None:
    post_created(hub)
    hub.run_inbox()
    records = hub.run_stream()
    assert records
    event = hub._receive("MAIL_QUEUE_URL")
    assert event is not None
    hub.invoke("send_mail", event)
    hub.invoke("send_mail", event)
    assert len(hub.mails()) == 1


def test_a_woocommerce_transfer_is_new_until_it_is_paid_and_then_its_customer_hears_of_it(hub: Hub) -> None:
    order = order_id("shop-two", str(document(event_body("woocommerce/transfer-1-order.created.json"))["id"]))
    hub.post("shop-two", event_body("woocommerce/transfer-1-order.created.json"), "order.created")
    hub.settle()
    assert (status_of(hub, order), hub.mails()) == ("new", [])
    hub.post("shop-two", event_body("woocommerce/transfer-2-order.updated.json"), "order.updated")
    hub.settle()
    assert status_of(hub, order) == "waiting_shipment"
    assert len(hub.mails()) == 1


def test_no_personal_data_is_in_keys_records_logs_or_queues_behind_the_inbox(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    order = document(event_body(CREATED))
    order["email"] = order["contact_email"] = "sentinel@example.com"
    order["shipping_address"]["address1"] = "Sentinelstreet 1"
    hub.post("shop-one", json.dumps(order).encode(), "orders/create")
    hub.run_inbox()
    hub.run_stream()
    mail_event = hub._receive("MAIL_QUEUE_URL")
    assert "sentinel" not in json.dumps(mail_event).lower()
    output = "".join(capsys.readouterr()).lower()
    assert "applied" in output
    assert "sentinel" not in output
    holding = {item["sk"]["S"].partition("#")[0] for item in hub.items() if "sentinel" in str(item).lower()}
    assert holding == {"CUSTOMER"}


def test_f65_an_erased_order_keeps_its_accounts_and_loses_its_customer(hub: Hub) -> None:
    post_created(hub)
    hub.settle()
    assert "CUSTOMER" in {item["sk"]["S"] for item in hub.items()}
    hub.run_deadlines(hub.now + timedelta(days=184))
    assert "CUSTOMER" not in {item["sk"]["S"] for item in hub.items()}
    # The same document a little newer, as if the shop told of it again: nothing personal comes back.
    body = event_body(CREATED).replace(b"2026-03-02T09:14:06+01:00", b"2026-03-02T09:30:00+01:00")
    hub.post("shop-one", body, "orders/updated")
    hub.settle()
    assert "CUSTOMER" not in {item["sk"]["S"] for item in hub.items()}
    found = hub.store.read(created_id()).order
    assert found is not None
    assert found.erased
    assert found.total is not None


def test_a_word_typed_for_want_of_a_tracking_number_ties_no_orders_together(hub: Hub) -> None:
    fulfilled = document(event_body("shopify/fulfillments_create.json")) | {"tracking_number": "n/a"}
    post_created(hub)
    hub.settle()
    hub.post(
        "shop-one", json.dumps(fulfilled | {"tracking_numbers": ["n/a"]}).encode(), "fulfillments/create"
    )
    hub.settle()
    assert status_of(hub, created_id()) == "shipped"
    assert not [item for item in hub.items() if item["pk"]["S"].startswith("TRACKING#")]


def test_what_is_parked_stays_owed_until_the_inbox_has_taken_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.storage.inbox import Inbox
    from shared.wire.errors import InboxUnavailableError

    hub.post("shop-one", event_body("shopify/fulfillments_create.json"), "fulfillments/create")
    hub.settle()
    hub.stream = False
    post_created(hub)
    hub.settle()
    with monkeypatch.context() as patch:

        def refuse(*_: Any, **__: Any) -> None:
            raise InboxUnavailableError

        patch.setattr(Inbox, "put_parked", refuse)
        with pytest.raises(ExceptionGroup):
            hub.sweep()
    hub.sweep()
    hub.settle()
    assert not [item for item in hub.items() if item["sk"]["S"].startswith("PARKED#")]
