"""Lambda: the booking queue. Books parcels at carrier accounts, and asks carriers of those underway."""

from __future__ import annotations

import json
import math
from typing import Any

from shared.runtime import resources, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import ComeAgainError, Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.storage.records import EffectMessage
from shared.usecases.book_parcel import book_parcel
from shared.usecases.follow_parcel import follow_parcel


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Carry out a batch of what is owed; answer with the messages that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _carry_out, on_failure=log_failure, postpone=_postpone, holds_up=None)


def _carry_out(record: Record) -> None:
    message = EffectMessage(**json.loads(record["body"]))
    if message.kind == "tracking":
        done, name = follow_parcel(message, wiring.follow_desk()), "Follow"
    else:
        done, name = book_parcel(message, wiring.booking_desk()), "Booking"
    count(f"{name}{done.state.title()}")
    logger().info(done.state, order=message.pk, effect=message.effect, reason=done.reason)
    if done.again_after is not None:
        raise ComeAgainError(math.ceil(done.again_after.total_seconds()))


def _postpone(record: Record, seconds: int) -> None:
    # The message stays in front of its order's others: a booking is canceled after it was made.
    resources.postpone_booking(record["receiptHandle"], seconds)


prepare(wiring.booking_desk)
prepare(wiring.follow_desk)
