"""The inbox queue and the bucket behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import ParkedPointer, Receipt

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


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
