"""The tables of what may become what. decide() reads them; database conditions and docs are made from them.

Who: C a command, R a rule, F a fact, A automatically in the change of its cause, D a deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from shared.orders.changes import Move
from shared.orders.facts import RefundWord, ReturnWord
from shared.orders.statuses import PackageStatus, Status
from shared.orders.values import value

_Word = TypeVar("_Word")

NO_ORDER = ""  # the source of a step that creates the order


class IllegalTransitionError(Exception):
    """A step that no row of the table allows: faulty code, never the fault of an input."""


@value(frozen=True, slots=True)
class Transition:
    """One row: by ``rule``, an order in one of ``sources`` may get to one of ``targets``."""

    rule: str
    sources: tuple[str, ...]
    event: str
    by: str
    targets: tuple[str, ...]
    condition: str = ""


_S = Status
_ALL = tuple(Status)
_NOT_CANCELED = tuple(s for s in Status if s is not Status.CANCELED)
_BEFORE_THE_END = tuple(
    s for s in Status if s not in (_S.CLOSED, _S.CANCELED, _S.REFUSED, _S.PICKUP_CANCELED)
)

# fmt: off
TRANSITIONS: tuple[Transition, ...] = (
    Transition("T1", (NO_ORDER,), "seen, not processable; draft created", "FC", (_S.NEW,)),
    Transition("T2", (NO_ORDER, _S.NEW), "acceptance asked for", "F", (_S.WAITING_ACCEPTANCE,),
               "the channel works so"),
    Transition("T3", (NO_ORDER, _S.NEW), "processable", "FAC", (_S.WAITING_SHIPMENT,),
               "for example mark paid"),
    Transition("T4", (NO_ORDER,), "first seen, placed before import_since; manual completed", "FC", _ALL,
               "no mails, calls, stock for what lies behind (manual: stock taken)"),
    Transition("T5", (_S.WAITING_ACCEPTANCE,), "accept", "CRF", (_S.ACCEPTED,),
               "stock reserved by T2, else now; the channel refuses it for good: released, no shipping"),
    Transition("T6", (_S.ACCEPTED,), "processable", "FA", (_S.WAITING_SHIPMENT,),
               "the channel's document says so; at once where it has no such step"),
    Transition("T7", (_S.NEW, _S.WAITING_ACCEPTANCE), "refuse", "CRF", (_S.REFUSED,),
               "refused by F in a later status acts as T14"),
    Transition("T8", (_S.WAITING_SHIPMENT,), "all live quantity handed over", "A", (_S.SHIPPED,),
               "there is live quantity, all of it in packages at or beyond fulfilled"),
    Transition("T9", (_S.SHIPPED,), "live quantity is unfulfilled again", "A", (_S.WAITING_SHIPMENT,),
               "package canceled, line added"),
    Transition("T10", (_S.SHIPPED,), "all live quantity delivered or returned", "AD", (_S.CLOSED,),
               "no dispute, closing delay over"),
    Transition("T11", (_S.SHIPPED,), "every parcel not delivered is untracked for N days", "D", (_S.CLOSED,),
               "no dispute; packages stay as they are"),
    Transition("T12", _BEFORE_THE_END, "closed or received", "F", (_S.CLOSED,),
               "undelivered packages become delivered; live quantity in none becomes one delivered package"),
    Transition("T13", (_S.NEW, _S.WAITING_ACCEPTANCE, _S.ACCEPTED, _S.WAITING_SHIPMENT), "cancel", "CR",
               (_S.CANCELED,), "only while every live piece is unfulfilled"),
    Transition("T14", _NOT_CANCELED, "canceled; nothing live is left", "FA", (_S.CANCELED,),
               "something ready, shipped or delivered: attention; from refused no second effects"),
    Transition("T15", (_S.WAITING_SHIPMENT,), "prepare pick-up", "CFA", (_S.PREPARING_PICKUP,),
               "the customer collects"),
    Transition("T16", (_S.PREPARING_PICKUP,), "ready for pick-up", "CF", (_S.READY_FOR_PICKUP,)),
    Transition("T17", (_S.READY_FOR_PICKUP,), "collected", "CF", (_S.PICKED_UP,), "cash on delivery: paid"),
    Transition("T17", (_S.PICKED_UP,), "collected", "A", (_S.CLOSED,), "in the same change"),
    Transition("T18", (_S.PREPARING_PICKUP, _S.READY_FOR_PICKUP), "pick-up canceled, not collected in time",
               "CFD", (_S.PICKUP_CANCELED,), "paid: refund due"),
)

_P = PackageStatus
PACKAGE_TRANSITIONS: dict[PackageStatus, tuple[PackageStatus, ...]] = {
    _P.READY_TO_SHIP: (_P.FULFILLED, _P.CANCELED),
    _P.FULFILLED: (_P.DELIVERED, _P.AT_PICKUP_POINT, _P.UNABLE_TO_DELIVER, _P.RETURNING, _P.CANCELED),
    _P.AT_PICKUP_POINT: (_P.DELIVERED, _P.RETURNING),
    _P.UNABLE_TO_DELIVER: (_P.FULFILLED, _P.DELIVERED, _P.AT_PICKUP_POINT, _P.RETURNING),
    _P.RETURNING: (_P.RETURNED, _P.DELIVERED),
    _P.DELIVERED: (),
    _P.RETURNED: (),
    _P.CANCELED: (),
}

_R = ReturnWord
RETURN_TRANSITIONS: dict[ReturnWord, tuple[ReturnWord, ...]] = {
    _R.REQUESTED: (_R.ACCEPTED, _R.REJECTED),
    _R.ACCEPTED: (_R.IN_TRANSIT, _R.NOT_RETURNED),
    _R.IN_TRANSIT: (_R.RECEIVED, _R.NOT_RETURNED),
    _R.RECEIVED: (_R.RESTOCKED, _R.WRITTEN_OFF),
    _R.REJECTED: (),
    _R.RESTOCKED: (),
    _R.WRITTEN_OFF: (),
    _R.NOT_RETURNED: (),
}

_M = RefundWord
REFUND_TRANSITIONS: dict[RefundWord, tuple[RefundWord, ...]] = {
    _M.REQUESTED: (_M.DUE, _M.RECORDED, _M.REJECTED),
    _M.DUE: (_M.RECORDED, _M.REJECTED),
    _M.REJECTED: (_M.RECORDED,),  # money that went back all the same is a fact
    _M.RECORDED: (),
}
# fmt: on

RULES: tuple[str, ...] = tuple(dict.fromkeys(row.rule for row in TRANSITIONS))
_SOURCES: dict[str, frozenset[str]] = {
    rule: frozenset(source for row in TRANSITIONS if row.rule == rule for source in row.sources)
    for rule in RULES
}
_STEPS: frozenset[tuple[str, str, str]] = frozenset(
    (row.rule, str(source), str(target))
    for row in TRANSITIONS
    for source in row.sources
    for target in row.targets
)


def sources_of(rule: str) -> frozenset[str]:
    """Return the statuses in which ``rule`` may begin; ``NO_ORDER`` ("") stands for no order yet."""
    return _SOURCES[rule]


def is_step(rule: str, source: str, target: str) -> bool:
    """True where a row of the table allows this step."""
    return (rule, str(source), str(target)) in _STEPS


def check_chain(moves: Sequence[Move]) -> None:
    """Raise IllegalTransitionError unless each move is a row's and begins where the one before ended."""
    for position, move in enumerate(moves):
        if not is_step(move.rule, move.source, move.target):
            raise IllegalTransitionError(f"{move.rule}: {move.source or '-'} -> {move.target}")
        if position and moves[position - 1].target != move.source:
            raise IllegalTransitionError(
                f"{move.rule} begins in {move.source}, not where the step before ended"
            )


def _paths(table: Mapping[_Word, Sequence[_Word]]) -> dict[tuple[_Word, _Word], tuple[_Word, ...]]:
    """Return the shortest way between any two words: what a fact that is further along implies."""
    found: dict[tuple[_Word, _Word], tuple[_Word, ...]] = {}
    for start in table:
        level: list[tuple[_Word, ...]] = [(word,) for word in table[start]]
        while level:
            for path in level:
                if path[-1] != start:
                    found.setdefault((start, path[-1]), path)
            level = [(*path, word) for path in level for word in table[path[-1]] if word not in path]
    return found


# Taking a package back is a step of its own, never the end of a longer way.
PACKAGE_PATHS = {
    ends: path
    for ends, path in _paths(PACKAGE_TRANSITIONS).items()
    if ends[1] is not PackageStatus.CANCELED or len(path) == 1
}
RETURN_PATHS = _paths(RETURN_TRANSITIONS)
