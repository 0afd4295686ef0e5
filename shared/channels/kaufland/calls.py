"""What Kaufland is told, unit by unit. Each call reads the order first: what it shows is not told again.

A success is empty. That units were sent or canceled is *confirmed* by reading the order once more. Of refunds
and of added parcels Kaufland shows nothing afterwards: their 204 ("successfully created") is all there is,
and where it is lost nobody can ask. Such a call is never made a second time: one that got half-way is in
doubt as well, whatever stopped it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from shared.channels.kaufland import client, schema, words
from shared.channels.kaufland.order import stage_of, unit_id, worth
from shared.channels.kaufland.words import Stage
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Parcel, Told, take_steps
from shared.wire.errors import UnusableError
from shared.wire.http import RefusedError, UnreadableAnswerError
from shared.wire.shapes import read_shape

REPEATABLE = frozenset({"cancel", "cancel_lines"})
CARRIERS = words.CARRIERS
OWN_REASONS = {
    "cancel": frozenset(words.CANCEL_REASONS.values()),
    "cancel_lines": frozenset(words.CANCEL_REASONS.values()),
    "refund": frozenset(words.REFUND_REASONS.values()),
}
CURRENCY = "EUR"
"""Refunds are told in Eurocents."""

_CONFIRMED = Answered(told=Told.CONFIRMED)
_PENDING = Answered(told=Told.PENDING)
_UNSEEN = Answered(told=Told.UNSEEN)
_HAS_LEFT = frozenset({Stage.SENT, Stage.RECEIVED, Stage.RETURNED, Stage.REPAID})

Units = dict[str, schema.Unit]


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    make = _PERFORM.get(call.name)
    if make is None:
        return _refused("not_supported")
    try:
        units = _units(call, api)
        return _refused("unknown_order") if units is None else make(call, units, api)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None


def look(call: Call, ticket: str, api: Api) -> Answered:  # noqa: ARG001  Kaufland gives no tickets
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    show = _SHOWN.get(call.name)
    if show is None:
        return Answered(told=Told.UNKNOWABLE)
    try:
        units = _units(call, api)
        return _refused("unknown_order") if units is None else show(call, units)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None


def _units(call: Call, api: Api) -> Units | None:
    body = client.read_order(api, call.order_id)
    if body is None:
        return None
    order = read_shape(schema.Order, client.parsed(body))
    if fields.text(order.id_order) != call.order_id:
        raise UnreadableAnswerError("invalid_shape")
    return {unit_id(unit): unit for unit in order.order_units}


def _ship(call: Call, units: Units, api: Api) -> Answered:
    parcel = call.parcel or Parcel(id="")
    if not parcel.tracking_number:
        return _refused("tracking_needed")
    if not parcel.carrier_code:
        return _refused("carrier_code_needed")

    def send(unit: str) -> None:
        client.send_unit(api, unit, parcel.tracking_number, parcel.carrier_code)

    return _change_open(call, units, api, send)


def _cancel(call: Call, units: Units, api: Api) -> Answered:
    reason = cancel_reason(call.reason, call.reason_code)
    return _change_open(call, units, api, lambda unit: client.cancel_unit(api, unit, reason))


def _change_open(call: Call, units: Units, api: Api, change: Callable[[str], None]) -> Answered:
    """Change the units that are open, and see what came of it."""
    show = _SHOWN[call.name]
    before = show(call, units)
    if before.told is not Told.UNSEEN:
        return before
    refusal: RefusedError | None = None
    for piece in call.pieces:
        if stage_of(units[piece.line_id]) is Stage.OPEN:
            try:
                change(piece.line_id)
            except RefusedError as error:
                refusal = error
                break
    after = look(call, "", api)
    if after.told is Told.UNSEEN:
        if refusal is not None:
            raise refusal
        return _PENDING
    return after


def _show_sent(call: Call, units: Units) -> Answered:
    if any(piece.line_id not in units for piece in call.pieces):
        return _refused("unknown_line")
    stages = [stage_of(units[piece.line_id]) for piece in call.pieces]
    if Stage.CANCELED in stages:
        return _refused("unit_canceled")
    # No id: Kaufland has no name for the parcel.
    return _CONFIRMED if all(stage in _HAS_LEFT for stage in stages) else _UNSEEN


def _show_canceled(call: Call, units: Units) -> Answered:
    if any(piece.line_id not in units for piece in call.pieces):
        return _refused("unknown_line")
    stages = [stage_of(units[piece.line_id]) for piece in call.pieces]
    if any(stage in _HAS_LEFT for stage in stages):
        return _refused("already_sent")
    return _CONFIRMED if set(stages) == {Stage.CANCELED} else _UNSEEN


def _add_parcel(call: Call, units: Units, api: Api) -> Answered:
    parcel = call.parcel or Parcel(id="")
    if not parcel.carrier_code:
        return _refused("carrier_code_needed")
    if any(piece.line_id not in units for piece in call.pieces):
        return _refused("unknown_line")
    if any(stage_of(units[piece.line_id]) not in _HAS_LEFT for piece in call.pieces):
        return _refused("not_sent")

    number, carrier = parcel.tracking_number, parcel.carrier_code
    take_steps([partial(client.add_shipment, api, piece.line_id, number, carrier) for piece in call.pieces])
    return _CONFIRMED


def _refund(call: Call, units: Units, api: Api) -> Answered:
    money = call.money
    if money is None or money.currency != CURRENCY:
        return _refused("currency_not_supported")
    shares = refund_shares(money.amount, [piece.line_id for piece in call.pieces], units)
    if not shares:
        return _refused("amount_above_units")
    reason = refund_reason(call.reason, call.reason_code)

    take_steps([partial(client.refund_unit, api, unit, int(part.scaleb(2)), reason) for unit, part in shares])
    return _CONFIRMED


def refund_shares(amount: Decimal, wanted: list[str], units: Units) -> list[tuple[str, Decimal]]:
    """Lay an amount on units, [] where they do not hold as much. Raises UnusableError.

    By product: on those units, one after the other. By amount: on one unit, where one is enough.
    """
    if any(line_id not in units for line_id in wanted):
        return []
    sent = [name for name, unit in units.items() if stage_of(unit) in _HAS_LEFT]
    room = {name: worth(units[name]) for name in wanted or sent}
    if not wanted:
        enough = [name for name, most in room.items() if most >= amount]
        room = {name: room[name] for name in enough[:1]} or room
    shares = []
    left = amount
    for name, most in room.items():
        share = min(left, most)
        if share > 0:
            shares.append((name, share))
            left -= share
    return [] if left else shares


def cancel_reason(reason: str, code: str = "") -> str:
    """Return Kaufland's code for a cancellation; a code of its own is one already."""
    return _reason(reason, code, words.CANCEL_REASONS)


def refund_reason(reason: str, code: str = "") -> str:
    """Return Kaufland's code for a refund; a code of its own is one already."""
    return _reason(reason, code, words.REFUND_REASONS)


def _reason(reason: str, code: str, known: dict[str, str]) -> str:
    # The settings name one code for both: where it is the other's, it is not taken.
    own = [given for given in (code, reason) if given in known.values()]
    return own[0] if own else known.get(reason, known["other"])


def _refused(reason: str) -> Answered:
    return Answered(told=Told.REFUSED, reason=reason)


_PERFORM: dict[str, Callable[[Call, Units, Api], Answered]] = {
    "ship": _ship,
    "tracking": _add_parcel,
    "cancel": _cancel,
    "cancel_lines": _cancel,
    "refund": _refund,
}

_SHOWN: dict[str, Callable[[Call, Units], Answered]] = {
    "ship": _show_sent,
    "cancel": _show_canceled,
    "cancel_lines": _show_canceled,
}
