"""Snapshots: whether a document is newer than what we hold, and what its lines and totals change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256

from shared.orders.captures import capture_open
from shared.orders.deadlines import set_accept_by, set_ship_by
from shared.orders.durations import add_months
from shared.orders.effects import Cause
from shared.orders.facts import (
    Address,
    Customer,
    Fact,
    LineSeen,
    OrderSeen,
    PaymentReported,
    PaymentWord,
    StatusReported,
)
from shared.orders.keys import decimal_text
from shared.orders.model import Cursor, Line
from shared.orders.statuses import Status
from shared.orders.workbench import HANDED_OVER, Workbench

_ENDED = frozenset({Status.CLOSED, Status.CANCELED, Status.REFUSED, Status.PICKUP_CANCELED})
_BEFORE_SHIPPED = frozenset(
    {
        Status.NEW,
        Status.WAITING_ACCEPTANCE,
        Status.ACCEPTED,
        Status.WAITING_SHIPMENT,
        Status.PREPARING_PICKUP,
        Status.READY_FOR_PICKUP,
    }
)
_HASH_LENGTH = 12  # hex digits: only neighbours of one order are compared


class Freshness(Enum):
    """How one aspect of a snapshot relates to the last one of its source."""

    NEWER = "newer"
    SAME = "same"
    STALE = "stale"


def freshness(cursor: Cursor, time: datetime | None, sequence: int | None, content: str) -> Freshness:
    """Compare by the source's own time, then its sequence, then the larger hash.

    Where the source gives neither, other content is newer: the order of arrival is all there is.
    """
    if not cursor.hash:
        return Freshness.NEWER
    compared = False
    if time is not None and cursor.time is not None:
        if time != cursor.time:
            return Freshness.NEWER if time > cursor.time else Freshness.STALE
        compared = True
    if sequence is not None and cursor.sequence is not None:
        if sequence != cursor.sequence:
            return Freshness.NEWER if sequence > cursor.sequence else Freshness.STALE
        compared = True
    if content == cursor.hash:
        return Freshness.SAME
    return Freshness.STALE if compared and content < cursor.hash else Freshness.NEWER


def lines_hash(seen: OrderSeen) -> str:
    """Return a digest of the document but for the customer."""
    said = [
        seen.number,
        seen.currency,
        _amount(seen.total),
        seen.payment_method.value,
        seen.payment_method_name,
        seen.shipping_method,
        _amount(seen.shipping_total),
        _amount(seen.tax_total),
        _amount(seen.discount_total),
        f"{seen.pickup:d}{seen.test:d}{seen.draft:d}{seen.fulfilled_by_channel:d}",
        str(seen.placed_at),
        str(seen.accept_by),
        str(seen.ship_by),
    ]
    for line in seen.lines:
        said += (
            line.external_id,
            line.sku,
            line.name,
            f"{line.quantity} {line.canceled} {line.requires_shipping:d}",
            _amount(line.unit_price),
            _amount(line.total),
        )
    return _digest(said)


def address_hash(customer: Customer | None) -> str:
    """Return digests of the shipping address and of all the rest, one after the other; "" for no customer."""
    if customer is None:
        return ""
    rest = [customer.name, customer.email, customer.phone, customer.locale, *_address_words(customer.billing)]
    if customer.account:  # where a channel has none, what was seen before is the same as ever
        rest.append(customer.account)
    return _digest(_address_words(customer.shipping)) + _digest(rest)


def _address_words(address: Address | None) -> list[str]:
    if address is None:
        return []
    return [
        address.name,
        address.company,
        "\x1e".join(address.street),
        address.postal_code,
        address.city,
        address.region,
        address.country,
        address.phone,
    ]


def statuses_hash(facts: Iterable[Fact]) -> str:
    """Return a digest of the words about the order and its payment, "" where there are none."""
    said: list[str] = []
    for fact in facts:
        if isinstance(fact, StatusReported):
            said += ("status", fact.word, fact.raw, fact.reason)
        elif isinstance(fact, PaymentReported) and not fact.transaction_id:
            said += ("payment", fact.word, fact.raw, _amount(fact.amount))
    return _digest(said) if said else ""


def _digest(said: list[str]) -> str:
    return sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def _amount(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


def create_from(bench: Workbench, seen: OrderSeen) -> None:
    """Fill a new order from its first document."""
    bench.currency = seen.currency
    bench.placed_at = seen.placed_at
    bench.payment_method = seen.payment_method
    bench.test, bench.draft = seen.test, seen.draft
    bench.fulfilled_by_channel, bench.pickup = seen.fulfilled_by_channel, seen.pickup
    for item in _distinct(seen.lines):
        live = max(item.quantity - item.canceled, 0)
        gone = item.quantity - live
        bench.lines[item.external_id] = Line(
            item.external_id, item.quantity, gone, item.unit_price, gone, live
        )
    _attributes(bench, seen)
    due = add_months(seen.placed_at or bench.now, bench.rules.erase_after_months)
    if due <= bench.now:
        bench.erased = True  # too old to take any personal data in
    else:
        bench.set_deadline("erase", due)


def update_from(bench: Workbench, seen: OrderSeen) -> None:
    """Take over what a newer document says, but for the pieces of lines we know (:func:`compare_lines`)."""
    if seen.currency != bench.currency:
        bench.attend("currency_mismatch")
        return
    total_was_known = bench.total is not None
    _attributes(bench, seen)
    if bench.status in _BEFORE_SHIPPED:
        bench.payment_method = seen.payment_method
        bench.draft = seen.draft
    if not total_was_known and bench.payment_word is PaymentWord.PAID:
        capture_open(bench)


def _attributes(bench: Workbench, seen: OrderSeen) -> None:
    if seen.total is not None:
        bench.total = seen.total
    bench.shipping_method = seen.shipping_method[:40]
    if bench.status is None or bench.status in _BEFORE_SHIPPED:
        set_accept_by(bench, seen.accept_by)
        set_ship_by(bench, seen.ship_by)


def add_lines(bench: Workbench, seen: OrderSeen) -> bool:
    """Add the lines that the order does not know; True where there were any."""
    added = False
    for item in _distinct(seen.lines):
        if item.external_id in bench.lines:
            continue
        added = True
        live = max(item.quantity - item.canceled, 0)
        if bench.status in _ENDED and live:
            # Nothing is added to what is over; known with no live piece, so that it is said once.
            bench.lines[item.external_id] = Line(
                item.external_id, item.quantity, item.quantity, item.unit_price, 0, live
            )
            bench.attend("quantity_added_after_end", f"line/{item.external_id}")
            continue
        gone = item.quantity - live
        bench.lines[item.external_id] = Line(
            item.external_id, item.quantity, gone, item.unit_price, gone, live
        )
        _reserve_more(bench, item.external_id, live)
        bench.note(f"line/{item.external_id}", "applied", "added")
    return added


def compare_lines(bench: Workbench, seen: OrderSeen) -> bool:
    """Bring known lines to the live quantities of a newer document; True where a piece changed.

    Only where the document says something else than the one before does it count: an unchanged
    figure is an echo from before our own cancellation. A line that is gone has no live piece; a
    document without lines says nothing of them, and a partial one nothing of their pieces.
    """
    if not seen.lines or seen.is_partial:
        return False
    items = {item.external_id: item for item in _distinct(seen.lines)}
    changed = False
    prices_follow = bench.status in _BEFORE_SHIPPED
    for line in list(bench.lines.values()):
        item = items.get(line.id)
        target = max(item.quantity - item.canceled, 0) if item is not None else 0
        price = item.unit_price if item is not None and prices_follow else None
        if price is not None and price != line.unit_price:
            line = replace(line, unit_price=price)
            bench.lines[line.id] = line
        if target != line.told:
            bench.lines[line.id] = replace(line, told=target)
            changed |= _bring_to(bench, line.id, target)
    return changed


def _bring_to(bench: Workbench, line_id: str, target: int) -> bool:
    line = bench.lines[line_id]
    about = f"line/{line_id}"
    missing = target - line.live
    if missing > 0:
        if bench.status in _ENDED:
            bench.attend("quantity_added_after_end", about)
            return False
        raise_quantity(bench, line_id, missing)
        bench.note(about, "applied", "raised")
        return True
    if missing < 0:
        removable = min(-missing, bench.open(line_id))
        bench.cancel_pieces(line_id, removable)
        if removable:
            bench.note(about, "applied", "lowered")
        if removable < -missing:
            bench.attend("contradiction:lowered_below_packed", about)
        return bool(removable)
    return False


def raise_quantity(bench: Workbench, line_id: str, pieces: int) -> None:
    """Add open pieces: canceled ones come back first, as far as no refund explains them."""
    line = bench.lines[line_id]
    back = min(pieces, line.unrefunded)
    bench.lines[line_id] = replace(
        line,
        ordered=line.ordered + pieces - back,
        canceled=line.canceled - back,
        unrefunded=line.unrefunded - back,
    )
    _reserve_more(bench, line_id, pieces)


def _reserve_more(bench: Workbench, line_id: str, pieces: int) -> None:
    if bench.reserved and pieces:
        bench.cause(Cause.QUANTITY_ADDED, pieces=((line_id, pieces),))


def address_changed(bench: Workbench, before: str, after: str) -> None:
    """Say so where a new shipping address comes too late for a parcel."""
    if not before or before[:_HASH_LENGTH] == after[:_HASH_LENGTH]:
        return
    booked = any(key.startswith("booking/book/") for key in bench.owed)
    if booked or bench.has_packages(*HANDED_OVER):
        bench.attend("address_changed_too_late")
    else:
        bench.note("address", "applied", "changed")


def _distinct(items: Iterable[LineSeen]) -> list[LineSeen]:
    """Return the items by id; pieces of one that is listed twice are added up."""
    found: dict[str, LineSeen] = {}
    for item in items:
        known = found.get(item.external_id)
        if known is not None:
            item = replace(
                known, quantity=known.quantity + item.quantity, canceled=known.canceled + item.canceled
            )
        found[item.external_id] = item
    return list(found.values())
