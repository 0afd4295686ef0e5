"""What an order says to a command that it does not take: why, what is there, and what it takes instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.api.problems import ApiError
from shared.orders.allowed import RESENDABLE, open_pieces
from shared.orders.model import Order
from shared.orders.statuses import Status
from shared.usecases.run_command import CommandResult

MAX_NAMED = 20

# How far a command that moves the status would have come: told where it is refused.
LEADS_TO: dict[str, Status] = {
    "release": Status.WAITING_SHIPMENT,
    "accept": Status.ACCEPTED,
    "refuse": Status.REFUSED,
    "cancel": Status.CANCELED,
    "accept_cancellation": Status.CANCELED,
    "ship": Status.SHIPPED,
    "prepare_pickup": Status.PREPARING_PICKUP,
    "ready_for_pickup": Status.READY_FOR_PICKUP,
    "collect": Status.PICKED_UP,
    "cancel_pickup": Status.PICKUP_CANCELED,
}
OF_OPEN_PIECES = ("cancel_lines", "ready_to_ship", "ship")

# What there is in place of what was named. Ids of an order's own: nothing of the customer's.
THERE: dict[str, tuple[str, Callable[[Order], Sequence[str]]]] = {
    "unknown_line": ("lines", lambda order: [line.id for line in order.lines]),
    "unknown_package": ("packages", lambda order: [package.id for package in order.packages]),
    "unknown_refund": ("refunds", lambda order: [refund.id for refund in order.refunds]),
    "unknown_return": ("returns", lambda order: sorted({entry.id for entry in order.returns})),
    "unknown_effect": (
        "effects that can be resent",
        lambda order: sorted(key for key in order.owed if key.startswith(RESENDABLE)),
    ),
}


def refusal_of(name: str, result: CommandResult) -> ApiError:
    """Return the answer to the command ``name``, which the order refused."""
    leads_to = LEADS_TO.get(name)
    return ApiError(
        result.reason,
        _detail(name, result),
        **{
            "command": name,
            "from": result.order.status.value,
            "to": leads_to.value if leads_to else None,
            "allowed": list(result.allowed),
            "order_version": result.order.version,
        },
    )


def _detail(name: str, result: CommandResult) -> str:
    order, reason = result.order, result.reason
    if reason == "illegal_transition":
        possible = f" Possible: {', '.join(result.allowed)}." if result.allowed else ""
        return f"{name} is not possible now, the order is {order.status.value}.{possible}"
    if reason == "invalid_quantity" and name in OF_OPEN_PIECES:
        return f"Open pieces by line: {_named([f'{line}: {n}' for line, n in open_pieces(order).items()])}."
    if reason in THERE:
        what, there = THERE[reason]
        return f"The order's {what}: {_named(there(order))}."
    return ""


def _named(names: Sequence[str]) -> str:
    more = ["…"] if len(names) > MAX_NAMED else []
    return ", ".join([*names[:MAX_NAMED], *more]) or "none"
