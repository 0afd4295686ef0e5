"""What ikas is told: parcels and their states, cancellations, refunds by product, orders of other channels.

Before anything is changed the order is read as it stands (:mod:`shared.channels.ikas.live`).
"""

from __future__ import annotations

from collections.abc import Callable

from shared.channels.ikas import create, money, parcels
from shared.wire.api import Api
from shared.wire.calls import Answered, Call
from shared.wire.http import RefusedError

REPEATABLE = frozenset(
    {"ready", "ship", "tracking", "cancel_shipment", "delivered", "at_pickup_point", "cancel"}
)
OWN_REASONS: dict[str, frozenset[str]] = {}

CARRIERS: dict[str, str] = {}
"""None: ``cargoCompany`` is free text, and gets the carrier's name as it is known here."""


def perform(call: Call, api: Api) -> Answered:
    """Make ``call``. Raises ApiError, MissingCredentialError."""
    return _entry(call)[0](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Ask what became of ``call``. Raises ApiError, MissingCredentialError."""
    return _entry(call)[1](call, ticket, api)


def _entry(call: Call) -> tuple[_Perform, _Look]:
    if call.name not in _CALLS:
        raise RefusedError("not_expressible")
    return _CALLS[call.name]


_Perform = Callable[[Call, Api], Answered]
_Look = Callable[[Call, str, Api], Answered]

_CALLS: dict[str, tuple[_Perform, _Look]] = {
    "ready": (parcels.pack, parcels.look_for_parcel),
    "ship": (parcels.pack, parcels.look_for_parcel),
    "tracking": (parcels.track, parcels.look_for_parcel),
    "cancel_shipment": (parcels.open_parcel, parcels.look_for_open_parcel),
    "delivered": (parcels.move, parcels.look_for_parcel),
    "at_pickup_point": (parcels.move, parcels.look_for_parcel),
    "cancel": (money.cancel, money.look_for_cancellation),
    "cancel_lines": (money.cancel_lines, money.look_for_canceled_lines),
    "refund": (money.refund, money.look_for_refund),
    "create": (create.create, create.look_for),
}
