"""Orders entered by hand, and commands given to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from shared.adapters import is_carrier
from shared.api.bodies.commands import COMMANDS
from shared.api.bodies.orders import CreateOrderBody
from shared.api.callers import Caller
from shared.api.endpoints.desk import ApiAnswer, ApiDesk
from shared.api.problems import ApiError
from shared.api.requests import (
    ApiRequest,
    etag,
    read_body,
    read_idempotency_key,
    read_order_id,
    read_seen_version,
)
from shared.api.views.orders import show_result
from shared.orders.changes import Outcome
from shared.orders.commands import Command
from shared.orders.model import is_connection_id
from shared.orders.model import order_id as make_order_id
from shared.orders.statuses import Status
from shared.usecases.run_command import CommandRequest, CommandResult, run_command

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


def post_order(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Enter an order by hand."""
    key = read_idempotency_key(request)
    body = read_body(request, CreateOrderBody, desk.inbox.now())
    if not is_connection_id(body.connection):
        raise ApiError("invalid_field:connection", "An id as GET /v1/connections lists it, such as shop-one.")
    connection = desk.inbox.connections.get(body.connection)
    if is_carrier(connection.kind):
        raise ApiError("invalid_field:connection", "Orders are of a shop or a marketplace, not of a carrier.")
    if connection.removed_at is not None:
        raise ApiError("invalid_field:connection", "This connection was removed.")
    order_id = make_order_id(body.connection, body.external_id)
    result = _run(order_id, body.made(), "create_order", key, None, caller, desk)
    location = {"Location": f"/v1/orders/{quote(order_id, safe=':')}"}
    return _answer(result, status=201, headers=location)


def post_command(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Give one command to one order. Sent again with the same key, it gets the same answer."""
    name = request.path.get("command", "")
    if name not in COMMANDS:
        raise ApiError("not_found")
    order_id, key = read_order_id(request), read_idempotency_key(request)
    body = read_body(request, COMMANDS[name], desk.inbox.now())
    return _answer(_run(order_id, body.made(), name, key, read_seen_version(request), caller, desk))


def _run(
    order_id: str, command: Command, name: str, key: str, seen: int | None, caller: Caller, desk: ApiDesk
) -> CommandResult:
    result = run_command(
        CommandRequest(
            order_id=order_id, command=command, who=caller.id, idempotency_key=key, seen_version=seen
        ),
        desk.inbox,
    )
    if result.outcome is Outcome.REFUSED:
        raise _refusal(name, result)
    return result


def _refusal(name: str, result: CommandResult) -> ApiError:
    leads_to = LEADS_TO.get(name)
    members: dict[str, Any] = {
        "command": name,
        "from": result.order.status.value,
        "to": leads_to.value if leads_to else None,
        "allowed": list(result.allowed),
        "order_version": result.order.version,
    }
    detail = ""
    if result.reason == "illegal_transition":
        detail = f"{name} is not possible now, the order is {members['from']}."
        detail += f" Possible: {', '.join(result.allowed)}." if result.allowed else ""
    return ApiError(result.reason, detail, **members)


def _answer(
    result: CommandResult, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> ApiAnswer:
    said = {"ETag": etag(result.order.version), **(headers or {})}
    if result.repeated:
        said["Idempotency-Replayed"] = "true"
    return ApiAnswer(show_result(result), status, said)
