"""The endpoints, and the one table of routes: request in, one use case, answer out.

Names are made to carry what comes later: bulk actions beside the orders' own commands, documents and
payments below an order, connections beside orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import quote

from shared.adapters import is_carrier
from shared.api import views
from shared.api.bodies import COMMANDS, CorrectStockBody, CountStockBody, CreateOrderBody
from shared.api.callers import Caller, Right
from shared.api.cursors import read_cursor, write_cursor
from shared.api.problems import ApiError
from shared.api.requests import (
    ApiRequest,
    etag,
    read_body,
    read_email,
    read_idempotency_key,
    read_inputs_query,
    read_number,
    read_order_id,
    read_order_query,
    read_page,
    read_seen_version,
    read_sku,
)
from shared.connections.errors import UnknownConnectionError
from shared.orders.changes import Outcome
from shared.orders.commands import Command
from shared.orders.model import is_connection_id
from shared.orders.model import order_id as make_order_id
from shared.orders.statuses import Status
from shared.storage.address_book import AddressBook
from shared.storage.labels import Labels
from shared.storage.lists import OrderLists
from shared.storage.signing_key import KeyUnavailableError
from shared.storage.stock import StockLedger
from shared.storage.store import StoreBusyError
from shared.usecases.apply_input import LostRaceError
from shared.usecases.apply_receipt import InboxDesk
from shared.usecases.count_stock import TooFewPiecesError, UnknownSkuError, correct_stock, count_stock
from shared.usecases.list_inputs import list_inputs
from shared.usecases.list_orders import MAX_AMONG, list_orders
from shared.usecases.read_order import UnknownOrderError, read_history, read_order
from shared.usecases.run_command import (
    CommandRequest,
    CommandResult,
    KeyReusedError,
    VersionConflictError,
    run_command,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDesk:
    """What the endpoints need."""

    inbox: InboxDesk
    lists: OrderLists
    cursor_key: Callable[[], bytes]
    labels: Callable[[], Labels]
    stock: StockLedger
    addresses: AddressBook


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A successful answer; ``body`` becomes JSON."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Endpoint = Callable[[ApiRequest, Caller, ApiDesk], ApiAnswer]


class Route(NamedTuple):
    """One route. ``path`` is written as OpenAPI writes it."""

    method: str
    path: str
    right: Right
    endpoint: Endpoint

    @property
    def gateway_path(self) -> str:
        """The path as the template has it: a SKU may hold slashes, so that all behind it is one variable."""
        before, sku, _ = self.path.partition("{sku}")
        return f"{before}{{sku+}}" if sku else self.path

    @property
    def pattern(self) -> str:
        """The path as the resolver compares it with the request's: a SKU is anything at all."""
        return self.path.replace("{sku}", ".+").replace("{", "<").replace("}", ">")


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

# What the use cases raise, as codes. VersionConflictError says more and has its own line below.
FAILURES: dict[type[Exception], str] = {
    UnknownOrderError: "not_found",
    UnknownConnectionError: "not_found",
    KeyReusedError: "idempotency_key_reuse",
    UnknownSkuError: "not_found",
    TooFewPiecesError: "invalid_quantity",
    VersionConflictError: "version_conflict",
    LostRaceError: "busy",
    StoreBusyError: "busy",
    KeyUnavailableError: "unavailable",
}


def as_problem(error: Exception) -> ApiError:
    """Return what a failure of :data:`FAILURES` is to a caller."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, VersionConflictError):
        return ApiError("version_conflict", order_version=error.version)
    return ApiError(FAILURES[type(error)])


def get_orders(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List orders, the latest placed first."""
    query, number, email = read_order_query(request), read_number(request), read_email(request)
    question = (
        "orders",
        query.connection,
        str(query.status or ""),
        str(query.attention),
        number or "",
        email,
    )
    after = _position(request, question, desk)
    among = _among(number, email, desk)
    page = list_orders(replace(query, after=after[0] if after else "", among=among), desk.lists)
    return ApiAnswer(views.show_page(page.rows, _next((page.next,) if page.next else (), question, desk)))


def _among(number: str | None, email: str, desk: ApiDesk) -> tuple[str, ...] | None:
    """Return the only orders that a list is asked for, None for any."""
    if number is None and not email:
        return None
    found: list[set[str]] = []
    if number is not None:
        found.append({order.order_id for order in desk.lists.numbered(number, limit=MAX_AMONG)})
    if email:
        # Found by its digest: no index and no key holds an address.
        found.append(set(desk.addresses.orders_of(desk.addresses.digest(email))))
    return tuple(sorted(set.intersection(*found)))


def get_order(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Read one order: all about it, what may be done with it now, and why not the rest."""
    picture = read_order(read_order_id(request), store=desk.inbox.store, connections=desk.inbox.connections)
    return ApiAnswer(views.show_order(picture), headers={"ETag": etag(picture.full.order.version)})


def get_history(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List every input of one order with its outcome, oldest first."""
    order_id, limit = read_order_id(request), read_page(request)
    question = ("history", order_id)
    after = _position(request, question, desk)
    history = read_history(order_id, store=desk.inbox.store)
    start = next((at for at, record in enumerate(history, 1) if (record.sk,) == after), 0)
    page = history[start : start + limit]
    more = (page[-1].sk,) if start + limit < len(history) else ()
    return ApiAnswer(views.show_history(page, _next(more, question, desk)))


def get_label(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Show where the label of a booked package is, for five minutes and to whoever has the address."""
    order_id, package_id = read_order_id(request), request.path.get("package_id", "")
    order = desk.inbox.store.read(order_id).order
    booked = {package.id for package in order.packages if package.reference} if order else set[str]()
    address = desk.labels().link(order_id, package_id) if package_id in booked else None
    if address is None:
        raise ApiError("not_found")
    return ApiAnswer({}, 303, {"Location": address, "Cache-Control": "no-store"})


def get_inputs(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List what came in over one connection on one day (UTC), the latest first."""
    connection, day, limit = read_inputs_query(request, desk.inbox.now().date())
    question = ("inputs", connection, day.isoformat())
    page = list_inputs(
        connection,
        day,
        after=_position(request, question, desk),
        limit=limit,
        lists=desk.lists,
        connections=desk.inbox.connections,
    )
    return ApiAnswer(views.show_inputs(page.inputs, _next(page.next, question, desk)))


def get_connections(_request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List the connections to shops, marketplaces and carriers, and how they are doing."""
    known = desk.inbox.connections.list_with_states()
    return ApiAnswer(views.show_connections(known, desk.inbox.now()))


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


def get_stock(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List the SKUs whose stock is counted, by name."""
    limit, question = read_page(request), ("stock",)
    after = _position(request, question, desk)
    levels = desk.stock.levels(after=after[0] if after else "", limit=limit)
    more = (levels[-1].sku,) if len(levels) == limit else ()
    return ApiAnswer(views.show_stock(levels, _next(more, question, desk)))


def get_stock_level(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Read one SKU's stock and its movements, the latest first."""
    sku, limit = read_sku(request), read_page(request)
    question = ("movements", sku)
    after = _position(request, question, desk)
    level = desk.stock.level(sku)
    if level is None:
        raise ApiError("not_found")
    found = desk.stock.movements(sku, before=after[0] if after else "", limit=limit)
    more = (found[-1].key,) if len(found) == limit else ()
    return ApiAnswer(views.show_movements(level, found, _next(more, question, desk)))


def put_stock_level(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Set the pieces of a SKU that are on hand, as counted; from then on its stock moves."""
    sku, key = read_sku(request), read_idempotency_key(request)
    body = read_body(request, CountStockBody, desk.inbox.now())
    level = count_stock(sku, body.on_hand, desk.stock, who=caller.id, key=key, now=desk.inbox.now())
    return ApiAnswer(views.show_level(level))


def post_stock_movement(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Add to the pieces of a SKU that are on hand, or take from them."""
    sku, key = read_sku(request, before="/movements"), read_idempotency_key(request)
    body = read_body(request, CorrectStockBody, desk.inbox.now())
    level = correct_stock(sku, body.by, body.reason, desk.stock, who=caller.id, key=key, now=desk.inbox.now())
    return ApiAnswer(views.show_level(level))


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/orders", Right.READ, get_orders),
    Route("POST", "/v1/orders", Right.WRITE, post_order),
    Route("GET", "/v1/orders/{order_id}", Right.READ, get_order),
    Route("GET", "/v1/orders/{order_id}/history", Right.READ, get_history),
    Route("GET", "/v1/orders/{order_id}/packages/{package_id}/label", Right.READ, get_label),
    Route("POST", "/v1/orders/{order_id}/commands/{command}", Right.WRITE, post_command),
    Route("GET", "/v1/connections", Right.READ, get_connections),
    Route("GET", "/v1/connections/{connection}/inputs", Right.READ, get_inputs),
    Route("GET", "/v1/stock", Right.READ, get_stock),
    Route("GET", "/v1/stock/{sku}", Right.READ, get_stock_level),
    Route("PUT", "/v1/stock/{sku}", Right.WRITE, put_stock_level),
    Route("POST", "/v1/stock/{sku}/movements", Right.WRITE, post_stock_movement),
)


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
    return ApiError(result.reason, **members)


def _answer(
    result: CommandResult, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> ApiAnswer:
    said = {"ETag": etag(result.order.version), **(headers or {})}
    if result.repeated:
        said["Idempotency-Replayed"] = "true"
    return ApiAnswer(views.show_result(result), status, said)


def _position(request: ApiRequest, question: Sequence[str], desk: ApiDesk) -> tuple[str, ...]:
    cursor = request.query.get("cursor")
    return read_cursor(cursor, question, desk.cursor_key()) if cursor is not None else ()


def _next(position: tuple[str, ...], question: Sequence[str], desk: ApiDesk) -> str | None:
    return write_cursor(position, question, desk.cursor_key()) if position else None
