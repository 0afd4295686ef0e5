"""What a change owes to the world, collected cause by cause; gated once, at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.orders.changes import Effect, Note
from shared.orders.effects import EFFECTS, MAILS, Cause, Owes, again
from shared.orders.model import Attention, Order
from shared.orders.open_order import OpenOrder
from shared.orders.rules import Rules

MAX_ATTENTION = 32  # the head item stays small; what does not fit is in the history
FRESH: Final = timedelta(hours=24)  # a caught-up step older than this sends no mail
_NOTHING_DONE = frozenset({"duplicate", "stale"})


class Owing(OpenOrder):
    """An open order, and what is owed and said about it.

    ``by`` is C, R, F or D; ``told_by`` the connection that told us, which is not called about it.
    ``since`` is when the fact at hand happened, by its source. ``caught_up``: steps lie between
    what we knew and what we were told.
    """

    __slots__ = (
        *(
            "applied",
            "by",
            "calls",
            "caught_up",
            "mails",
            "notes",
            "notify",
            "now",
            "others",
            "rules",
            "since",
        ),
        *("stock", "told_by"),
    )

    def __init__(
        self, base: Order | None, identity: str, rules: Rules, now: datetime, *, by: str, told_by: str = ""
    ) -> None:
        super().__init__(base, identity)
        self.rules = rules
        self.now = now
        self.by = by
        self.told_by = told_by
        self.notify: bool | None = None
        self.since: datetime | None = None
        self.applied = False
        self.caught_up = False
        self.notes: list[Note] = []
        self.mails: list[tuple[int, datetime | None, Effect]] = []
        self.calls: list[Effect] = []
        self.stock: dict[str, dict[str, int]] = {}
        self.others: list[Effect] = []

    def note(self, about: str, outcome: str, detail: str = "") -> None:
        """Say what became of one fact or step. All but duplicates and stale ones count as applied."""
        if outcome not in _NOTHING_DONE:
            self.applied = True
        self.notes.append(Note(about=about, outcome=outcome, detail=detail))

    def attend(self, code: str, subject: str = "") -> None:
        """Ask the merchant to look at something, once."""
        entry = Attention(code, subject)
        self.note(subject or "order", "attention", code)
        if entry not in self.attention and len(self.attention) < MAX_ATTENTION:
            self.attention.append(entry)

    def settled(self, *codes: str, subject: str | None = None) -> None:
        """Take back what no longer needs a look."""
        self.attention = [
            entry
            for entry in self.attention
            if entry.code not in codes or (subject is not None and entry.subject != subject)
        ]

    def cause(
        self,
        cause: Cause,
        target: str = "",
        *,
        pieces: Iterable[tuple[str, int]] = (),
        data: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Owe what the table of effects says of ``cause``."""
        row = EFFECTS[cause]
        if row.stock and pieces and "stock" in self.rules.capabilities:
            moved = self.stock.setdefault(row.stock, {})
            for line_id, count in pieces:
                moved[line_id] = moved.get(line_id, 0) + count
        if self.is_quiet():
            return
        if row.repeats or (row.recurs and self._was_owed(row, target)):
            target = again(target, str(self.version))
        if row.mail and self._wants_mail(
            row.mail, own_shops_only=row.own_shops_only, asked=row.only_if_asked
        ):
            about = "" if row.once_an_order else target
            mail = Effect(kind="mail", name=row.mail, target=about, data=data)
            self.mails.append((MAILS.index(row.mail), self.since, mail))
        if row.call and self.told_by != self.connection and not (row.unless_splits and self.rules.splits):
            if row.call in self.rules.capabilities:
                self.calls.append(Effect(kind="channel", name=row.call, target=target, data=data))
            elif self.by == "C":
                self.note(target or "order", "degraded", row.call)

    def _was_owed(self, row: Owes, target: str) -> bool:
        return not self.owed.isdisjoint((f"mail/{row.mail}/{target}", f"channel/{row.call}/{target}"))

    def _wants_mail(self, kind: str, *, own_shops_only: bool, asked: bool) -> bool:
        if self.notify is not None:
            return self.notify
        if asked or (own_shops_only and not self.rules.own_shop):
            return False
        return self.rules.mail_wanted(kind)

    def call_back_office(self, call: str) -> None:
        """Owe a call to the shop in which this order's orders are created, unless it told us."""
        shop = self.rules.back_office
        if not shop or shop == self.told_by or self.is_quiet():
            return
        if call == "create" or f"channel/create/{shop}" in self.owed:
            self.calls.append(Effect(kind="channel", name=call, target=shop, data=(("connection", shop),)))

    def owe(self, effect: Effect) -> None:
        """Owe an effect that no cause of the table stands for, once."""
        if effect.key not in self.owed:
            self.owed.add(effect.key)
            self.others.append(effect)

    def owe_each_time(self, effect: Effect) -> None:
        """Owe an effect whose key carries the change: it is never owed again, and need not be remembered."""
        self.others.append(effect)

    def is_quiet(self) -> bool:
        """True for orders that owe no mails, calls, stock: tests, and what the channel fulfills itself."""
        return self.test or self.fulfilled_by_channel

    def accepts_by_itself(self) -> bool:
        """True where the rule accepts without a look at the stock; else whoever reserves it accepts."""
        return self.rules.auto_accept and ("stock" not in self.rules.capabilities or self.is_quiet())

    def forget_effects(self) -> None:
        """Owe nothing for what lies behind (an order placed before we began to follow its channel)."""
        self.mails.clear()
        self.calls.clear()
        self.stock.clear()
        kept = [effect for effect in self.others if effect.kind == "unpark"]
        self.owed.difference_update(effect.key for effect in self.others if effect.kind != "unpark")
        self.others = kept

    def effects_owed(self) -> tuple[Effect, ...]:
        """Return all that is owed, each key once in the order's life. To be called once, at the end."""
        owed = self.owed
        effects = list(self.others)
        for effect in (*self._mails_to_send(), *self.calls):
            key = effect.key
            if key not in owed:
                owed.add(key)
                effects.append(effect)
        if self.stock and not self.is_quiet():
            effects += self._stock_moves()
        return tuple(effects)

    def _mails_to_send(self) -> list[Effect]:
        if not self.caught_up:
            return [mail for _, _, mail in self.mails]
        if not self.mails:
            return []
        _, since, mail = max(self.mails, key=lambda entry: entry[0])
        return [mail] if since is None or self.now - since < FRESH else []

    def _stock_moves(self) -> list[Effect]:
        """Return one effect a kind of movement; what is reserved and given back at once is neither."""
        reserved, returned = self.stock.get("reserve", {}), self.stock.get("give_back", {})
        for line_id in reserved.keys() & returned.keys():
            both = min(reserved[line_id], returned[line_id])
            reserved[line_id] -= both
            returned[line_id] -= both
        moves = []
        for name, moved in self.stock.items():
            data = tuple([(line_id, str(count)) for line_id, count in moved.items() if count])
            if data:
                moves.append(Effect(kind="stock", name=name, target=str(self.version), data=data))
        return moves
