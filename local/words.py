"""The words that merchants know from other products, and which of them the scripted day has shown.

One table: each word of a product beside what it is called here, as ``axis word``. A word that no
command and no adapter there is can bring about says what it ``needs``; the day must show all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from local.ledger import Ledger
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.model import Order
from shared.storage.records import EffectState

_DOCUMENTS = "documents, which are not made yet"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a product. ``here`` is what :func:`seen_in` calls it."""

    product: str
    word: str
    here: str
    needs: str = ""


# fmt: off
WORDS: tuple[Word, ...] = (
    Word("Lengow", "Neu", "channel_status new"),
    Word("Lengow", "Warten auf Annahme", "channel_status waiting_acceptance"),
    Word("Lengow", "Akzeptiert", "channel_status accepted"),
    Word("Lengow", "Warten auf Versand", "channel_status waiting_shipment"),
    Word("Lengow", "Versandt", "channel_status shipped"),
    Word("Lengow", "Geschlossen", "channel_status closed"),
    Word("Lengow", "Abgelehnt", "channel_status refused"),
    Word("Lengow", "Storniert", "channel_status canceled"),
    Word("Lengow", "Rückerstattung", "channel_status refunding"),
    Word("Lengow", "Rückerstattet", "channel_status refunded"),
    Word("Lengow", "Abholung vorbereiten", "channel_status preparing_pickup"),
    Word("Lengow", "Zur Abholung", "channel_status ready_for_pickup"),
    Word("Lengow", "Abholung abgeschlossen", "channel_status picked_up"),
    Word("Lengow", "Abholung storniert", "channel_status pickup_canceled"),
    Word("Lengow", "Zur Rückerstattung", "channel_status to_refund"),
    Word("ikas", "Nicht ausgeführt", "fulfillment unfulfilled"),
    Word("ikas", "Versandfertig", "fulfillment ready_to_ship"),
    Word("ikas", "Ausgeführt", "fulfillment fulfilled"),
    Word("ikas", "Zugestellt", "fulfillment delivered"),
    Word("ikas", "Storniert", "fulfillment canceled"),
    Word("ikas", "Teilweise Versandfertig", "fulfillment partially_ready"),
    Word("ikas", "Teilweise Ausgeführt", "fulfillment partially_fulfilled"),
    Word("ikas", "Teilweise Zugestellt", "fulfillment partially_delivered"),
    Word("ikas", "İade İstendi", "returns requested"),
    Word("ikas", "İade Edildi", "returns returned"),
    Word("ikas", "Ödeme Bekleniyor", "payment pending"),
    Word("ikas", "Ödeme Alındı", "payment paid"),  # noqa: RUF001  Turkish
    Word("ikas", "İade Edildi (ödeme)", "refund full"),
    Word("Channable", "not shipped", "status waiting_shipment"),
    Word("Channable", "waiting", "package awaiting_tracking"),
    Word("Channable", "pending shipment", "pending ship"),
    Word("Channable", "pending cancellation", "pending cancel"),
    Word("Channable", "shipped", "status shipped"),
    Word("Channable", "canceled", "status canceled"),
    Word("Channable", "cancellation request", "flag cancellation_requested"),
    Word("Channable", "errors", "flag attention"),
    Word("Lynks", "Bestätigen", "command accept"),
    Word("Lynks", "Stornieren", "command cancel"),
    Word("Lynks", "Versand markieren", "command ready_to_ship"),
    Word("Lynks", "Lieferschein drucken", "document delivery_note", _DOCUMENTS),
    Word("Lynks", "Tracking-Nummer hinzufügen", "command change_tracking"),
    Word("Lynks", "Als versandt markieren", "command ship"),
)
# fmt: on


def seen_in(ledger: Ledger) -> set[str]:
    """Return every word that one look at the orders and their history shows.

    A status that lasts no time is seen in the history only: in the moves from it and to it.
    """
    seen = {word for order in ledger.orders for word in _worn_by(order)}
    for record in ledger.records:
        for move in record.moves:
            seen |= {f"status {move.target}", f"channel_status {move.target}"}
        if record.command and record.outcome is Outcome.APPLIED:
            seen.add(f"command {record.command}")
        for effect in record.effects:
            if effect.key.startswith("channel/") and effect.state is EffectState.PENDING:
                seen.add(f"pending {effect.key.split('/')[1]}")
    return seen


def _worn_by(order: Order) -> Iterator[str]:
    yield f"status {order.status.value}"
    yield f"channel_status {derive.channel_status(order).value}"
    yield f"fulfillment {derive.fulfillment(order).value}"
    yield f"payment {derive.payment(order).value}"
    yield f"refund {derive.refund(order).value}"
    yield f"returns {derive.returns(order).value}"
    if order.cancellation_requested:
        yield "flag cancellation_requested"
    if order.attention:
        yield "flag attention"
    if any(package.awaiting_tracking_until for package in order.packages):
        yield "package awaiting_tracking"


def word_lines(seen: Collection[str]) -> list[str]:
    """Return the table, a line a word: seen, or what it needs."""
    return [
        f"{word.product:<10} {word.word:<27} {word.here:<33} {_standing(word, seen)}".rstrip()
        for word in WORDS
    ]


def complaints_of(seen: Collection[str]) -> list[str]:
    """Return every word that the day owes, and every one that needs nothing more after all."""
    return [
        f"{word.product} {word.word}: {word.here} was {'seen' if word.needs else 'not seen'}"
        for word in WORDS
        if (word.here in seen) is bool(word.needs)
    ]


def _standing(word: Word, seen: Collection[str]) -> str:
    if word.here in seen:
        return "seen"
    return f"needs {word.needs}" if word.needs else "not seen"
