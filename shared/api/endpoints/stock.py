"""Stock read, counted and corrected."""

from __future__ import annotations

from shared.api.bodies.stock import CorrectStockBody, CountStockBody
from shared.api.callers import Caller
from shared.api.endpoints.desk import ApiAnswer, ApiDesk, next_cursor, position
from shared.api.problems import ApiError
from shared.api.requests import NO_STOCK, ApiRequest, read_body, read_idempotency_key, read_page, read_sku
from shared.api.views.stock import show_level, show_movements, show_stock
from shared.usecases.count_stock import correct_stock, count_stock


def get_stock(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """List the SKUs whose stock is counted, by name."""
    limit, question = read_page(request), ("stock",)
    after = position(request, question, desk)
    levels = desk.stock.levels(after=after[0] if after else "", limit=limit)
    more = (levels[-1].sku,) if len(levels) == limit else ()
    return ApiAnswer(show_stock(levels, next_cursor(more, question, desk)))


def get_stock_level(request: ApiRequest, _caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Read one SKU's stock and its movements, the latest first."""
    sku, limit = read_sku(request), read_page(request)
    question = ("movements", sku)
    after = position(request, question, desk)
    level = desk.stock.level(sku)
    if level is None:
        raise ApiError("not_found", NO_STOCK)
    found = desk.stock.movements(sku, before=after[0] if after else "", limit=limit)
    more = (found[-1].key,) if len(found) == limit else ()
    return ApiAnswer(show_movements(level, found, next_cursor(more, question, desk)))


def put_stock_level(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Set the pieces of a SKU that are on hand, as counted; from then on its stock moves."""
    sku, key = read_sku(request), read_idempotency_key(request)
    body = read_body(request, CountStockBody, desk.inbox.now())
    level = count_stock(sku, body.on_hand, desk.stock, who=caller.id, key=key, now=desk.inbox.now())
    return ApiAnswer(show_level(level))


def post_stock_movement(request: ApiRequest, caller: Caller, desk: ApiDesk) -> ApiAnswer:
    """Add to the pieces of a SKU that are on hand, or take from them."""
    sku, key = read_sku(request, before="/movements"), read_idempotency_key(request)
    body = read_body(request, CorrectStockBody, desk.inbox.now())
    level = correct_stock(sku, body.by, body.reason, desk.stock, who=caller.id, key=key, now=desk.inbox.now())
    return ApiAnswer(show_level(level))
