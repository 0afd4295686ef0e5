"""Lambda: the stock queue. Moves what orders owe to the stock, each movement once."""

from __future__ import annotations

import json
from typing import Any

from shared.runtime import wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.storage.records import EffectMessage
from shared.usecases.move_stock import move_stock


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Move a batch; answer with the messages that have to come again."""
    records = records_of(event, "aws:sqs")
    return process_batch(records, _move, on_failure=log_failure)


def _move(record: Record) -> None:
    message = EffectMessage(**json.loads(record["body"]))
    for carried in move_stock(message, wiring.stock_desk()):
        count(f"Stock{carried.state.title()}")
        for word in carried.reported:
            count(f"Stock{word.title().replace('_', '')}")
        logger().info(carried.state, order=message.pk, effect=carried.effect, reason=carried.reason)


prepare(wiring.stock_desk)
