"""What is personal is gone when its time or its owner says so, from everywhere, and does not come back."""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from local import customers
from local.clients import Clients
from local.deploy import Stack
from shared.channels.shopify import mapping
from shared.orders.facts import PrivacyWord
from shared.pages.tokens import write_token
from shared.runtime import resources, wiring
from shared.storage.copies import Copies, Copy
from shared.storage.inbox import Inbox
from shared.usecases.answer_privacy import answer_privacy, replay_erasures
from shared.wire.privacy import PrivacyRequest
from shared.wire.receipts import Receipt
from tests.support.hub import Hub, document, event_body
from tests.support.mail_events import mail_event
from tests.support.template import of_type, translate_template

CREATED = "shopify/orders_create.json"
ADDRESS = "buyer@example.com"
SENTINEL = "Zq7Sentinel"
DELETION = "MARKETPLACE_ACCOUNT_DELETION"


def order_comes(hub: Hub, number: int = 901, **changes: Any) -> str:
    body = document(event_body(CREATED)) | {"id": number} | changes
    hub.post("shop-one", json.dumps(body).encode(), "orders/create")
    hub.settle()
    return f"shop-one:{number}"


def redact(hub: Hub, topic: str = "customers/redact", **fields: Any) -> None:
    asked = {"shop_id": 1, "customer": {"id": 7, "email": ADDRESS, "phone": ""}} | fields
    hub.post("shop-one", json.dumps(asked).encode(), topic)
    hub.settle()


def has_customer(hub: Hub, order: str) -> bool:
    full = hub.store.read_full(order)
    assert full is not None
    return full.customer is not None


def test_a_channels_redaction_erases_the_named_orders_and_those_of_the_address(hub: Hub) -> None:
    named = order_comes(hub, 901, email="other@example.com", contact_email="other@example.com")
    found, kept = order_comes(hub, 902), order_comes(hub, 903, email="third@example.com")
    redact(hub, orders_to_redact=[901])
    assert [has_customer(hub, order) for order in (named, found, kept)] == [False, False, True]
    [record] = [r for r in hub.store.history(named) if any(n.detail == "erased" for n in r.notes)]
    assert record.outcome == "applied"
    assert [r.reason for r in hub.store.connection_inputs("shop-one")] == ["customers/redact"]


def test_a_redaction_of_one_shop_leaves_the_orders_of_another(hub: Hub) -> None:
    body = event_body("woocommerce/transfer-1-order.created.json")
    address = document(body)["billing"]["email"]
    hub.post("shop-two", body, "order.created")
    hub.settle()
    redact(hub, customer={"id": 7, "email": address}, orders_to_redact=[])
    assert has_customer(hub, f"shop-two:{document(body)['id']}")


def test_an_order_that_comes_after_its_redaction_is_erased_when_it_comes(hub: Hub) -> None:
    redact(hub, orders_to_redact=[901])
    order = order_comes(hub)
    assert not has_customer(hub, order)


def test_a_customer_who_wants_to_see_their_data_is_shown_to_the_merchant(hub: Hub) -> None:
    order = order_comes(hub)
    redact(hub, "customers/data_request", orders_requested=[901], data_request={"id": 99})
    found = hub.store.read(order).order
    assert found is not None
    assert [entry.code for entry in found.attention] == ["data_requested"]
    assert has_customer(hub, order)


@pytest.mark.parametrize("fields", [{"orders_to_redact": {}}, {"customer": []}, {"orders_to_redact": [None]}])
def test_a_request_that_cannot_be_read_is_quarantined(hub: Hub, fields: dict[str, Any]) -> None:
    redact(hub, **fields)
    assert [record.outcome for record in hub.store.connection_inputs("shop-one")] == ["quarantined"]


def test_f65_no_later_document_brings_the_customer_back(hub: Hub) -> None:
    order = order_comes(hub)
    redact(hub)
    later = {"updated_at": "2026-03-08T10:00:00+01:00", "email": "new@example.com"}
    order_comes(hub, 901, **later)
    assert not has_customer(hub, order)


def test_f66_an_erasure_that_ended_half_way_is_finished_by_the_next_run(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [order_comes(hub, number) for number in (901, 902, 903)]
    real, calls = hub.store.__class__.commit, []

    def dying(store: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the process ends")
        return real(store, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(hub.store.__class__, "commit", dying)
        redact_event = {"customer": {"id": 7, "email": ADDRESS}, "orders_to_redact": []}
        hub.post("shop-one", json.dumps(redact_event).encode(), "customers/redact")
        batch = hub.inbox_event()
        assert hub.invoke("apply_inbox", batch)["batchItemFailures"]
    assert [has_customer(hub, order) for order in orders].count(False) == 1
    assert not hub.invoke("apply_inbox", batch)["batchItemFailures"]
    assert not any(has_customer(hub, order) for order in orders)


def test_f67_after_a_restore_what_was_erased_on_request_is_erased_again(hub: Hub) -> None:
    asked, untouched = order_comes(hub), order_comes(hub, 902, email="third@example.com")
    before = hub.items()
    redact(hub)
    restore(hub, before)
    assert has_customer(hub, asked)
    assert replay_erasures(wiring.privacy_desk()) == [asked]
    assert not has_customer(hub, asked)
    assert has_customer(hub, untouched)
    assert replay_erasures(wiring.privacy_desk()) == []


def test_f67_after_a_restore_what_time_erased_is_due_again_at_once(hub: Hub) -> None:
    order = order_comes(hub)
    before = hub.items()
    hub.now += timedelta(days=200)
    hub.run_deadlines(hub.now)
    restore(hub, before)
    assert has_customer(hub, order)
    hub.run_deadlines(hub.now)
    assert not has_customer(hub, order)


def restore(hub: Hub, items: list[dict[str, Any]]) -> None:
    """Let the orders table be what it was."""
    client, table = hub.session.client("dynamodb"), hub.environment["ORDERS_TABLE"]
    for item in hub.items():
        client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in items:
        client.put_item(TableName=table, Item=item)


def stack_of(hub: Hub) -> Stack:
    class MotoClients(Clients):
        dynamodb = hub.session.client("dynamodb")
        ssm = hub.session.client("ssm")
        s3 = hub.session.client("s3")

    outputs = {
        "OrdersTableName": hub.environment["ORDERS_TABLE"],
        "ConnectionsTableName": hub.environment["CONNECTIONS_TABLE"],
        "ArchiveBucketName": hub.environment["ARCHIVE_BUCKET"],
    }
    return Stack(
        name="orderhub", api_url="", resources={}, outputs=outputs, sender="", clients=MotoClients(None)
    )


def test_s11_the_merchant_hands_out_and_forgets_a_customer_by_their_address(hub: Hub) -> None:
    order, other = order_comes(hub), order_comes(hub, 902, email="third@example.com")
    digest = resources.address_digest()(ADDRESS)
    resources.addresses().suppress(digest, "bounced", hub.now)
    exported = json.loads(customers.export(stack_of(hub), f" {ADDRESS.upper()} "))
    assert [entry["id"] for entry in exported["orders"]] == [order]
    assert exported["orders"][0]["customer"]["email"] == ADDRESS
    assert customers.erase(stack_of(hub), ADDRESS) == [order]
    assert (has_customer(hub, order), has_customer(hub, other)) == (False, True)
    assert not resources.addresses().is_suppressed(digest)
    assert customers.erase(stack_of(hub), ADDRESS) == []
    assert json.loads(customers.export(stack_of(hub), ADDRESS)) == {"orders": []}


def test_s11_a_customer_of_a_connection_that_is_gone_is_forgotten_all_the_same(hub: Hub) -> None:
    order = order_comes(hub)
    hub.session.client("dynamodb").delete_item(
        TableName=hub.environment["CONNECTIONS_TABLE"],
        Key={"pk": {"S": "CONNECTIONS"}, "sk": {"S": "shop-one"}},
    )
    assert customers.erase(stack_of(hub), ADDRESS) == [order]
    assert not has_customer(hub, order)


def test_raw_documents_of_erased_orders_are_not_archived(hub: Hub) -> None:
    order_comes(hub)
    redact(hub)
    before = len(list(archived(hub)))
    order_comes(hub, 901, updated_at="2026-03-08T10:00:00+01:00")
    assert len(list(archived(hub))) == before


def test_raw_documents_that_would_outlive_the_customers_data_are_not_archived(hub: Hub) -> None:
    order_comes(hub)
    before = len(list(archived(hub)))
    hub.now += timedelta(days=160)
    order_comes(hub, 901, updated_at="2026-03-08T10:00:00+01:00")
    assert len(list(archived(hub))) == before


def test_a_marketplaces_account_deletion_is_recorded_and_its_document_kept_nowhere(hub: Hub) -> None:
    data = {"username": SENTINEL, "userId": SENTINEL, "eiasToken": SENTINEL}
    body = {"metadata": {"topic": DELETION}, "notification": {"notificationId": "n1", "data": data}}
    receipt = Receipt(
        receipt_id="r1",
        connection="market-one",
        kind="ebay",
        source="webhook",
        received_at=hub.now,
        topic=DELETION,
        body=json.dumps(body).encode(),
    )
    Inbox(hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]).put(receipt, group="g")
    assert hub.run_inbox() == 1
    [record] = hub.store.connection_inputs("market-one")
    assert (record.outcome, record.reason) == ("ignored", DELETION)
    assert not any(form in text for _, text in everything(hub) for form in forms(SENTINEL))


# --- the sentinel


def forms(token: str) -> set[str]:
    """Return the token as it may hide: lower case, base64 (at each offset), URL, HTML."""
    found = {token, token.lower(), quote(token), html.escape(token)}
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + token.encode()).decode()
        found.add(encoded[4 if offset else 0 : len(token)])
    return found


def archived(hub: Hub) -> Iterator[tuple[Any, bytes]]:
    s3, bucket = hub.session.client("s3"), hub.environment["ARCHIVE_BUCKET"]
    for listed in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        yield listed["Key"], s3.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()


def everything(hub: Hub) -> Iterator[tuple[str, str]]:
    """Yield all that is stored, place by place, as text."""
    dynamodb = hub.session.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield table, json.dumps(page["Items"], ensure_ascii=False)
    for key, body in archived(hub):
        text = gzip.decompress(body) if key.endswith(".gz") else body
        yield key, text.decode("utf-8", "replace")
    sqs = hub.session.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            yield url, message["Body"]


def live_with_a_sentinel(hub: Hub) -> str:
    """Let a customer who is made of sentinels order, get mails, bounce, look, ask, and be misread."""
    person = {
        "first_name": SENTINEL,
        "last_name": SENTINEL,
        "name": f"{SENTINEL} {SENTINEL}",
        "address1": f"{SENTINEL} 1",
        "city": SENTINEL,
        "zip": f"{SENTINEL}9",
        "phone": f"+49{SENTINEL}",
    }
    address = f"{SENTINEL}@example.com"
    changes = {
        "email": address,
        "contact_email": address,
        "phone": f"+49{SENTINEL}",
        "note": f"for {SENTINEL}",
        "customer": person | {"id": 7, "email": address},
        "billing_address": person,
        "shipping_address": person,
    }
    order = order_comes(hub, 901, **changes)
    order_comes(hub, 901, updated_at="2026-03-08T10:00:00+01:00", **changes)
    hub.post("shop-one", json.dumps(changes | {"id": 902, "currency": "none"}).encode(), "orders/create")
    hub.post("shop-one", json.dumps({"id": 903, "email": address}).encode(), "refunds/create")
    hub.settle()
    [owing] = [record for record in hub.store.history(order) if record.effect("mail/order_received")]
    told = mail_event(
        "Bounce",
        "message",
        order=order,
        input_key=owing.sk.removeprefix("INPUT#"),
        effect="mail/order_received",
        recipient=resources.address_digest()(address),
        bounce="Permanent",
    )
    hub.invoke("record_mail_feedback", told)
    return order


def test_s9_s10_six_months_and_a_day_later_nothing_stored_and_no_log_holds_the_customer(
    hub: Hub, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    order = live_with_a_sentinel(hub)
    assert any(SENTINEL in text for _, text in everything(hub))  # else this test could not fail
    hub.now += timedelta(days=184)  # from 2 March: 2 September and a day
    hub.run_deadlines(hub.now)
    rules_of_the_archive_run(hub)
    hits = [place for place, text in everything(hub) if any(form in text for form in forms(SENTINEL))]
    assert hits == []
    found = hub.store.read(order).order
    assert found is not None
    assert found.erased
    logged = capsys.readouterr().out + "".join(str(vars(record)) for record in caplog.records)
    assert "applied" in logged
    assert not any(form in logged for form in forms(SENTINEL))


def test_the_tracking_page_tells_nothing_of_the_customer_and_ends_with_their_data(hub: Hub) -> None:
    order = live_with_a_sentinel(hub)
    shown = page_of(hub, order)
    assert shown["statusCode"] == 200
    assert "#" in shown["body"]  # the order's number: this is the page
    hub.now += timedelta(days=184)
    hub.run_deadlines(hub.now)
    gone = page_of(hub, order)
    assert gone["statusCode"] == 410
    for answer in (shown, gone):
        assert not any(form in json.dumps(answer, ensure_ascii=False) for form in forms(SENTINEL))


def page_of(hub: Hub, order: str) -> Any:
    token = write_token(order, resources.page_key()())
    request = {
        "version": "2.0",
        "rawPath": f"/track/{token}",
        "pathParameters": {"token": token},
        "headers": {},
        "requestContext": {"http": {"method": "GET"}, "requestId": "r"},
        "isBase64Encoded": False,
    }
    return hub.invoke("show_tracking", request)


def test_what_cannot_be_applied_lies_in_the_dead_letters_alone_and_for_fourteen_days_at_most(
    hub: Hub, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = dead_letters(hub)
    hub.session.client("dynamodb").delete_item(
        TableName=hub.environment["CONNECTIONS_TABLE"],
        Key={"pk": {"S": "CONNECTIONS"}, "sk": {"S": "shop-one"}},
    )
    resources.connections.cache_clear()
    body = document(event_body(CREATED)) | {"id": 904, "email": f"{SENTINEL}@example.com"}
    hub.post("shop-one", json.dumps(body).encode(), "orders/create")
    batch = hub.inbox_event()
    assert hub.invoke("apply_inbox", batch)["batchItemFailures"]
    let_it_die(hub, batch)
    hits = {place for place, text in everything(hub) if any(form in text for form in forms(SENTINEL))}
    assert hits == {dead}
    logged = capsys.readouterr().out + "".join(str(vars(record)) for record in caplog.records)
    assert not any(form in logged for form in forms(SENTINEL))
    for queue in of_type(translate_template(), "AWS::SQS::Queue").values():
        assert 0 < queue["MessageRetentionPeriod"] <= timedelta(days=14).total_seconds()


# --- what failed to the end


def fail_for_good(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any], connection: str = "shop-one"
) -> None:
    """Let a document with a sentinel come that our mapping cannot read, until the inbox gives it up."""
    with monkeypatch.context() as fault:
        fault.setattr(mapping, "normalize", None)
        named = body | {"email": f"{SENTINEL}@example.com", "note": SENTINEL}
        hub.post(connection, json.dumps(named).encode(), "orders/updated")
        batch = hub.inbox_event()
        assert batch is not None
        hub.give_up(batch)


def failed_kept(hub: Hub) -> list[str]:
    return [key for key, _ in archived(hub) if key.startswith("failed/")]


def test_s9_what_failed_to_the_end_is_erased_with_the_customer_who_asks(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_comes(hub), order_comes(hub, 902, email="third@example.com")
    for number in (901, 901, 902):
        fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": number})
    assert len(failed_kept(hub)) == 3
    assert any(SENTINEL in text for _, text in everything(hub))  # else this test could not fail
    redact(hub, orders_to_redact=[901])
    assert len(failed_kept(hub)) == 1  # the other customer's
    redact(hub, orders_to_redact=[902])
    assert [place for place, text in everything(hub) if any(form in text for form in forms(SENTINEL))] == []


def test_s9_what_failed_of_an_order_that_was_never_read_is_erased_when_its_customer_asks(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 901})
    assert len(failed_kept(hub)) == 1
    redact(hub, orders_to_redact=[901])
    assert [place for place, text in everything(hub) if any(form in text for form in forms(SENTINEL))] == []


def test_s9_what_failed_to_the_end_is_erased_when_the_customers_time_is_over(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.connect("shop-one", "shopify", erase_after_months=2)
    order = order_comes(hub)
    hub.now += timedelta(days=20)
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 901})
    assert len(failed_kept(hub)) == 1
    found = hub.store.read(order).order
    assert found is not None
    due = next(entry.due for entry in found.deadlines if entry.kind == "erase")
    hub.run_deadlines(due + timedelta(minutes=1))
    assert failed_kept(hub) == []


def test_s9_what_fails_after_the_erasure_or_shortly_before_it_is_due_is_a_dead_letter_alone(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_comes(hub), order_comes(hub, 902, email="third@example.com")
    redact(hub, orders_to_redact=[901])
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 901})
    hub.now += timedelta(days=160)
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 902})
    assert failed_kept(hub) == []


def test_s9_what_failed_and_names_no_order_is_a_dead_letter_alone(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_for_good(hub, monkeypatch, {"unknown": "shape"})
    assert failed_kept(hub) == []


def test_s9_what_a_shop_told_of_a_copy_goes_with_the_customer_of_the_order_it_stands_for(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.connect("shop-one", "shopify", is_back_office=True)
    hub.connect("market-one", "ebay", back_office="shop-one", api_url="https://api.ebay.com")
    order = document(event_body("ebay/kept-1-order.json")) | {"orderId": "11-1"}
    receipt = Receipt(
        receipt_id="market-order",
        connection="market-one",
        kind="ebay",
        source="poll",
        received_at=hub.now,
        topic="order",
        body=json.dumps(order).encode(),
    )
    Inbox(hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]).put(receipt, group="g")
    assert hub.run_inbox() == 1
    copies = Copies(hub.session.client("dynamodb"), hub.environment["ORDERS_TABLE"])
    copies.put(Copy(source="market-one:11-1", order="shop-one:901", lines={}))
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 901})
    assert len(failed_kept(hub)) == 1
    asked = PrivacyRequest(word=PrivacyWord.ERASE, request="r", orders=("11-1",))
    answer_privacy(asked, wiring.privacy_desk(), source="webhook", connection="market-one")
    assert not has_customer(hub, "market-one:11-1")
    assert failed_kept(hub) == []
    fail_for_good(hub, monkeypatch, document(event_body(CREATED)) | {"id": 901})
    assert failed_kept(hub) == []


def dead_letters(hub: Hub) -> str:
    """Give the inbox dead letters, as the template does, after one failure; return their address."""
    sqs = hub.session.client("sqs")
    dead: str = sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    sqs.set_queue_attributes(
        QueueUrl=hub.environment["INBOX_QUEUE_URL"], Attributes={"RedrivePolicy": policy}
    )
    return dead


def let_it_die(hub: Hub, batch: Any) -> None:
    """Let a batch that failed be visible again, and be found to have failed often enough."""
    sqs, inbox = hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]
    for record in batch["Records"]:
        sqs.change_message_visibility(
            QueueUrl=inbox, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
        )
    assert hub.inbox_event() is None


def rules_of_the_archive_run(hub: Hub) -> None:
    """Do what S3 does by itself: moto knows no expiry. By the template's own rules."""
    (bucket,) = of_type(translate_template(), "AWS::S3::Bucket").values()
    days = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }
    s3, name = hub.session.client("s3"), hub.environment["ARCHIVE_BUCKET"]
    for key, _ in list(archived(hub)):
        assert days[f"{key.partition('/')[0]}/"] < 184
        s3.delete_object(Bucket=name, Key=key)
