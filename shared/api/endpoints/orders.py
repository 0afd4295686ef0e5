"""Orders listed and read."""

from __future__ import annotations

from dataclasses import replace

from shared.api.callers import Caller
from shared.api.endpoints.desk import ApiAnswer, ApiDesk, next_cursor, position
from shared.api.problems import ApiError
from shared.api.requests import (
    ApiRequest,
    etag,
    read_email,
    read_number,
    read_order_id,
    read_order_query,
    read_page,
)
from shared.api.views.history import show_history
from shared.api.views.orders import show_order, show_page
from shared.usecases.list_orders import MAX_AMONG, list_orders
from shared.usecases.read_order import read_history, read_order


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
    after = position(request, question, desk)
    among = _among(number, email, desk)
    page = list_orders(replace(query, after=after[0] if after else "", among=among), desk.lists)
    return ApiAnswer(show_page(page.rows, next_cursor((page.next,) if page.next else (), question, desk)))


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
    return ApiAnswer(show_order(picture), headers={"ETag": etag(picture.full.order.version)})


def get_history(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List every input of one order with its outcome, oldest first."""
    order_id, limit = read_order_id(request), read_page(request)
    question = ("history", order_id)
    after = position(request, question, desk)
    history = read_history(order_id, store=desk.inbox.store)
    start = next((at for at, record in enumerate(history, 1) if (record.sk,) == after), 0)
    page = history[start : start + limit]
    more = (page[-1].sk,) if start + limit < len(history) else ()
    return ApiAnswer(show_history(page, next_cursor(more, question, desk)))


def get_label(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Show where the label of a booked package is, for five minutes and to whoever has the address."""
    order_id, package_id = read_order_id(request), request.path.get("package_id", "")
    order = desk.inbox.store.read(order_id).order
    booked = {package.id for package in order.packages if package.reference} if order else set[str]()
    address = desk.labels().link(order_id, package_id) if package_id in booked else None
    if address is None:
        raise ApiError("not_found", "No label is kept of this package: was it booked at a carrier?")
    return ApiAnswer({}, 303, {"Location": address, "Cache-Control": "no-store"})
