"""The way into the inbox: what is taken is kept, what is not is said so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.storage.inbox import Inbox
from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import ParkedPointer, Receipt, decode

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POINTER = ParkedPointer(pk="TRACKING#1", sk="PARKED#2")


def receipt(receipt_id: str = "receipt-1", body: bytes = b'{"id": 1}') -> Receipt:
    return Receipt(
        receipt_id=receipt_id,
        connection="example-shop",
        kind="shopify",
        source="webhook",
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        body=body,
    )


class Queue:
    """The template's inbox queue and archive bucket."""

    def __init__(self, session: boto3.Session, environment: dict[str, str]) -> None:
        self.sqs: SQSClient = session.client("sqs")
        self.s3 = session.client("s3")
        self.url = environment["INBOX_QUEUE_URL"]
        self.bucket = environment["ARCHIVE_BUCKET"]
        self.inbox = Inbox(self.sqs, self.url, lambda: self.s3, self.bucket)

    def messages(self) -> list[Any]:
        """Take all that waits out of the queue."""
        taken: list[Any] = []
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
            )
            messages: list[Any] = list(answer.get("Messages", []))
            if not messages:
                return taken
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            taken += messages


@pytest.fixture
def queue(session: boto3.Session, environment: dict[str, str]) -> Queue:
    made = Queue(session, environment)
    made.messages()
    return made


@pytest.mark.parametrize("body", [b'{"id": 1}', b"", b"\x00\x01\xff", "Zoë \U0001f600 \ufffe".encode()])
def test_a_document_waits_in_the_queue_as_it_came(queue: Queue, body: bytes) -> None:
    sent = receipt(f"receipt-{body!r}"[:40].replace("'", "").replace("\\", ""), body)
    queue.inbox.put(sent, group="group-1")
    [message] = queue.messages()
    assert decode(message["Body"]) == sent
    assert message["Attributes"]["MessageGroupId"] == "group-1"
    assert message["Attributes"]["MessageDeduplicationId"] == sent.receipt_id


def test_the_largest_body_that_is_not_stored_apart_is_taken_whatever_it_holds(queue: Queue) -> None:
    sent = receipt("large", b"\x00" * 180_000)
    queue.inbox.put(sent, group="group-1")
    [message] = queue.messages()
    assert decode(message["Body"]) == sent


def test_a_repeat_by_the_sender_stays_visible_the_same_receipt_is_queued_once(queue: Queue) -> None:
    queue.inbox.put(receipt("first"), group="group-1")
    queue.inbox.put(receipt("second"), group="group-1")
    queue.inbox.put(receipt("second"), group="group-1")
    assert len(queue.messages()) == 2


def test_a_parked_input_is_asked_for_once_for_each_cause(queue: Queue) -> None:
    queue.inbox.put_parked(POINTER, group="group-1", once="cause-1")
    queue.inbox.put_parked(POINTER, group="group-1", once="cause-1")
    queue.inbox.put_parked(POINTER, group="group-1", once="cause-2")
    assert [decode(message["Body"]) for message in queue.messages()] == [POINTER, POINTER]


def test_a_large_body_is_stored_apart_under_its_receipt(queue: Queue) -> None:
    key = queue.inbox.spill("receipt-1", b"\x00large\xff")
    assert key == "spill/receipt-1"
    assert queue.s3.get_object(Bucket=queue.bucket, Key=key)["Body"].read() == b"\x00large\xff"


FAILURES: list[Callable[[], Exception]] = [
    lambda: ClientError({"Error": {"Code": "RequestThrottled"}}, "SendMessage"),
    lambda: ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue"}}, "SendMessage"),
    lambda: EndpointConnectionError(endpoint_url="https://sqs.example.com"),
    lambda: ReadTimeoutError(endpoint_url="https://sqs.example.com"),
]


class Failing:
    """A client of SQS and of S3 that fails at everything."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def send_message(self, **parameters: Any) -> Any:
        raise self.failure

    put_object = send_message


@pytest.mark.parametrize("failure", FAILURES)
def test_what_was_not_taken_has_to_be_sent_again(failure: Callable[[], Exception]) -> None:
    failing = cast("Any", Failing(failure()))
    inbox = Inbox(failing, "url", lambda: failing, "bucket")
    with pytest.raises(InboxUnavailableError):
        inbox.put(receipt(), group="group-1")
    with pytest.raises(InboxUnavailableError):
        inbox.put_parked(POINTER, group="group-1", once="cause")
    with pytest.raises(InboxUnavailableError):
        inbox.spill("receipt-1", b"large")


def test_without_a_bucket_a_large_body_is_not_taken(queue: Queue) -> None:
    with pytest.raises(InboxUnavailableError, match="bucket"):
        Inbox(queue.sqs, queue.url).spill("receipt-1", b"large")


def test_the_bucket_is_not_reached_for_before_a_body_is_large(queue: Queue) -> None:
    def reach() -> Any:
        raise AssertionError("reached for the bucket")

    Inbox(queue.sqs, queue.url, reach, queue.bucket).put(receipt("small"), group="group-1")
    assert len(queue.messages()) == 1
