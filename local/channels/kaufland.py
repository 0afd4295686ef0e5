"""A simulated Kaufland: the Seller API v2 as its OpenAPI describes it, without sockets.

Orders and their units, carriers, offers and their amounts; a unit is sent, canceled or refunded, a parcel
added. Every request has to be signed. Kaufland pushes nothing that is confirmed: ``events`` stays empty.
Refunds and parcels are kept here, and shown to nobody.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.channels.kaufland_offers import change_offer, find_offers, sample_offers
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

Document = dict[str, Any]

HAS_LEFT = ("sent", "sent_and_autopaid", "received", "returned", "returned_paid")
CANCEL_REASONS = frozenset(
    {
        "BuyerCancelled",
        "ShippingAddressUndeliverable",
        "WrongCatalogData",
        "GeneralAdjustment",
        "MerchandiseNotReceived",
        "NoInventory",
        "DelayedInventory",
        "WrongPrice",
        "NoReactionBuyer",
        "UndeliverableRegion",
    }
)
REFUND_REASONS = frozenset(
    {
        "delivery_damage",
        "delivery_delay",
        "incomplete_delivery",
        "incorrect_delivery",
        "refund_postage_fee",
        "defect",
        "other_refund",
        "refund_return_postage_fee",
    }
)


class ProblemError(Exception):
    """Kaufland refuses a request: a status, and the kind of problem."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind


@dataclass(slots=True)
class KauflandSimulator:
    """One seller. ``requests_a_minute``: more in one minute are answered 429; 0 for any number."""

    now: Callable[[], datetime]
    client_key: str = "example-key"
    secret_key: str = "example-secret"  # noqa: S105
    requests_a_minute: int = 0
    kind: str = "kaufland"
    events: list[Event] = field(default_factory=list)
    orders: dict[str, Document] = field(default_factory=dict)
    refunds: list[tuple[str, int, str]] = field(default_factory=list)  # unit, cents, reason
    parcels: list[tuple[str, str, str]] = field(default_factory=list)  # unit, number, carrier
    offers: list[Document] = field(default_factory=sample_offers)
    _made: int = 314567896580000
    _last: datetime | None = None
    _asked_at: list[datetime] = field(default_factory=list)

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request."""
        asked = take_apart(request)
        if not self._is_signed(request, asked):
            return _problem(401, "corrupted-signature")
        if self._is_too_much():
            return answer(429, {"message": "Too many requests", "errors": []}, {"Retry-After": "15"})
        _, _, path = asked.path.partition("/v2/")
        parts = path.split("/")
        pattern = "/".join(("*" if count == 1 else part) for count, part in enumerate(parts))
        handler = _ROUTES.get((asked.method, pattern))
        if handler is None:
            return _problem(404, "not-found")
        try:
            return handler(self, asked, parts[1] if len(parts) > 1 else "")
        except ProblemError as problem:
            return _problem(problem.status, problem.kind)
        except (KeyError, TypeError, ValueError, AttributeError):
            return _problem(400, "validation-error")

    def stock(self, sku: str) -> int:
        """Return the pieces of what is offered under a SKU."""
        return next(int(offer["amount"]) for offer in self.offers if offer["id_offer"] == sku)

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order; ``order_units`` may be given in part, the default is three."""
        at = self.moment()
        units = wishes.pop("order_units", [{"price": 1000}, {"price": 1000}, {"price": 550}])
        address = {
            "first_name": "Example",
            "last_name": "Customer",
            "company_name": None,
            "street": "Musterstraße",
            "house_number": "1",
            "postcode": "10115",
            "additional_field": None,
            "city": "Berlin",
            "phone": None,
            "country": "DE",
        }
        self.orders[order_id] = {
            "id_order": order_id,
            "ts_created_iso": at,
            "is_marketplace_deemed_supplier": False,
            "storefront": "de",
            "fulfillment_type": "fulfilled_by_merchant",
            "order_units": [self._unit(order_id, count, unit, at) for count, unit in enumerate(units, 1)],
            "billing_address": address,
            "shipping_address": dict(address),
            "buyer": {"id_buyer": 21000001, "email": "buyer@example.com"},
            **wishes,
        }

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen out there: see :data:`ACTIONS`. ``units``: their places, all by default."""
        units = self.orders[order_id]["order_units"]
        for count in details.get("units", range(len(units))):
            if action == "cancel":
                self._cancel_unit(units[count], details.get("reason", "BuyerCancelled"))
            else:
                self._move(units[count], details.get("status", ACTIONS[action]))

    def moment(self) -> str:
        """Return the time now, later than any before it."""
        at = self.now()
        if self._last is not None and at <= self._last:
            at = self._last + timedelta(seconds=1)
        self._last = at
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _unit(self, order_id: str, count: int, wishes: Document, at: str) -> Document:
        self._made += 1
        return {
            "id_order_unit": self._made,
            "id_order": order_id,
            "ts_created_iso": at,
            "ts_updated_iso": at,
            "is_marketplace_deemed_supplier": False,
            "status": "open",
            "price": 1000,
            "shipping_rate": 0,
            "revenue_gross": 900,
            "revenue_net": 756,
            "currency": "EUR",
            "storefront": "de",
            "id_offer": f"SKU-{count}",
            "note": None,
            "unit_condition": "new",
            "cancel_reason": None,
            "product": {
                "id_product": count,
                "title": f"Product {count}",
                "eans": [f"40000000000{count:02d}"],
            },
            "vat": 19,
            "tickets": [],
            **wishes,
        }

    def _is_signed(self, request: HttpRequest, asked: Asked) -> bool:
        stamp = asked.headers.get("shop-timestamp", "")
        message = f"{request.method}\n{request.url}\n{request.body.decode()}\n{stamp}"
        wanted = hmac.new(self.secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()
        return asked.headers.get("shop-client-key") == self.client_key and hmac.compare_digest(
            asked.headers.get("shop-signature", ""), wanted
        )

    def _is_too_much(self) -> bool:
        at = self.now()
        self._asked_at = [one for one in self._asked_at if at - one < timedelta(minutes=1)]
        if self.requests_a_minute and len(self._asked_at) >= self.requests_a_minute:
            return True
        self._asked_at.append(at)
        return False

    def _find(self, unit_id: str) -> Document:
        units: list[Document] = [unit for order in self.orders.values() for unit in order["order_units"]]
        for unit in units:
            if str(unit["id_order_unit"]) == unit_id:
                return unit
        raise ProblemError(404, "not-found")

    def _move(self, unit: Document, status: str) -> None:
        unit |= {"status": status, "ts_updated_iso": self.moment()}

    def _cancel_unit(self, unit: Document, reason: str) -> None:
        if unit["status"] not in ("open", "need_to_be_sent"):
            raise ProblemError(403, "order-units/cancel-not-possible")
        unit["cancel_reason"] = reason
        self._move(unit, "cancelled")

    def _list_orders(self, asked: Asked, _identity: str) -> HttpAnswer:
        query = asked.query
        limit, offset = int(query.get("limit", 30)), int(query.get("offset", 0))
        if not 0 < limit <= 100:
            raise ProblemError(400, "validation-error")
        found = []
        for order in reversed(self.orders.values()):
            updated = max(unit["ts_updated_iso"] for unit in order["order_units"])
            if updated < query.get("ts_units_updated_from_iso", ""):
                continue
            if query.get("storefront", order["storefront"]) != order["storefront"]:
                continue
            summary = {name: order[name] for name in ("id_order", "ts_created_iso", "storefront")}
            summary |= {"fulfillment_type": order["fulfillment_type"], "ts_units_updated_iso": updated}
            found.append(summary | {"order_units_count": len(order["order_units"])})
        page = {"offset": offset, "limit": limit, "total": len(found)}
        return answer(200, {"data": found[offset : offset + limit], "pagination": page})

    def _read_order(self, _asked: Asked, identity: str) -> HttpAnswer:
        if identity not in self.orders:
            raise ProblemError(404, "not-found")
        return answer(200, {"data": self.orders[identity]})

    def _send(self, asked: Asked, identity: str) -> HttpAnswer:
        unit = self._find(identity)
        numbers, carrier = asked.document["tracking_numbers"], asked.document["carrier_code"]
        if not numbers or not carrier:
            raise ProblemError(400, "validation-error")
        if unit["status"] not in ("open", "need_to_be_sent"):
            raise ProblemError(403, "action-not-allowed")
        self.parcels += [(identity, number, carrier) for number in numbers.split(",")]
        self._move(unit, "sent")
        return answer(204)

    def _cancel(self, asked: Asked, identity: str) -> HttpAnswer:
        if asked.document["reason"] not in CANCEL_REASONS:
            raise ProblemError(400, "validation-error")
        self._cancel_unit(self._find(identity), asked.document["reason"])
        return answer(204)

    def _refund(self, asked: Asked, identity: str) -> HttpAnswer:
        unit, amount = self._find(identity), asked.document["amount"]
        before = sum(cents for name, cents, _ in self.refunds if name == identity)
        if asked.document["reason"] not in REFUND_REASONS or not isinstance(amount, int) or amount <= 0:
            raise ProblemError(400, "validation-error")
        if unit["status"] not in HAS_LEFT or before + amount > unit["price"] + unit["shipping_rate"]:
            raise ProblemError(400, "action-not-allowed")
        self.refunds.append((identity, amount, asked.document["reason"]))
        return answer(204)

    def _fulfil(self, _asked: Asked, identity: str) -> HttpAnswer:
        self._move(self._find(identity), "need_to_be_sent")
        return answer(204)

    def _add_shipment(self, asked: Asked, _identity: str) -> HttpAnswer:
        identity = str(asked.document["id_order_unit"])
        told = asked.document["shipment_information"]
        if self._find(identity)["status"] not in HAS_LEFT:
            raise ProblemError(403, "action-not-allowed")
        self.parcels.append((identity, told["tracking_number"], told["carrier_code"]))
        return answer(204)

    def _list_carriers(self, _asked: Asked, _identity: str) -> HttpAnswer:
        return answer(200, {"data": {"carriers": [{"name": "DHL", "isHauler": False}]}})

    def _find_offers(self, asked: Asked, _identity: str) -> HttpAnswer:
        return find_offers(self.offers, asked)

    def _change_offer(self, asked: Asked, identity: str) -> HttpAnswer:
        changed = change_offer(self.offers, asked, identity)
        if changed is None:
            raise ProblemError(404, "not-found")
        return changed


ACTIONS = {
    "send": "sent",
    "autopay": "sent_and_autopaid",
    "receive": "received",
    "return": "returned",
    "repay": "returned_paid",
    "cancel": "cancelled",
    "set": "",
}
"""What a unit comes to; ``cancel`` with a ``reason``, ``set`` with any ``status``."""

_ROUTES: dict[tuple[str, str], Callable[[KauflandSimulator, Asked, str], HttpAnswer]] = {
    ("GET", "orders"): KauflandSimulator._list_orders,
    ("GET", "orders/*"): KauflandSimulator._read_order,
    ("PATCH", "order-units/*/send"): KauflandSimulator._send,
    ("PATCH", "order-units/*/cancel"): KauflandSimulator._cancel,
    ("PATCH", "order-units/*/refund"): KauflandSimulator._refund,
    ("PATCH", "order-units/*/fulfil"): KauflandSimulator._fulfil,
    ("POST", "shipments"): KauflandSimulator._add_shipment,
    ("GET", "carriers"): KauflandSimulator._list_carriers,
    ("GET", "units"): KauflandSimulator._find_offers,
    ("PATCH", "units/*"): KauflandSimulator._change_offer,
}


def _problem(status: int, kind: str) -> HttpAnswer:
    return answer(status, {"type": f"/problems/{kind}", "errors": [], "message": "The request was refused."})
