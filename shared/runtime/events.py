"""Lambda events: what came in, in our words; anything else is refused without an effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Record = Mapping[str, Any]


class ComeAgainError(Exception):
    """A message is not done with: it has to come again in ``seconds``, and not before."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class UnexpectedEventError(ValueError):
    """A function was invoked with an event that is not its own. Names the code, never the event."""

    def __init__(self) -> None:
        super().__init__("unexpected_event")


def records_of(event: Any, source: str) -> Sequence[Record]:
    """Return the records of a batch from ``source`` (aws:sqs, aws:dynamodb). Raises UnexpectedEventError."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list) or not records:
        raise UnexpectedEventError
    if any(not isinstance(record, Mapping) or record.get("eventSource") != source for record in records):
        raise UnexpectedEventError
    return records


def time_of(event: Any, now: Callable[[], datetime]) -> datetime:
    """Return the ``time`` of a scheduled event (UTC), the present where it has none.

    Raises UnexpectedEventError where there is one that cannot be read.
    """
    if not isinstance(event, Mapping):
        raise UnexpectedEventError
    text = event.get("time")
    if text is None:
        return now()
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            raise UnexpectedEventError
        return parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise UnexpectedEventError from None


HOLDS_UP = 2
"""How many failing receives of a message those behind it wait through.

What is handed out with it is received as often as it is. Of the five receives that the template gives, that
leaves three of their own: none becomes a dead letter without its turn.
"""


def process_batch(
    records: Sequence[Record],
    process: Callable[[Record], None],
    *,
    on_failure: Callable[[Exception], None],
    postpone: Callable[[Record, int], None] | None = None,
    holds_up: int | None = HOLDS_UP,
) -> dict[str, list[dict[str, str]]]:
    """Process SQS records one by one; answer with those that have to come again.

    In a FIFO queue the rest of a group waits behind its first failure, other groups go on. It waits through
    ``holds_up`` receives of what fails; None: however many. ``postpone`` lets a message wait for some seconds
    where ``process`` raised ComeAgainError: that is no failure. Those behind it wait as long, not until their
    visibility timeout is over.
    """
    failed: list[str] = []
    blocked: dict[str, int | None] = {}
    for record in records:
        group = record.get("attributes", {}).get("MessageGroupId", "")
        if group and group in blocked:
            failed.append(record["messageId"])
            seconds = blocked[group]
            if seconds is not None and postpone is not None:
                postpone(record, seconds)
            continue
        try:
            process(record)
        except Exception as error:  # noqa: BLE001  one bad record must not take the batch with it
            waits: int | None = None
            if isinstance(error, ComeAgainError) and postpone is not None:
                waits = error.seconds
                postpone(record, waits)
            else:
                on_failure(error)
            failed.append(record["messageId"])
            if group and (holds_up is None or _receives(record) <= holds_up):
                blocked[group] = waits
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _receives(record: Record) -> int:
    count = record.get("attributes", {}).get("ApproximateReceiveCount", "")
    return int(count) if count.isdecimal() else 0
