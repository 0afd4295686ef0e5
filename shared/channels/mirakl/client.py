"""The requests of Mirakl's seller API (Mirakl's own OpenAPI, MMP seller), each a function.

The base address is ``https://<operator>.mirakl.net/api``. The shop's key goes as it is, without *Bearer*;
``shop_id`` only where the key's user has several shops. ST11 is as in developer.mirakl.com, MMP seller,
*Multiple shipments*, and so is that ST23 is a POST.

A success without content is 204: any other body where none belongs is no success. Lists of shipments are
taken one by one: an answer may hold successes beside errors, which have messages and no codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.http import (
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)
from shared.wire.polls import slices
from shared.wire.strict_json import parse

PAGE = 100
"""Orders in a page, the most that OR11 gives."""

STOCK = "/offers/stock/imports"
INVALID_STATE = "ORDER_INVALID_STATE"
_CODES = ("code", "error_code")


def read_orders(api: Api, *, since: datetime, offset: int) -> HttpAnswer:
    """OR11: one page of the orders that changed since; Mirakl itself begins somewhat earlier."""
    stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query: dict[str, str | int] = {"start_update_date": stamp, "max": PAGE, "offset": offset}
    return check(_send(api, "GET", "/orders", query), code=_code)


def read_order(api: Api, order_id: str) -> bytes | None:
    """OR11 for one order, as the bytes it came as; None where the marketplace does not know it."""
    answer = check(_send(api, "GET", "/orders", {"order_ids": order_id}), code=_code)
    for body in slices(answer.body, "orders"):
        if _parsed(body).get("order_id") == order_id:
            return body
    return None


def decide_lines(api: Api, order_id: str, accepted: Mapping[str, bool]) -> None:
    """OR21: accept or refuse lines; all of the order's have to be decided at once."""
    lines = [{"id": line, "accepted": decision} for line, decision in accepted.items()]
    _put(api, f"/orders/{quote(order_id, safe='')}/accept", {"order_lines": lines})


def set_tracking(api: Api, order_id: str, tracking: Mapping[str, str]) -> None:
    """OR23: set carrier and tracking number of an order."""
    _put(api, f"/orders/{quote(order_id, safe='')}/tracking", tracking)


def ship_order(api: Api, order_id: str) -> None:
    """OR24: say that an order in SHIPPING has left."""
    _put(api, f"/orders/{quote(order_id, safe='')}/ship")


def cancel_order(api: Api, order_id: str) -> None:
    """OR29: cancel all of an order."""
    _put(api, f"/orders/{quote(order_id, safe='')}/cancel")


def cancel_lines(api: Api, cancelations: list[dict[str, Any]], tax_mode: str) -> list[dict[str, Any]]:
    """OR30: cancel parts of order lines; return what was made of them."""
    document = {"cancelations": cancelations, "order_tax_mode": tax_mode}
    return _listed(_send(api, "PUT", "/orders/cancel", body=document), "cancelations")


def refund_lines(api: Api, refunds: list[dict[str, Any]], tax_mode: str) -> list[dict[str, Any]]:
    """OR28: refund parts of order lines; return what was made of them."""
    document = {"order_tax_mode": tax_mode, "refunds": refunds}
    return _listed(_send(api, "PUT", "/orders/refund", body=document), "refunds")


def create_shipment(api: Api, shipment: Mapping[str, Any]) -> dict[str, Any] | None:
    """ST01: one parcel of several. Returns it, None where it is among the errors."""
    answer = _send(api, "POST", "/shipments", body={"shipments": [shipment]})
    return _one(_checked(answer), "shipment_success", "shipment_errors")


def read_shipments(api: Api, order_id: str) -> list[dict[str, Any]]:
    """ST11: the parcels of an order. Raises UnreadableAnswerError where pages repeat."""
    found: list[dict[str, Any]] = []
    token = ""
    seen: set[str] = set()
    while token not in seen:
        seen.add(token)
        query: dict[str, str | int] = {"order_id": order_id, "limit": PAGE, "page_token": token}
        document = _checked(_send(api, "GET", "/shipments", query))
        found += _dicts(document, "data")
        token = str(document.get("next_page_token") or "")
        if not token:
            return found
    raise UnreadableAnswerError("page_repeated")


def set_shipment_tracking(api: Api, shipment_id: str, tracking: Mapping[str, str]) -> dict[str, Any] | None:
    """ST23: set carrier and tracking number of one parcel. Returns its id, None where it was refused."""
    document = {"shipments": [{"id": shipment_id, "tracking": tracking}]}
    answer = _send(api, "POST", "/shipments/tracking", body=document)
    return _one(_checked(answer), "shipment_success", "shipment_errors")


def delete_shipment(api: Api, shipment_id: str) -> dict[str, Any] | None:
    """ST06: delete one parcel in SHIPPING. Returns its id, None where it was refused."""
    answer = _send(api, "PUT", "/shipments/delete", body={"shipments": [{"id": shipment_id}]})
    return _one(_checked(answer), "deletion_success", "deletion_errors")


def read_carriers(api: Api) -> list[dict[str, Any]]:
    """SH21: the carriers registered with the operator; once a day is enough."""
    return _dicts(_checked(_send(api, "GET", "/shipping/carriers")), "carriers")


def import_stock(api: Api, table: bytes) -> str:
    """STO01: set the quantities of offers by a CSV file; return the import's id."""
    boundary = hashlib.sha256(table).hexdigest()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="stock.csv"\r\n'
        "Content-Type: text/csv; charset=utf-8\r\n\r\n"
    )
    body = head.encode("ascii") + table + f"\r\n--{boundary}--\r\n".encode("ascii")
    headers = {**_headers(api), "Content-Type": f"multipart/form-data; boundary={boundary}"}
    identity = _checked(api.send("POST", _url(api, STOCK), headers=headers, body=body)).get("import_id")
    if not isinstance(identity, (str, int)) or not identity:
        raise UnreadableAnswerError("invalid_shape")
    return str(identity)


def read_stock_import(api: Api, import_id: str) -> dict[str, Any] | None:
    """STO02: how far an import is, None where the marketplace does not know it any more."""
    answer = _send(api, "GET", f"{STOCK}/{quote(import_id, safe='')}/status")
    return None if answer.status == 404 else _checked(answer)


def read_stock_errors(api: Api, import_id: str) -> bytes:
    """STO03: the lines of an import that were in error, as a CSV file."""
    headers = {**_headers(api), "Accept": "*/*"}
    url = _url(api, f"{STOCK}/{quote(import_id, safe='')}/error_report")
    return check(api.send("GET", url, headers=headers), code=_code).body


def _headers(api: Api) -> dict[str, str]:
    return {"Authorization": api.credential("api_key"), "Accept": "application/json"}


def _url(api: Api, path: str, query: Mapping[str, str | int] | None = None) -> str:
    return with_query(path, {**(query or {}), "shop_id": api.options.get("shop_id", "")})


def _send(
    api: Api, method: str, path: str, query: Mapping[str, str | int] | None = None, *, body: Any = None
) -> HttpAnswer:
    headers = _headers(api)
    if body is not None:
        headers["Content-Type"] = "application/json"
    return api.send(
        method, _url(api, path, query), headers=headers, body=b"" if body is None else json_body(body)
    )


def _put(api: Api, path: str, body: Any = None) -> None:
    answer = check(_send(api, "PUT", path, body=body), code=_code)
    if answer.status != 204 and answer.body.strip():
        _refuse_errors(answer.json())
        raise UnreadableAnswerError("unexpected_content")


def _checked(answer: HttpAnswer) -> dict[str, Any]:
    document = check(answer, code=_code).json()
    _refuse_errors(document)
    if not isinstance(document, dict):
        raise UnreadableAnswerError("invalid_shape")
    return document


def _refuse_errors(document: Any) -> None:
    """Raise RefusedError for an error inside a success."""
    if isinstance(document, dict) and (document.get("errors") or document.get("error")):
        raise RefusedError("error_in_success")


def _listed(answer: HttpAnswer, name: str) -> list[dict[str, Any]]:
    return _dicts(_checked(answer), name)


def _dicts(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = document.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnreadableAnswerError("invalid_shape")
    return entries


def _one(document: dict[str, Any], successes: str, errors: str) -> dict[str, Any] | None:
    made = _dicts(document, successes) if document.get(successes) else []
    if len(made) == 1:
        return made[0]
    if made or not document.get(errors):
        raise UnreadableAnswerError("invalid_shape")
    return None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        document, _ = parse(body)
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None
    return document if isinstance(document, dict) else {}


def _code(document: Any) -> str:
    return next((str(document[name]) for name in _CODES if document.get(name)), "")
