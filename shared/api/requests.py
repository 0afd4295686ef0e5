"""Requests, read strictly: what is not understood is refused, nothing is guessed. All raise ApiError."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.api.bodies.model import Model
from shared.api.complaints import complaint_of, printable
from shared.api.problems import ApiError
from shared.orders.model import connection_of, is_connection_id
from shared.orders.statuses import Status
from shared.storage.stock_keys import sku_of
from shared.usecases.list_orders import OrderQuery
from shared.wire.errors import UnusableError
from shared.wire.strict_json import parse

MAX_BODY_BYTES = 256_000
MAX_LIMIT = 100
LIMIT = 50
MAX_SKU = 200
NO_ORDER = "No order has this id. Ids are as shop-one:1001; GET /v1/orders?number=… finds one by its number."
NO_STOCK = "No stock of this SKU is counted yet: PUT /v1/stock/{sku} counts it."
NO_CONNECTION = "There is no such connection: GET /v1/connections lists them."

_LIMIT = re.compile(r"[0-9]{1,3}", re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_ETAG = re.compile(r'"([0-9]{1,9})"', re.ASCII)
_ORDER_ID = re.compile(r"[a-z0-9-]{1,40}:[A-Za-z0-9_.%-]{1,900}", re.ASCII)
_SOUGHT = re.compile(r"[^\x00-\x1f\x7f]{1,254}")
_JOINERS = re.compile(r"[\u200c\u200d]")  # they make one sign of several: emoji, Persian, Hindi

Body = TypeVar("Body", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """One request, as the gateway hands it over. Names of headers are lower case."""

    request_id: str
    path: Mapping[str, str] = field(default_factory=dict)  # what stands for the path's variables
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    is_base64: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict)


def read_body(request: ApiRequest, model: type[Body], now: datetime) -> Body:
    """Return the body as ``model``; no body at all is an empty object."""
    document = _document(request)
    try:
        return model.model_validate(document, context={"now": now})
    except ValidationError as error:
        raise complaint_of(error, model) from None


def read_order_id(request: ApiRequest) -> str:
    """Return the order id of the path, in our own spelling or not at all."""
    order_id = request.path.get("order_id", "")
    if not _ORDER_ID.fullmatch(order_id) or not is_connection_id(connection_of(order_id)):
        raise ApiError("not_found", NO_ORDER)
    return order_id


def read_sku(request: ApiRequest, *, before: str = "") -> str:
    """Return the SKU of the path as the ledger knows it; ``before`` is what follows it in the path.

    The gateway has decoded the path, slashes (``%2F``) as well, and left ``%25`` as it came.
    """
    sku = sku_of(request.path.get("sku", "").removesuffix(before).replace("%25", "%"))
    if not 1 <= len(sku) <= MAX_SKU or not _JOINERS.sub("", sku).isprintable():
        raise ApiError("not_found")
    return sku


def read_idempotency_key(request: ApiRequest) -> str:
    """Return the key that makes a command one command, however often it is sent."""
    key = request.headers.get("idempotency-key")
    if key is None:
        raise ApiError("missing_idempotency_key")
    if not _KEY.fullmatch(key):
        raise ApiError("invalid_idempotency_key")
    return key


def read_seen_version(request: ApiRequest) -> int | None:
    """Return the version that ``If-Match`` names, None where any will do."""
    tag = request.headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    match = _ETAG.fullmatch(tag.strip())
    if match is None:
        raise ApiError("invalid_if_match")
    return int(match.group(1))


def etag(version: int) -> str:
    """Return an order's version as the entity tag that ``If-Match`` takes."""
    return f'"{version}"'


def read_order_query(request: ApiRequest) -> OrderQuery:
    """Return which orders are asked for, without the position: that is in the cursor."""
    query = _known(request, "connection", "status", "attention", "number", "email", "cursor", "limit")
    connection = query.get("connection", "")
    if connection and not is_connection_id(connection):
        raise ApiError("invalid_field:connection", "An id as GET /v1/connections lists it, such as shop-one.")
    status = query.get("status")
    if status is not None and status not in Status.__members__.values():
        raise ApiError("invalid_field:status", f"One of {', '.join(Status)}.")
    if query.get("attention", "true") != "true":
        raise ApiError("invalid_field:attention", "attention=true, or leave it out.")
    return OrderQuery(
        connection=connection,
        status=Status(status) if status else None,
        attention="attention" in query,
        limit=_limit(query),
    )


def read_number(request: ApiRequest) -> str | None:
    """Return the number whose orders are asked for, None for any."""
    number = request.query.get("number")
    if number is not None and not _SOUGHT.fullmatch(number):
        raise ApiError("invalid_field:number", "The number that people call the order by, such as #1001.")
    return number


def read_email(request: ApiRequest) -> str:
    """Return the mail address whose orders are asked for, "" for everybody's."""
    email = request.query.get("email")
    if email is None:
        return ""
    if "@" not in email or not _SOUGHT.fullmatch(email):
        raise ApiError("invalid_field:email", "A whole mail address; a + in it is written as %2B.")
    return email


def read_page(request: ApiRequest) -> int:
    """Return the limit of a list that is asked for nothing but its pages."""
    return _limit(_known(request, "cursor", "limit"))


def read_inputs_query(request: ApiRequest, today: date) -> tuple[str, date, int]:
    """Return connection, day (UTC; today where none is named) and limit."""
    query = _known(request, "day", "cursor", "limit")
    connection = request.path.get("connection", "")
    if not is_connection_id(connection):
        raise ApiError("not_found", NO_CONNECTION)
    text = query.get("day", today.isoformat())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ApiError("invalid_day") from None
    if day.isoformat() != text:  # other spellings of ISO 8601: a week's day, no hyphens
        raise ApiError("invalid_day")
    return connection, day, _limit(query)


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(LIMIT))
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= MAX_LIMIT:
        raise ApiError("invalid_limit")
    return int(text)


def _known(request: ApiRequest, *names: str) -> Mapping[str, str]:
    unknown = sorted(set(request.query) - set(names))
    if unknown:
        raise ApiError(f"unknown_field:{printable(unknown[0])}", f"This list takes {', '.join(names)}.")
    return request.query


def _document(request: ApiRequest) -> Any:
    raw = request.body.encode("utf-8", "surrogatepass")
    if len(raw) > 2 * MAX_BODY_BYTES:
        raise ApiError("body_too_large")
    if request.is_base64:
        try:
            raw = base64.b64decode(raw, validate=True)
        except (binascii.Error, ValueError):
            raise ApiError("invalid_json") from None
    if len(raw) > MAX_BODY_BYTES:
        raise ApiError("body_too_large")
    if not raw.strip():
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError("unsupported_media_type")
    try:
        document, _ = parse(raw)
    except UnusableError as error:
        raise ApiError(error.code) from None
    if not isinstance(document, dict):
        raise ApiError("invalid_body")
    return document
