"""The words that merchants know from other products, and which of them the scripted day has shown.

One table: each word of a product beside what it is called here, as ``axis word``, and the moment of the day
at which the product would say it: an order, and the first step of that name. A word beside the wrong name of
ours is not what the order wears then. A word that no command and no adapter there is can bring about says
what it ``needs``; the day must show all others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from local.ledger import Ledger
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.model import Order
from shared.storage.records import EffectState

_DOCUMENTS = "documents, which are not made yet"

# Orders of the day, each as its channel and its own id.
_BOUGHT = "market:M-2001-A"
_UNSERVED = "market:M-2002-A"
_SPLIT = "market:M-2003-A"
_BROKEN = "market:M-2004-A"
_ASKED = "bazaar:C0001UNWNT"
_BY_HAND = "shop-two:by-hand-1"
_COLLECTED = "shop-two:by-hand-2"
_NOT_COLLECTED = "shop-two:by-hand-3"
_CASH = "shop-two:by-hand-4"
_ON_INVOICE = "shop-two:by-hand-6"
_BOOKED = "shop-three:by-hand-7"
_UNREACHED = "shop-three:by-hand-9"
_BY_UPS = "shop-three:by-hand-10"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a product. ``here`` is what :func:`seen_in` calls it.

    ``order`` and ``step`` are the moment; "" for what lasts as long as a call is under way.
    """

    product: str
    word: str
    here: str
    order: str = ""
    step: str = ""
    needs: str = ""


# fmt: off
WORDS: tuple[Word, ...] = (
    Word("Lengow", "Neu", "channel_status new", _BY_HAND, "create_order"),
    Word("Lengow", "Warten auf Annahme", "channel_status waiting_acceptance", _BOUGHT, "place"),
    Word("Lengow", "Akzeptiert", "channel_status accepted", _BOUGHT, "accept"),
    Word("Lengow", "Warten auf Versand", "channel_status waiting_shipment", _BOUGHT, "debit"),
    Word("Lengow", "Versandt", "channel_status shipped", _BY_UPS, "ship"),
    Word("Lengow", "Geschlossen", "channel_status closed", _BOUGHT, "receive"),
    Word("Lengow", "Abgelehnt", "channel_status refused", _UNSERVED, "refuse"),
    Word("Lengow", "Storniert", "channel_status canceled", _BROKEN, "cancel"),
    Word("Lengow", "Rückerstattung", "channel_status refunding", "shop-two:1505", "request_refund"),
    Word("Lengow", "Rückerstattet", "channel_status refunded", "shop-two:1503", "refund_amount"),
    Word("Lengow", "Abholung vorbereiten", "channel_status preparing_pickup", _COLLECTED, "prepare_pickup"),
    Word("Lengow", "Zur Abholung", "channel_status ready_for_pickup", _COLLECTED, "ready_for_pickup"),
    Word("Lengow", "Abholung abgeschlossen", "channel_status picked_up", _COLLECTED, "collect"),
    Word("Lengow", "Abholung storniert", "channel_status pickup_canceled", _CASH, "cancel_pickup"),
    Word("Lengow", "Zur Rückerstattung", "channel_status to_refund", _NOT_COLLECTED, "cancel_pickup"),
    Word("ikas", "Nicht ausgeführt", "fulfillment unfulfilled", _BY_HAND, "mark_paid"),
    Word("ikas", "Versandfertig", "fulfillment ready_to_ship", _BOUGHT, "complete"),
    Word("ikas", "Ausgeführt", "fulfillment fulfilled", _BY_UPS, "ship"),
    Word("ikas", "Zugestellt", "fulfillment delivered", _BOUGHT, "receive"),
    Word("ikas", "Storniert", "fulfillment canceled", _ON_INVOICE, "cancel"),
    Word("ikas", "Teilweise Versandfertig", "fulfillment partially_ready", _BY_HAND, "ready_to_ship"),
    Word("ikas", "Teilweise Ausgeführt", "fulfillment partially_fulfilled", _SPLIT, "ship"),
    Word("ikas", "Teilweise Zugestellt", "fulfillment partially_delivered", _BOOKED, "delivered"),
    Word("ikas", "İade İstendi", "returns requested", _BY_HAND, "request_return"),
    Word("ikas", "İade Edildi", "returns returned", _BY_HAND, "receive_return"),
    Word("ikas", "Ödeme Bekleniyor", "payment pending", _BY_HAND, "create_order"),
    Word("ikas", "Ödeme Alındı", "payment paid", _BY_HAND, "mark_paid"),  # noqa: RUF001  Turkish
    Word("ikas", "İade Edildi (ödeme)", "refund full", "shop-two:1503", "refund_amount"),
    Word("Channable", "not shipped", "status waiting_shipment", _BOUGHT, "debit"),
    Word("Channable", "waiting", "package awaiting_tracking", _BOUGHT, "complete"),
    Word("Channable", "pending shipment", "pending ship"),
    Word("Channable", "pending cancellation", "pending cancel"),
    Word("Channable", "shipped", "status shipped", _BY_UPS, "ship"),
    Word("Channable", "canceled", "status canceled", _BROKEN, "cancel"),
    Word("Channable", "cancellation request", "flag cancellation_requested", _ASKED, "request_cancellation"),
    Word("Channable", "errors", "flag attention", _UNREACHED, "bounce"),
    Word("Lynks", "Bestätigen", "command accept", _BOUGHT, "accept"),
    Word("Lynks", "Stornieren", "command cancel", _ON_INVOICE, "cancel"),
    Word("Lynks", "Versand markieren", "command ready_to_ship", _BY_HAND, "ready_to_ship"),
    Word("Lynks", "Lieferschein drucken", "document delivery_note", needs=_DOCUMENTS),
    Word("Lynks", "Tracking-Nummer hinzufügen", "command change_tracking", _BY_HAND, "change_tracking"),
    Word("Lynks", "Als versandt markieren", "command ship", _BY_UPS, "ship"),
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
    """Return the table, a line a word: when it was seen, or what it needs."""
    return [
        f"{word.product:<10} {word.word:<27} {word.here:<33} {_standing(word, seen)}".rstrip()
        for word in WORDS
    ]


def product_line(seen: Collection[str]) -> str:
    """Return how many of each product's words were seen."""
    products = list(dict.fromkeys(word.product for word in WORDS))
    shown = []
    for product in products:
        words = [word for word in WORDS if word.product == product]
        shown.append(f"{product} {sum(word.here in seen for word in words)} of {len(words)}")
    return f"words of other products that the day has shown: {', '.join(shown)}"


def complaints_of(seen: Collection[str], moments: Mapping[tuple[str, str], Collection[str]]) -> list[str]:
    """Return every word that the day owes, every one that needs nothing more after all, and every wrong one.

    ``moments`` are the words that an order has worn in a step, by order and name of the step.
    """
    missing = [
        f"{word.product} {word.word}: {word.here} was {'seen' if word.needs else 'not seen'}"
        for word in WORDS
        if (word.here in seen) is bool(word.needs)
    ]
    return missing + [
        f"{word.product} {word.word}: {word.order} is not {word.here} after {word.step}"
        for word in WORDS
        if word.step and word.here not in moments.get((word.order, word.step), ())
    ]


def _standing(word: Word, seen: Collection[str]) -> str:
    if word.here in seen:
        return f"seen: {word.order} {word.step}" if word.step else "seen"
    return f"needs {word.needs}" if word.needs else "not seen"
