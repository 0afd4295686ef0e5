"""Archived inputs are read anew: nothing happens twice, and what was misread is mended."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from local import given
from local.cli import main
from shared.channels.shopify import mapping
from shared.orders.changes import Outcome
from shared.orders.model import order_id
from shared.wire.errors import UnusableError
from tests.support.hub import STORY_ENDS, Hub, document, event_body

CREATED = "shopify/orders_create.json"
SINCE = (STORY_ENDS - timedelta(minutes=5)).isoformat()
UNTIL = (STORY_ENDS + timedelta(minutes=5)).isoformat()
ORDER = order_id("shop-one", str(document(event_body(CREATED))["id"]))


@pytest.fixture(autouse=True)
def _stack(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line find this hub."""
    found = SimpleNamespace(
        clients=SimpleNamespace(s3=hub.session.client("s3"), sqs=hub.session.client("sqs")),
        outputs={
            "ArchiveBucketName": hub.environment["ARCHIVE_BUCKET"],
            "InboxQueueUrl": hub.environment["INBOX_QUEUE_URL"],
        },
    )
    monkeypatch.setattr(given, "stack", lambda _name: found)


def receive(hub: Hub) -> None:
    hub.post("shop-one", event_body(CREATED), "orders/create")
    hub.settle()


def counts(capsys: pytest.CaptureFixture[str]) -> list[int]:
    """Return what the command said, without the functions' logs."""
    said = (line.partition("Back in the inbox: ") for line in capsys.readouterr().out.splitlines())
    return [int(count) for _, found, count in said if found]


def test_f39_what_was_misread_is_applied_by_its_replay_once_the_mistake_is_mended(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(*_arguments: Any, **_options: Any) -> Any:
        raise UnusableError("invalid_amount", "total_price")

    with monkeypatch.context() as mistake:
        mistake.setattr(mapping, "normalize", misread)
        receive(hub)
    assert hub.store.read(ORDER).order is None

    assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
    hub.settle()
    [record] = hub.store.history(ORDER)
    assert (record.outcome, record.source) == (Outcome.APPLIED, "replay")
    assert len(hub.mails()) == 1


def test_f39_a_replay_of_what_is_known_changes_nothing_however_often_it_is_asked_for(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(hub)
    before = hub.store.read(ORDER).order

    for _ in range(3):
        assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
        hub.settle()

    assert counts(capsys) == [1, 1, 1]
    assert hub.store.read(ORDER).order == before
    assert len(hub.store.history(ORDER)) == 1
    assert len(hub.mails()) == 1


def break_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_options: Any) -> Any:
        raise TypeError("a fault of ours")

    monkeypatch.setattr(mapping, "normalize", broken)


def fail_to_the_end(hub: Hub) -> list[int]:
    """Let the inbox be read until it gives up; return what was archived at each receive."""
    sqs, url = hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]
    kept = []
    for _ in range(5):
        batch = hub.inbox_event()
        assert batch is not None
        assert hub.invoke("apply_inbox", batch)["batchItemFailures"]
        kept.append(hub.last_calls["PutObject"])
        for record in batch["Records"]:
            handle = record["receiptHandle"]
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert hub.inbox_event() is None
    return kept


def test_f39_f47_what_failed_to_the_end_is_applied_by_its_replay_long_after_its_dead_letter_is_gone(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as mistake:
        break_mapping(mistake)
        hub.post("shop-one", event_body(CREATED), "orders/create")
        # A put at the last receive, for the batch; none before.
        assert fail_to_the_end(hub) == [0, 0, 0, 0, 1]
    dead = letters(hub)
    assert len(dead) == 1
    hub.now += timedelta(days=20)

    assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
    hub.settle()
    failed, record = sorted(hub.store.history(ORDER), key=lambda entry: entry.source != "webhook")
    assert (failed.outcome, failed.source) == (Outcome.DEAD_LETTERED, "webhook")
    assert (record.outcome, record.source) == (Outcome.APPLIED, "replay")
    replayed = hub.store.read(ORDER).order

    # And who redrives the letters as well, or first, gets the same.
    sqs, url = hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]
    sqs.send_message(QueueUrl=url, MessageBody=dead[0], MessageGroupId="g", MessageDeduplicationId="again")
    hub.settle()
    assert hub.store.read(ORDER).order == replayed
    assert len(hub.store.history(ORDER)) == 2


def test_f47_a_replay_after_the_fix_ends_as_if_there_had_been_no_mistake(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = document(event_body(CREATED)) | {"financial_status": "paid", "updated_at": "2026-03-09T10:00:00Z"}
    bodies = [event_body(CREATED), json.dumps(paid).encode()]
    with monkeypatch.context() as mistake:
        break_mapping(mistake)
        for body in bodies:
            hub.post("shop-one", body, "orders/updated")
        fail_to_the_end(hub)
    assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
    hub.settle()
    mended = hub.store.read(ORDER).order
    assert mended is not None

    right = json.dumps(paid | {"id": 4711}).encode()
    hub.post("shop-one", json.dumps(document(event_body(CREATED)) | {"id": 4711}).encode(), "orders/updated")
    hub.post("shop-one", right, "orders/updated")
    hub.settle()
    expected = hub.store.read(order_id("shop-one", "4711")).order
    assert expected is not None
    for field in ("status", "payment_word", "payment_word_at", "snapshot_hash", "lines", "owed"):
        assert getattr(mended, field) == getattr(expected, field), field


def test_f39_what_a_customer_asks_is_not_archived_when_it_fails(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> Any:
        raise TypeError("a fault of ours")

    monkeypatch.setattr(mapping, "privacy_request", broken)
    hub.post("shop-one", b'{"customer": {"id": 7, "email": "buyer@example.com"}}', "customers/redact")
    assert fail_to_the_end(hub) == [0, 0, 0, 0, 0]


def letters(hub: Hub) -> list[str]:
    sqs = hub.session.client("sqs")
    urls = [url for url in sqs.list_queues()["QueueUrls"] if "InboxDeadLetter" in url]
    found = sqs.receive_message(QueueUrl=urls[0], MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in found]


def test_only_what_was_asked_for_is_replayed(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    receive(hub)
    for asked in (["--until", STORY_ENDS.isoformat()], ["--until", UNTIL, "--connection", "shop-two"]):
        assert main(["replay", "--since", SINCE, *asked]) == 0
    assert counts(capsys) == [0, 0]


@pytest.mark.parametrize("since", ["2026-03-09", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_meant_is_refused(since: str) -> None:
    assert main(["replay", "--since", since, "--until", UNTIL]) == 1
