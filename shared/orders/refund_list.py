"""The refunds of an open order, so kept that one more costs the same however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import SupportsIndex

from shared.orders.facts import RefundWord
from shared.orders.model import Refund


class RefundList(list[Refund]):
    """A list that knows its sum and where each refund is; changed by append, one place at a time, or del.

    ``recorded`` is the money that went back; ``waiting`` counts entries that a recorded refund may settle or
    turn out to be: those due or requested, and those that no channel has named yet.
    """

    def __init__(self, entries: Iterable[Refund] = ()) -> None:
        super().__init__()
        self.recorded = Decimal(0)
        self.waiting = 0
        self._places: dict[str, int] = {}
        for entry in entries:
            self.append(entry)

    def append(self, entry: Refund) -> None:
        super().append(entry)
        self._count(entry, 1)
        self._name(entry, len(self) - 1)

    def __setitem__(self, index: SupportsIndex, entry: Refund) -> None:  # type: ignore[override]
        self._count(self[index], -1)
        super().__setitem__(index, entry)
        self._count(entry, 1)
        self._name(entry, index.__index__())

    def __delitem__(self, index: SupportsIndex) -> None:  # type: ignore[override]
        self._count(self[index], -1)
        super().__delitem__(index)
        self._places.clear()
        for place, entry in enumerate(self):
            self._name(entry, place)

    def place_of(self, refund_id: str) -> int | None:
        """Return where the first refund of this id is, ours or the channel's."""
        place = self._places.get(refund_id)
        if place is None or refund_id in (self[place].id, self[place].external_id):
            return place
        # What stood there goes by another id now.
        found = (i for i, entry in enumerate(self) if refund_id in (entry.id, entry.external_id))
        return next(found, None)

    def free_id(self, name: str) -> str:
        """Return ``name``, or one made of it where somebody has given it to a refund by hand."""
        while self.place_of(name) is not None:
            name += "-next"
        return name

    def _count(self, entry: Refund, sign: int) -> None:
        if entry.word is RefundWord.RECORDED:
            self.recorded += sign * entry.amount
        if entry.word in (RefundWord.DUE, RefundWord.REQUESTED) or not entry.external_id:
            self.waiting += sign

    def _name(self, entry: Refund, place: int) -> None:
        for name in {entry.id, entry.external_id} - {""}:
            self._places[name] = min(place, self._places.get(name, place))
