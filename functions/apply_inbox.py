"""Lambda: the inbox queue. Raw documents to facts to changes, each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.runtime import resources, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.events import Record, process_batch, records_of
from shared.runtime.logs import count, log_failure, logger
from shared.usecases.answer_privacy import answer_if_private, is_private
from shared.usecases.apply_input import Applied
from shared.usecases.apply_receipt import apply_parked, apply_receipt
from shared.usecases.failed_inputs import may_keep_failed, record_failed
from shared.wire.receipts import ParkedPointer, Receipt, decode

KEPT_FROM_RECEIVE = 5  # the last one: after it the queue gives a message up


@entry_point
def handler(event: Any) -> dict[str, list[dict[str, str]]]:
    """Apply a batch; answer with the messages that have to come again."""
    records = records_of(event, "aws:sqs")
    receipts: list[Receipt] = []
    answer = process_batch(records, lambda record: _apply(record, receipts), on_failure=log_failure)
    # Before the queue forgets them: if this fails, the batch comes again and changes nothing.
    resources.archive().keep(receipts)
    failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
    for record in records:
        received = int(record.get("attributes", {}).get("ApproximateReceiveCount", 0))
        if record["messageId"] in failed and received >= KEPT_FROM_RECEIVE:
            _give_up(record)
    return answer


def _give_up(record: Record) -> None:
    """Keep outcome and document: dead letters end after fourteen days, these can be read and replayed longer.

    A parked input that fails stays parked.
    """
    try:
        message = decode(record["body"])
        if not isinstance(message, Receipt):
            return
        if not is_private(message) and may_keep_failed(message, wiring.document_desk()):
            resources.archive().keep_failed(message)
        _report([record_failed(message, wiring.document_desk())], message.receipt_id)
    except Exception as error:  # noqa: BLE001  it is a dead letter already, and the others of its batch are not
        log_failure(error)


def _apply(record: Record, receipts: list[Receipt]) -> None:
    message = decode(record["body"])
    if isinstance(message, ParkedPointer):
        parked = resources.store().read_parked(message.pk, message.sk)
        if parked is not None:
            _report([apply_parked(parked, wiring.document_desk())], parked.receipt_id)
        return
    body = message.body
    if body is None:
        body = resources.archive().fetch_spilled(message.spilled_to)
    outcomes = answer_if_private(message, body, wiring.privacy_desk())
    if outcomes is not None:
        # Names a person and what they ask: done, and kept nowhere.
        _report(outcomes, message.receipt_id)
        return
    outcomes = apply_receipt(message, body, wiring.document_desk())
    _report(outcomes, message.receipt_id)
    if all(applied.keeps_raw for applied in outcomes):
        receipts.append(message)


def _report(outcomes: Sequence[Applied], receipt_id: str) -> None:
    for applied in outcomes:
        count(f"Input{applied.outcome.title().replace('_', '')}")
        logger().info(
            applied.outcome, reason=applied.reason, order_id=applied.order_id, receipt_id=receipt_id
        )


prepare(wiring.document_desk)
prepare(resources.archive)
