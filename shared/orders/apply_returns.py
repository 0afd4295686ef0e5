"""Goods on their way back, as facts."""

from __future__ import annotations

from dataclasses import replace

from shared.orders.effects import Cause, again
from shared.orders.facts import ReturnReported, ReturnWord
from shared.orders.model import Return
from shared.orders.transitions import RETURN_PATHS
from shared.orders.workbench import Workbench


def apply_return(bench: Workbench, fact: ReturnReported) -> None:
    """Take a return forward; one that begins further along is entered there."""
    about = f"return/{fact.return_id}"
    for index, entry in enumerate(bench.returns):
        if entry.id == fact.return_id and entry.line_id == fact.line_id:
            _advance_return(bench, index, fact.word, about)
            return
    if fact.line_id not in bench.lines:
        bench.note(about, "unknown", "no such line")
        return
    if fact.word is ReturnWord.REQUESTED and any(
        entry.line_id == fact.line_id and entry.word is ReturnWord.REJECTED for entry in bench.returns
    ):
        bench.attend("return_asked_after_rejection", about)
        return
    if fact.quantity > bench.out_of_house(fact.line_id):
        bench.attend("contradiction:more_returned_than_shipped", about)
    bench.returns.append(
        Return(fact.return_id, fact.line_id, fact.quantity, ReturnWord.REQUESTED, fact.reason[:40])
    )
    if fact.word is ReturnWord.REQUESTED:
        bench.note(about, "applied", "requested")
    else:
        _advance_return(bench, len(bench.returns) - 1, fact.word, about)


def _advance_return(bench: Workbench, index: int, word: ReturnWord, about: str) -> None:
    entry = bench.returns[index]
    if entry.word is word:
        bench.note(about, "duplicate", word.value)
        return
    path = RETURN_PATHS.get((entry.word, word))
    if path is None:
        bench.note(about, "late", word.value)
        return
    for step in path:
        step_return(bench, index, step, answered=step is word)
    bench.note(about, "applied", word.value)


def step_return(bench: Workbench, index: int, word: ReturnWord, *, answered: bool) -> None:
    """Take one step of the return table, with what it causes; ``answered``: the customer is told of it."""
    entry = bench.returns[index]
    if word is ReturnWord.RECEIVED:
        bench.owe_for_received(entry.line_id, entry.quantity)
    bench.returns[index] = replace(entry, word=word)
    if word in (ReturnWord.ACCEPTED, ReturnWord.REJECTED) and answered:
        bench.cause(Cause.RETURN_ANSWERED, again(entry.id, word.value), data=(("answer", word.value),))
    elif word is ReturnWord.RESTOCKED:
        bench.cause(Cause.RETURN_RESTOCKED, pieces=((entry.line_id, entry.quantity),))
