"""What a Mirakl marketplace is told. Each call reads the order first: what it shows is not told again.

A success of Mirakl's is empty (204) for all but refunds, line cancellations and shipments: such a call is
*pending* until OR11 shows the new state. Refunds and cancellations carry no reference of ours. They are found
again by line, amount and quantity, and told from equal ones before them by what is known of those.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.channels.mirakl import client, parcels, schema, words
from shared.channels.mirakl.amounts import as_request, cancel_shares, canceled_pieces, refund_shares
from shared.channels.mirakl.order import WHOLE_ORDER
from shared.channels.mirakl.refunds import refund_amount, refund_id
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Told
from shared.wire.errors import UnusableError
from shared.wire.http import UnreadableAnswerError
from shared.wire.shapes import read_shape
from shared.wire.strict_json import parse

REPEATABLE = frozenset({"tracking"})
OWN_REASONS: dict[str, frozenset[str]] = {}

CARRIERS = {"dhl": "DHL", "dpd": "DPD", "fedex": "FED", "tnt": "TNT", "ups": "UPS"}
"""Standard codes as in the example of SH21. Each operator registers carriers of its own: see parcels."""

_BEFORE_ACCEPTANCE = frozenset({"STAGING", "WAITING_ACCEPTANCE"})
_UNDECIDED = "WAITING_ACCEPTANCE"
_BEFORE_SHIPPING = frozenset({*_BEFORE_ACCEPTANCE, "WAITING_DEBIT", "WAITING_DEBIT_PAYMENT", "SHIPPING"})
_CONFIRMED = Answered(told=Told.CONFIRMED)
_PENDING = Answered(told=Told.PENDING, ticket=WHOLE_ORDER)


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    make = _PERFORM.get(call.name)
    if make is None:
        return _refused("not_supported")
    try:
        order = _order(call, api)
        return _refused("unknown_order") if order is None else make(call, order, api)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    try:
        order = _order(call, api)
        if order is None:
            return _refused("unknown_order")
        match call.name:
            case "ship":
                return parcels.look_ship(call, order, ticket, api)
            case "tracking":
                return parcels.look_tracking(call, order, api)
            case "cancel_shipment":
                return parcels.look_canceled(call, api)
            case _:
                shown = _SHOWN.get(call.name)
                return Answered(told=Told.UNKNOWABLE) if shown is None else shown(call, order)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None


def _order(call: Call, api: Api) -> schema.Order | None:
    body = client.read_order(api, call.order_id)
    return None if body is None else read_shape(schema.Order, parse(body)[0])


def _decide(call: Call, order: schema.Order, api: Api) -> Answered:
    """Accept or refuse: every line that waits for it is decided, those not meant are refused."""
    shown = _SHOWN[call.name](call, order)
    if shown.told is not Told.UNSEEN:
        return shown
    wanted = {piece.line_id for piece in call.pieces} if call.name == "accept" else set()
    waiting = [
        fields.identifier(line.order_line_id, "order_line_id")
        for line in order.order_lines
        if fields.text(line.order_line_state) in ("", _UNDECIDED)
    ]
    client.decide_lines(api, call.order_id, {line: line in wanted for line in waiting})
    return _PENDING


def _cancel(call: Call, order: schema.Order, api: Api) -> Answered:
    shown = _show_cancel(call, order)
    if shown.told is not Told.UNSEEN:
        return shown
    client.cancel_order(api, call.order_id)
    return _PENDING


def _cancel_lines(call: Call, order: schema.Order, api: Api) -> Answered:
    shares = cancel_shares(call.pieces, order.order_lines)
    if not shares:
        return _refused("unknown_line")
    currency = fields.currency(order.currency_iso_code)
    reason = call.reason_code or reason_code(call.reason, default=words.REASONS["customer"])
    entries = [as_request(share, currency, reason) for share in shares]
    made = client.cancel_lines(api, entries, fields.text(order.order_tax_mode))
    ids = {
        fields.text(entry.get("order_line_id")): fields.text(entry.get("cancelation_id")) for entry in made
    }
    return _made(ids, [share.line_id for share in shares])


def _refund(call: Call, order: schema.Order, api: Api) -> Answered:
    money = call.money
    currency = fields.currency(order.currency_iso_code)
    if money is None or money.currency != currency:
        return _refused("currency_mismatch")
    shares = refund_shares(money, call.pieces, order.order_lines)
    if not shares:
        return _refused("amount_above_lines")
    reason = call.reason_code or reason_code(call.reason, default=words.REASONS["other"])
    entries = []
    for share in shares:
        entry = as_request(share, currency, reason)
        if share.never_left:
            entry["excluded_from_shipment"] = True
        entries.append(entry)
    made = client.refund_lines(api, entries, fields.text(order.order_tax_mode))
    ids = {
        fields.text(entry.get("order_line_id")): fields.text(entry.get("order_refund_id"))
        or fields.text(entry.get("refund_id"))
        for entry in made
    }
    return _made(ids, [share.line_id for share in shares])


def _made(ids: dict[str, str], wanted: list[str]) -> Answered:
    """Return the id of what was made, where all of it was. Raises UnreadableAnswerError."""
    if any(not ids.get(line_id) for line_id in wanted):
        raise UnreadableAnswerError("not_all_made")
    return Answered(told=Told.CONFIRMED, external_id=ids[wanted[0]])


def reason_code(reason: str, *, default: str) -> str:
    """Return Mirakl's code for a reason of ours; a code of digits is one already."""
    return reason if reason.isascii() and reason.isdigit() else words.REASONS.get(reason, default)


def _show_accept(_call: Call, order: schema.Order) -> Answered:
    state = fields.text(order.order_state)
    if state in _BEFORE_ACCEPTANCE:
        return parcels.UNSEEN
    if state in words.GONE:
        return _refused(state)
    return _CONFIRMED if state in words.STATES else Answered(told=Told.UNKNOWABLE)


def _show_refuse(_call: Call, order: schema.Order) -> Answered:
    state = fields.text(order.order_state)
    if state in _BEFORE_ACCEPTANCE:
        return parcels.UNSEEN
    if state in words.GONE:
        return _CONFIRMED
    return _refused(state) if state in words.STATES else Answered(told=Told.UNKNOWABLE)


def _show_cancel(_call: Call, order: schema.Order) -> Answered:
    state = fields.text(order.order_state)
    if state in _BEFORE_SHIPPING:
        return parcels.UNSEEN
    if state in words.GONE:
        return _CONFIRMED
    return _refused(state) if state in words.STATES else Answered(told=Told.UNKNOWABLE)


def _show_cancel_lines(call: Call, order: schema.Order) -> Answered:
    lines = {fields.text(line.order_line_id): line for line in order.order_lines}
    for piece in call.pieces:
        line = lines.get(piece.line_id)
        if line is None:
            return _refused("unknown_line")
        if fields.text(line.order_line_state) in words.GONE:
            continue
        if piece.canceled is not None:
            is_shown = canceled_pieces(line) >= piece.canceled
        else:
            is_shown = any(entry.quantity == piece.quantity for entry in line.cancelations or ())
        if not is_shown:
            return parcels.UNSEEN
    return _CONFIRMED


def _show_refund(call: Call, order: schema.Order) -> Answered:
    money = call.money
    if money is None:
        return _refused("currency_mismatch")
    found: dict[str, list[tuple[str, schema.Refund]]] = {}
    for line in order.order_lines:
        for refund in line.refunds or ():
            found.setdefault(refund_id(refund), []).append((fields.text(line.order_line_id), refund))
    wanted = {piece.line_id for piece in call.pieces}
    for identity, entries in found.items():
        amount = sum(refund_amount(refund, money.currency) for _, refund in entries)
        fits = not wanted or {line_id for line_id, _ in entries} <= wanted
        if identity not in money.others and amount == money.amount and fits:
            return Answered(told=Told.CONFIRMED, external_id=identity)
    return parcels.UNSEEN


def _refused(reason: str) -> Answered:
    return Answered(told=Told.REFUSED, reason=reason)


_PERFORM: dict[str, Callable[[Call, schema.Order, Api], Answered]] = {
    "accept": _decide,
    "refuse": _decide,
    "ship": parcels.ship,
    "tracking": lambda call, _order, api: parcels.change_tracking(call, api),
    "cancel_shipment": lambda call, _order, api: parcels.cancel_shipment(call, api),
    "cancel": _cancel,
    "cancel_lines": _cancel_lines,
    "refund": _refund,
}

_SHOWN: dict[str, Callable[[Call, schema.Order], Answered]] = {
    "accept": _show_accept,
    "refuse": _show_refuse,
    "cancel": _show_cancel,
    "cancel_lines": _show_cancel_lines,
    "refund": _show_refund,
}
