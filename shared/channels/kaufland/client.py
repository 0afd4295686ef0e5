"""The requests of Kaufland's Seller API v2 (Kaufland's OpenAPI, 2.27.0), each a function.

Every request is signed: ``Shop-Signature`` is the hex HMAC-SHA256, by the secret as it is written, of method,
absolute address with its query, body and unix seconds, each on a line of its own. What changes an order is
answered 204, without content; what changes an offer by the offer.

Refusals name their kind in ``type`` (``/problems/order-units/cancel-not-possible``), which is passed on with
dots for slashes. Some come as 403: that is about a unit and not about us, unless the kind says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
    word_of,
)
from shared.wire.signing import hmac_sha256_hex
from shared.wire.strict_json import parse

PAGE = 20
"""Orders in a page: each of them is then read with its units."""

ERROR_IN_SUCCESS = "error_in_success"

_PROBLEMS = "/problems/"
_ABOUT_US = frozenset(
    {
        "/problems/forbidden",
        "/problems/unauthorized",
        "/problems/invalid-credentials",
        "/problems/corrupted-signature",
        "/problems/inactive-account",
        "/problems/missing-or-invalid-request-header",
        "/problems/storefront-not-configured",
    }
)


def list_orders(api: Api, *, since: datetime, offset: int) -> HttpAnswer:
    """One page of the orders, without their units, of which a unit changed since."""
    query: dict[str, str | int] = {
        "ts_units_updated_from_iso": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "storefront": api.options.get("storefront", ""),
        "limit": PAGE,
        "offset": offset,
    }
    return _checked(_send(api, "GET", with_query("/orders", query)))


def read_order(api: Api, order_id: str) -> bytes | None:
    """One order with its units, as the bytes it came as; None where Kaufland does not know it.

    Raises UnreadableAnswerError for what is no order at all: an error that comes as a success.
    """
    answer = _send(api, "GET", f"/orders/{quote(order_id, safe='')}")
    if answer.status == 404:
        return None
    body = _checked(answer).body
    if b'"id_order"' not in body and b'"order_units"' not in body:
        raise UnreadableAnswerError("invalid_shape")
    return body


def send_unit(api: Api, unit: str, numbers: str, carrier: str) -> None:
    """Mark a unit as sent; several numbers are separated by commas."""
    _change(api, unit, "send", {"tracking_numbers": numbers, "carrier_code": carrier})


def cancel_unit(api: Api, unit: str, reason: str) -> None:
    """Cancel a unit that was not sent."""
    _change(api, unit, "cancel", {"reason": reason})


def refund_unit(api: Api, unit: str, cents: int, reason: str) -> None:
    """Give money for a unit back: each request once more, there is nothing that tells a repetition."""
    _change(api, unit, "refund", {"amount": cents, "reason": reason})


def add_shipment(api: Api, unit: str, number: str, carrier: str) -> None:
    """Add a parcel to a unit that was sent."""
    shipment = {"tracking_number": number, "carrier_code": carrier}
    body = {"id_order_unit": int(unit) if unit.isdecimal() else unit, "shipment_information": shipment}
    _nothing(_send(api, "POST", "/shipments", body))


def find_units(api: Api, id_offer: str, storefront: str) -> list[dict[str, Any]]:
    """What is offered under the seller's own id in a storefront, none where it is not known."""
    query = {"storefront": storefront, "id_offer": id_offer}
    answer = _send(api, "GET", with_query("/units", query))
    if answer.status == 404:
        return []
    document = _checked(answer).json()
    units = document.get("data") if isinstance(document, dict) else None
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise UnreadableAnswerError("invalid_shape")
    return units


def set_amount(api: Api, unit: str, amount: int, storefront: str) -> None:
    """Set how many pieces of what is offered there are."""
    path = with_query(f"/units/{quote(unit, safe='')}", {"storefront": storefront})
    _nothing(_send(api, "PATCH", path, {"amount": amount}))


def request_signature(secret: str, method: str, url: str, body: bytes, seconds: int) -> str:
    """Return ``Shop-Signature``: lower-case hex."""
    message = b"\n".join((method.encode(), url.encode(), body, str(seconds).encode()))
    return hmac_sha256_hex(secret.encode("utf-8"), message).decode("ascii")


def parsed(body: bytes) -> dict[str, Any]:
    """Return the object under ``data``. Raises UnreadableAnswerError."""
    try:
        document, _ = parse(body)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise UnreadableAnswerError("invalid_shape")
    return data


def _change(api: Api, unit: str, what: str, body: Mapping[str, Any]) -> None:
    _nothing(_send(api, "PATCH", f"/order-units/{quote(unit, safe='')}/{what}", body))


def _send(api: Api, method: str, path: str, body: Any = None) -> HttpAnswer:
    url = f"{api.base_url}{path}"
    content = b"" if body is None else json_body(body)
    seconds = int(api.now().timestamp())
    secret = api.credential("secret_key")
    headers = {
        "Shop-Client-Key": api.credential("client_key"),
        "Shop-Timestamp": str(seconds),
        "Shop-Signature": request_signature(secret, method, url, content, seconds),
        "Accept": "application/json",
    }
    if content:
        headers["Content-Type"] = "application/json"
    return api.send(method, url, headers=headers, body=content)


def _nothing(answer: HttpAnswer) -> None:
    """See to it that a change was answered by a success without an error in it."""
    body = _checked(answer).body
    if not body.strip():
        return
    document = answer.json()
    if not isinstance(document, dict) or document.get("errors") or document.get("error"):
        raise RefusedError(ERROR_IN_SUCCESS)
    if "data" not in document:
        raise UnreadableAnswerError("unexpected_content")


def _checked(answer: HttpAnswer) -> HttpAnswer:
    """Return a success. Raises ApiError: a refusal about a unit is none about us, whatever its status."""
    if answer.status in (400, 401, 403):
        kind = _kind(answer)
        if kind in _ABOUT_US:
            raise AuthError(_named(kind))
        if kind.startswith(_PROBLEMS) and answer.status == 403:
            raise RefusedError(_named(kind) or f"http_{answer.status}")
    return check(answer, code=lambda document: _named(document["type"]))


def _kind(answer: HttpAnswer) -> str:
    try:
        document = answer.json()
    except UnreadableAnswerError:
        return ""
    kind = document.get("type") if isinstance(document, dict) else None
    return kind if isinstance(kind, str) else ""


def _named(kind: str) -> str:
    return word_of(kind.removeprefix(_PROBLEMS).replace("/", "."))
