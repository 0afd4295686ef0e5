"""Commands about goods on their way back: by the return table, line by line."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.orders import commands as c
from shared.orders.apply_returns import step_return
from shared.orders.effects import Cause, again
from shared.orders.facts import ReturnWord
from shared.orders.model import Order, Return
from shared.orders.refusal import RefusalError
from shared.orders.rules import Rules
from shared.orders.transitions import RETURN_PATHS, RETURN_TRANSITIONS
from shared.orders.workbench import Workbench

_ASKED = frozenset({ReturnWord.REQUESTED, ReturnWord.ACCEPTED, ReturnWord.IN_TRANSIT})


def request_return(bench: Workbench, command: c.RequestReturn) -> None:
    """Enter a return; a line that was rejected cannot be asked for again."""
    if not command.return_id or not command.lines:
        raise RefusalError("missing_field:return_id" if command.lines else "invalid_quantity")
    about = f"return/{command.return_id}"
    if any(entry.id == command.return_id for entry in bench.returns):
        bench.note(about, "duplicate")
        return
    for line_id, pieces in command.lines:
        if line_id not in bench.lines:
            raise RefusalError("unknown_line")
        entries = [entry for entry in bench.returns if entry.line_id == line_id]
        if any(entry.word is ReturnWord.REJECTED for entry in entries):
            raise RefusalError("return_rejected")
        if pieces < 1 or pieces > _returnable(bench, line_id):
            raise RefusalError("invalid_quantity")
        bench.returns.append(
            Return(command.return_id, line_id, pieces, ReturnWord.REQUESTED, command.reason[:40])
        )
    bench.note(about, "applied", "requested")


def returnable(order: Order) -> dict[str, int]:
    """Return how many pieces of each line may be asked to go back; of a line once rejected, none."""
    bench = Workbench(order, order.id, Rules(), datetime.min.replace(tzinfo=UTC), by="C")
    denied = {entry.line_id for entry in order.returns if entry.word is ReturnWord.REJECTED}
    return {line.id: 0 if line.id in denied else max(_returnable(bench, line.id), 0) for line in order.lines}


def _returnable(bench: Workbench, line_id: str) -> int:
    asked = sum(
        entry.quantity for entry in bench.returns if entry.line_id == line_id and entry.word in _ASKED
    )
    return bench.out_of_house(line_id) - asked


def accept_return(bench: Workbench, command: c.AcceptReturn) -> None:
    """Allow it."""
    _answer(bench, command.return_id, command.line_ids, ReturnWord.ACCEPTED)


def reject_return(bench: Workbench, command: c.RejectReturn) -> None:
    """Do not allow it."""
    _answer(bench, command.return_id, command.line_ids, ReturnWord.REJECTED)


def receive_return(bench: Workbench, command: c.ReceiveReturn) -> None:
    """The goods came back; nobody need have seen them on the way."""
    _advance(bench, command.return_id, command.line_ids, ReturnWord.RECEIVED)


def restock_return(bench: Workbench, command: c.RestockReturn) -> None:
    """Put received goods back into stock."""
    _advance(bench, command.return_id, command.line_ids, ReturnWord.RESTOCKED)


def write_off_return(bench: Workbench, command: c.WriteOffReturn) -> None:
    """Received goods cannot be sold again."""
    _advance(bench, command.return_id, command.line_ids, ReturnWord.WRITTEN_OFF)


def abandon_return(bench: Workbench, command: c.AbandonReturn) -> None:
    """Accepted goods were never sent back."""
    _advance(bench, command.return_id, command.line_ids, ReturnWord.NOT_RETURNED)


def _answer(bench: Workbench, return_id: str, line_ids: tuple[str, ...], word: ReturnWord) -> None:
    for index in _entries(bench, return_id, line_ids):
        if word not in RETURN_TRANSITIONS[bench.returns[index].word]:
            raise RefusalError("illegal_transition")
    _advance(bench, return_id, line_ids, word)
    bench.cause(Cause.RETURN_ANSWERED, again(return_id, word.value), data=(("answer", word.value),))


def _advance(bench: Workbench, return_id: str, line_ids: tuple[str, ...], word: ReturnWord) -> None:
    indexes = _entries(bench, return_id, line_ids)
    paths = [RETURN_PATHS.get((bench.returns[index].word, word)) for index in indexes]
    if any(path is None for path in paths) or any(
        bench.returns[index].word is ReturnWord.REQUESTED
        and word not in RETURN_TRANSITIONS[ReturnWord.REQUESTED]
        for index in indexes
    ):
        raise RefusalError("illegal_transition")
    for index, path in zip(indexes, paths, strict=True):
        for step in path or ():
            step_return(bench, index, step, answered=False)
    bench.note(f"return/{return_id}", "applied", word.value)


def _entries(bench: Workbench, return_id: str, line_ids: tuple[str, ...]) -> list[int]:
    indexes = [
        index
        for index, entry in enumerate(bench.returns)
        if entry.id == return_id and (not line_ids or entry.line_id in line_ids)
    ]
    if not indexes:
        raise RefusalError("unknown_return")
    return indexes
