"""The one table of routes, and what the failures behind them are to a caller.

Names are made to carry what comes later: bulk actions beside the orders' own commands, documents and
payments below an order, connections beside orders.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.api.callers import Right
from shared.api.endpoints.commands import post_command, post_order
from shared.api.endpoints.connections import get_connections, get_inputs
from shared.api.endpoints.desk import Endpoint
from shared.api.endpoints.orders import get_history, get_label, get_order, get_orders
from shared.api.endpoints.stock import get_stock, get_stock_level, post_stock_movement, put_stock_level
from shared.api.problems import ApiError
from shared.api.requests import NO_CONNECTION, NO_ORDER, NO_STOCK
from shared.connections.errors import UnknownConnectionError
from shared.storage.orders_table import StoreBusyError
from shared.storage.signing_key import KeyUnavailableError
from shared.usecases.apply_input import LostRaceError
from shared.usecases.count_stock import TooFewPiecesError, UnknownSkuError
from shared.usecases.read_order import UnknownOrderError
from shared.usecases.run_command import KeyReusedError, VersionConflictError


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

# What a code alone leaves open.
DETAILS: dict[type[Exception], str] = {
    UnknownOrderError: NO_ORDER,
    UnknownConnectionError: NO_CONNECTION,
    UnknownSkuError: NO_STOCK,
    TooFewPiecesError: "No more pieces can be taken than are on hand.",
}


def as_problem(error: Exception) -> ApiError:
    """Return what a failure of :data:`FAILURES` is to a caller."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, VersionConflictError):
        return ApiError("version_conflict", order_version=error.version)
    return ApiError(FAILURES[type(error)], DETAILS.get(type(error), ""))
