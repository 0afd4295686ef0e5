"""Lambda: the mail queue. Sends each owed mail once."""

from __future__ import annotations

import json
from typing import Any

from shared.runtime import wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.storage.records import EffectMessage
from shared.usecases.gather_mails import StillGatheringError
from shared.usecases.send_mail import send_mail

GATHERS = 4  # receives in which a mail may still be gathering: none that came to be owed later passes it by


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Send a batch; answer with the messages that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _send, on_failure=_note, holds_up=GATHERS)


def _note(error: Exception) -> None:
    if isinstance(error, StillGatheringError):
        count("MailGathering")
        logger().info("gathering", effect=str(error))
    else:
        log_failure(error)


def _send(record: Record) -> None:
    message = EffectMessage(**json.loads(record["body"]))
    state = send_mail(message, wiring.mail_desk())
    count(f"Mail{state.title()}")
    logger().info(state, order=message.pk, effect=message.effect)


prepare(wiring.mail_desk)
