"""The inbox queue and the bucket behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import ParkedPointer, Receipt

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


BATCH = 10  # messages that SQS takes at once
BATCH_BYTES = 1_000_000  # of all of them together; a little less than SQS takes


class Inbox:
    """Puts documents where they are kept until they are applied."""

    def __init__(
        self, sqs: SQSClient, queue_url: str, s3: Callable[[], S3Client] | None = None, bucket: str = ""
    ) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._s3 = s3
        self._bucket = bucket

    def put(self, receipt: Receipt, *, group: str) -> None:
        """Queue one document. Raises InboxUnavailableError.

        The deduplication id is the receipt's: repeats by the sender stay visible, and are
        told apart later by the key of their facts.
        """
        self._send(receipt.encode(), group, receipt.receipt_id)

    def put_many(self, receipts: Sequence[tuple[Receipt, str]]) -> None:
        """Queue documents, each with its group, in as few requests as they fit into.

        Raises InboxUnavailableError: some may have been queued then, which does no harm.
        """
        for batch in _batches([(receipt.encode(), group, receipt.receipt_id) for receipt, group in receipts]):
            try:
                answer = self._sqs.send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[
                        {
                            "Id": str(number),
                            "MessageBody": message,
                            "MessageGroupId": group,
                            "MessageDeduplicationId": receipt_id,
                        }
                        for number, (message, group, receipt_id) in enumerate(batch)
                    ],
                )
            except (BotoCoreError, ClientError) as error:
                raise InboxUnavailableError from error
            if answer.get("Failed"):
                raise InboxUnavailableError(answer["Failed"][0]["Code"])

    def put_parked(self, pointer: ParkedPointer, *, group: str, once: str) -> None:
        """Queue a parked input to be applied now. Raises InboxUnavailableError."""
        self._send(pointer.encode(), group, once)

    def spill(self, receipt_id: str, body: bytes) -> str:
        """Store a large body in the bucket and return its key. Raises InboxUnavailableError."""
        key = f"spill/{receipt_id}"
        if self._s3 is None:
            raise InboxUnavailableError("no bucket for large bodies")
        try:
            self._s3().put_object(Bucket=self._bucket, Key=key, Body=body)
        except (BotoCoreError, ClientError) as error:
            raise InboxUnavailableError from error
        return key

    def _send(self, message: str, group: str, deduplication_id: str) -> None:
        try:
            self._sqs.send_message(
                QueueUrl=self._queue_url,
                MessageBody=message,
                MessageGroupId=group,
                MessageDeduplicationId=deduplication_id,
            )
        except (BotoCoreError, ClientError) as error:
            raise InboxUnavailableError from error


def _batches(messages: Sequence[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    batch: list[tuple[str, str, str]] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == BATCH or size + len(message[0]) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message[0])
    if batch:
        yield batch
