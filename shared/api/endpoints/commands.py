"""Orders entered by hand, and commands given to them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from shared.adapters import capabilities_of, is_carrier
from shared.api.bodies.commands import COMMANDS
from shared.api.bodies.orders import CreateOrderBody
from shared.api.callers import Caller
from shared.api.endpoints.desk import ApiAnswer, ApiDesk
from shared.api.problems import ApiError
from shared.api.refusals import refusal_of
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
from shared.usecases.run_command import CommandRequest, CommandResult, run_command


def post_order(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Enter an order by hand."""
    key = read_idempotency_key(request)
    body = read_body(request, CreateOrderBody, desk.inbox.now())
    if not is_connection_id(body.connection):
        raise ApiError("invalid_field:connection", "An id as GET /v1/connections lists it, such as shop-one.")
    connection = desk.inbox.connections.get(body.connection)
    if is_carrier(connection.kind):
        raise ApiError("invalid_field:connection", "Enter orders at a shop's connection, not at a carrier's.")
    if capabilities_of(connection.kind).is_marketplace:
        # It would be told of an order that it does not know; and one of its own with that id, of another
        # buyer, would be taken for this one.
        raise ApiError(
            "invalid_field:connection", "Orders of a marketplace come from there. Enter yours at a shop."
        )
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
        raise ApiError("not_found", f"There is no such command. There are {', '.join(COMMANDS)}.")
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
        raise refusal_of(name, result)
    return result


def _answer(
    result: CommandResult, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> ApiAnswer:
    said = {"ETag": etag(result.order.version), **(headers or {})}
    if result.repeated:
        said["Idempotency-Replayed"] = "true"
    return ApiAnswer(show_result(result), status, said)
