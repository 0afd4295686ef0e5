"""The kinds of mail, on one screen. ``{kind}.html`` and ``{kind}.txt`` in ``templates/`` are its two bodies.

A wording is a group of texts in every language: ``{wording}.subject``, ``.headline`` and ``.intro``.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.notifications.data import MailData


@dataclass(frozen=True, slots=True)
class MailKind:
    """One row: how it is worded, or worded where ``unless`` is true, and the data it cannot do without."""

    wording: str
    other_wording: str = ""
    unless: str = ""  # a field of MailData
    needs: tuple[str, ...] = ()  # fields of MailData
    amount: str = ""  # the field its texts mean by {amount}


KINDS: dict[str, MailKind] = {
    "order_received": MailKind("order_received", needs=("lines",)),
    "canceled": MailKind("canceled", "canceled_part", unless="partial"),
    "preparing": MailKind("preparing", "preparing_pickup", unless="pickup"),
    "shipped": MailKind("shipped", "shipped_part", unless="partial"),
    "tracking_changed": MailKind("tracking_changed", needs=("tracking_number",)),
    "ready_for_pickup": MailKind("ready_for_pickup"),
    "delivered": MailKind("delivered", "delivered_part", unless="partial"),
    "delivery_problem": MailKind("delivery_problem"),
    "return_answer": MailKind(
        "return_rejected", "return_accepted", unless="return_accepted", needs=("return_accepted",)
    ),
    "refund": MailKind("refund", needs=("refund_amount",), amount="refund_amount"),
    "payment_link": MailKind("payment_link", needs=("amount_due", "payment_url"), amount="amount_due"),
}


class UnknownMailKindError(LookupError):
    """The catalogue has no such kind of mail."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no mail kind {kind!r}; known are {', '.join(KINDS)}")


class MissingMailDataError(Exception):
    """A mail cannot be written: ``field`` is empty, or was a link that no mail may hold."""

    def __init__(self, kind: str, field: str) -> None:
        super().__init__(f"{kind} needs {field}")
        self.kind = kind
        self.field = field


def kind_of(name: str) -> MailKind:
    """Return the row of ``name``. Raises UnknownMailKindError."""
    if name not in KINDS:
        raise UnknownMailKindError(name)
    return KINDS[name]


def wording_of(kind: MailKind, data: MailData) -> str:
    """Return which group of texts says what ``data`` says."""
    return kind.other_wording if kind.unless and getattr(data, kind.unless) else kind.wording
