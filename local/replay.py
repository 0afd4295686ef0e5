"""Put archived inputs back into the inbox: after a mistake in reading was mended, or letters were lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from local.deploy import Stack
from local.errors import LocalError
from shared.storage.archive import Archive
from shared.storage.inbox import Inbox
from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import Receipt

SOURCE = "replay"
LONGEST = timedelta(days=30)  # the archive keeps no more
_HOUR = timedelta(hours=1)
_BATCH = timedelta(minutes=30)  # a batch is named by its first receipt; its others may be a little younger


def replay(stack: Stack, since: datetime, until: datetime, connection: str = "") -> int:
    """Queue again what came from ``since`` up to before ``until``; return how many documents.

    Twice is harmless: what is known already is told by the key of its facts. In which order they are
    applied is left open, as it is for what comes in: an older state does not overwrite a newer one.
    Raises LocalError.
    """
    if not since < until <= since + LONGEST:
        raise LocalError("--until has to be later than --since, by 30 days at most.")
    archive = Archive(stack.clients.s3, stack.outputs["ArchiveBucketName"])
    inbox = Inbox(stack.clients.sqs, stack.outputs["InboxQueueUrl"])
    found = [
        receipt
        for receipt in _kept(archive, since, until)
        if receipt.source != SOURCE and receipt.connection == (connection or receipt.connection)
    ]
    # A name of its own: the archive names batches by it, and must not lose the one there is.
    again = [replace(one, receipt_id=f"{SOURCE}-{one.receipt_id}", source=SOURCE) for one in found]
    try:
        inbox.put_many([(receipt, receipt.receipt_id) for receipt in again])
    except InboxUnavailableError as error:
        raise LocalError("The inbox did not take everything. Start it again: twice is harmless.") from error
    return len(again)


def _kept(archive: Archive, since: datetime, until: datetime) -> Iterator[Receipt]:
    hour = (since - _BATCH).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < until:
        yield from (receipt for receipt in archive.read(hour) if since <= receipt.received_at < until)
        hour += _HOUR
    failed = archive.read_failed(since, until)
    yield from (receipt for receipt in failed if since <= receipt.received_at < until)
