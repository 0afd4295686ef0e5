"""What Orderhub makes of a document, as JSON: for the person who connects a channel.

An order is one object with its refunds, fulfillments, payments, tracking and returns in it.
Facts that come without their order are objects of their own kind. Amounts are decimal
strings, times ISO 8601 in UTC, statuses our words, with the sender's own beside them as ``raw``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from shared.adapters import mapping_of
from shared.orders.facts import (
    Fact,
    OrderSeen,
    PackageReported,
    ParcelScanned,
    PaymentReported,
    RefundReported,
    Report,
    ReturnReported,
    StatusReported,
    is_additive,
)
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

Json = dict[str, Any]


def normalize(kind: str, body: bytes, *, topic: str, now: datetime) -> Json | list[Json]:
    """Return one object for one entity, a list for several or none.

    Raises UnusableError and IrrelevantError as the adapters do, UnknownKindError for a ``kind``
    without an adapter.
    """
    mapping = mapping_of(kind)
    document, sanitized = strict_json.parse(body)
    reports = mapping.normalize(unwrapped(document), topic=topic, reading=Reading(received_at=now))
    shown = [item for report in reports for item in _show(report, ("sanitized",) if sanitized else ())]
    return shown[0] if len(shown) == 1 else shown


def unwrapped(document: Any) -> Any:
    """Return the response of a recorded exchange ``{"request": …, "response": …}``, else the document."""
    if not isinstance(document, dict) or set(document) != {"request", "response"}:
        return document
    if document["response"] is None:
        raise UnusableError("missing_field:response", "response")
    return document["response"]


def _show(report: Report, more_flags: Sequence[str]) -> list[Json]:
    facts = list(report.facts)
    order = next((fact for fact in facts if isinstance(fact, OrderSeen)), None)
    if order is not None:
        items = [_order(report, order, [fact for fact in facts if fact is not order])]
    else:
        items = _loose(report, facts)
    flags = [*report.flags, *more_flags]
    return [item | {"source_time": _plain(report.source_time), "flags": flags} for item in items]


def _order(report: Report, order: OrderSeen, facts: list[Fact]) -> Json:
    customer = order.customer
    shown = {
        "kind": "order",
        "external_id": report.order_external_id,
        "number": order.number,
        "currency": order.currency,
        "total": _plain(order.total),
        "email": customer.email if customer else "",
        "placed_at": _plain(order.placed_at),
        "payment_method": _plain(order.payment_method),
        "status_facts": [_status(fact) for fact in facts if _is_word(fact)],
        "lines": [_plain(line) for line in order.lines],
        "refunds": [_refund(fact) for fact in facts if isinstance(fact, RefundReported)],
        "fulfillments": [_package(fact) for fact in facts if isinstance(fact, PackageReported)],
        "payments": [
            _payment(fact) for fact in facts if isinstance(fact, PaymentReported) and is_additive(fact)
        ],
        "tracking": _parcels([fact for fact in facts if isinstance(fact, ParcelScanned)]),
        "returns": [_return(fact) for fact in facts if isinstance(fact, ReturnReported)],
    }
    return shown | {name: value for name, value in _plain(order).items() if name not in shown}


def _loose(report: Report, facts: list[Fact]) -> list[Json]:
    """Facts without their order's document: an object each, a package's scans inside the package's."""
    packages = {fact.package_id for fact in facts if isinstance(fact, PackageReported)}
    inside = [fact for fact in facts if isinstance(fact, ParcelScanned) and fact.package_id in packages]
    items: list[Json] = []
    for fact in facts:
        if isinstance(fact, PackageReported):
            scans = [scan for scan in inside if scan.package_id == fact.package_id]
            items.append({"kind": "fulfillment"} | _package(fact) | {"tracking": _parcels(scans)})
        elif isinstance(fact, RefundReported):
            items.append({"kind": "refund"} | _refund(fact))
        elif isinstance(fact, ReturnReported):
            items.append({"kind": "return"} | _return(fact))
        elif isinstance(fact, PaymentReported):
            items.append({"kind": "payment"} | _payment(fact))
        elif isinstance(fact, StatusReported):
            items.append({"kind": "status"} | _status(fact))
    alone = [fact for fact in facts if isinstance(fact, ParcelScanned) and fact not in inside]
    items.extend({"kind": "tracking"} | parcel for parcel in _parcels(alone))
    if not report.order_external_id:
        return items
    return [{"kind": item["kind"], "order_external_id": report.order_external_id} | item for item in items]


def _is_word(fact: Fact) -> bool:
    return isinstance(fact, StatusReported) or (isinstance(fact, PaymentReported) and not is_additive(fact))


def _status(fact: Fact) -> Json:
    about = "payment" if isinstance(fact, PaymentReported) else "order"
    shown = _renamed(fact, word="status")
    return {"about": about} | {name: value for name, value in shown.items() if value not in ("", None)}


def _refund(fact: RefundReported) -> Json:
    return _renamed(fact, refund_id="external_id", word="status")


def _package(fact: PackageReported) -> Json:
    shown = _renamed(fact, package_id="external_id", word="status", contents="lines")
    if fact.contents is not None:
        shown["lines"] = [{"external_id": line, "quantity": quantity} for line, quantity in fact.contents]
    return shown


def _payment(fact: PaymentReported) -> Json:
    return _renamed(fact, transaction_id="external_id", word="status")


def _return(fact: ReturnReported) -> Json:
    return _renamed(fact, return_id="external_id", word="status")


def _parcels(scans: list[ParcelScanned]) -> list[Json]:
    """One object a parcel: what was scanned last, and every scan where there are several."""
    parcels: dict[tuple[str, str], list[ParcelScanned]] = {}
    for scan in scans:
        parcels.setdefault((scan.tracking_number, scan.package_id), []).append(scan)
    shown: list[Json] = []
    for history in parcels.values():
        latest = max(history, key=_moment)
        parcel: Json = _plain(latest)
        if len(history) > 1:
            parcel["scans"] = [
                {"status": _plain(scan.status), "raw": scan.raw, "occurred_at": _plain(scan.occurred_at)}
                for scan in sorted(history, key=_moment)
            ]
        shown.append(parcel)
    return shown


def _moment(scan: ParcelScanned) -> datetime:
    return scan.occurred_at or datetime.min.replace(tzinfo=UTC)


def _renamed(fact: Fact, **names: str) -> Json:
    shown: Json = _plain(fact)
    return {names.get(name, name): value for name, value in shown.items()}


_PLAIN: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda value: format(value, "f"),
    datetime: lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"),
}


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    convert = _PLAIN.get(type(value))
    return convert(value) if convert else value
