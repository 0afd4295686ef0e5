"""A simulated Mirakl marketplace: the seller API as Mirakl's OpenAPI describes it, without sockets.

OR11, OR21, OR23, OR24, OR28, OR29, OR30, ST01, ST06, ST11, ST23, ST24 and SH21. Mirakl sends a seller
nothing: ``events`` stays empty. Where a refusal has no documented code, its body has a message alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from local.channels.mirakl_actions import ACTIONS, sample_order, set_tracking
from local.channels.mirakl_orders import Document, Marketplace, RefusalError, expect
from local.channels.mirakl_stock import Stock
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

REACHES_BACK = timedelta(minutes=5)
"""How much earlier than asked OR11 begins, so that no order is missed."""

MOST_IDS = 100
MOST_ORDERS = 100
MOST_SHIPMENTS = 1000

_CARRIERS = [
    {
        "code": code,
        "label": label,
        "standard_code": code,
        "tracking_url": f"https://{host}.example.com/{{trackingId}}",
    }
    for code, label, host in (
        ("DHL", "DHL", "dhl"),
        ("DPD", "DPD", "dpd"),
        ("FED", "Fed Ex", "fedex"),
        ("UPS", "UPS", "ups"),
    )
]

IMPORTS = "offers/stock/imports"


@dataclass(slots=True)
class MiraklSimulator:
    """One marketplace and one shop on it.

    ``debits_at_once``: the customer has paid as soon as the order is accepted; else ``act(id, "debit")``.
    ``requests_a_minute``: more than so many in one minute are answered 429; 0 for any number.
    """

    now: Callable[[], datetime]
    api_key: str = "mirakl-shop-key"
    shop_id: str = ""
    debits_at_once: bool = False
    partial_acceptance: bool = True
    requests_a_minute: int = 0
    kind: str = "mirakl"
    events: list[Event] = field(default_factory=list)
    market: Marketplace = field(init=False)
    offers: Stock = field(init=False)
    _asked_at: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the marketplace."""
        self.offers = Stock(self.now)
        self.market = Marketplace(self.now, self.debits_at_once, self.partial_acceptance)

    @property
    def orders(self) -> dict[str, Document]:
        """Every order, by its id."""
        return self.market.orders

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request."""
        asked = take_apart(request)
        if asked.headers.get("authorization") != self.api_key:
            return answer(401, {"message": "Unauthorized", "status": 401})
        if self.shop_id and asked.query.get("shop_id", self.shop_id) != self.shop_id:
            return answer(403, {"message": "Forbidden", "status": 403})
        if self._is_too_much():
            return answer(429, {"message": "Too many requests", "status": 429}, {"Retry-After": "60"})
        # An id may hold a slash, which is escaped then: the path is taken apart as it was sent.
        _, _, path = urlsplit(request.url).path.partition("/api/")
        parts = path.split("/")
        if path.startswith(IMPORTS):
            return self._imports(asked, parts)
        has_id = len(parts) == 3 and parts[0] == "orders"
        handler = _ROUTES.get((asked.method, f"orders/*/{parts[2]}" if has_id else path))
        if handler is None:
            return answer(404, {"message": "Not found", "status": 404})
        try:
            return handler(self, asked, unquote(parts[1]) if has_id else "")
        except RefusalError as refusal:
            body = {"message": refusal.message, "status": 400}
            return answer(400, {"code": refusal.code, **body} if refusal.code else body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return answer(400, {"message": "The request is malformed", "status": 400})

    def stock(self, sku: str) -> int:
        """Return the quantity of an offer."""
        return self.offers.quantities[sku]

    def _imports(self, asked: Asked, parts: list[str]) -> HttpAnswer:
        try:
            if asked.method == "POST":
                return self.offers.take(asked)
            return self.offers.status(parts[3]) if parts[4] == "status" else self.offers.report(parts[3])
        except (LookupError, TypeError, ValueError):
            return answer(400, {"message": "The request is malformed", "status": 400})

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order. ``order_lines`` may be given in part; amounts are added up."""
        self.market.orders[order_id] = sample_order(self.market, order_id, wishes)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen at the marketplace: see :data:`ACTIONS`. Raises RefusalError."""
        ACTIONS[action](self.market, self.market.order(order_id), details)

    def _is_too_much(self) -> bool:
        at = self.now()
        self._asked_at = [one for one in self._asked_at if at - one < timedelta(minutes=1)]
        if self.requests_a_minute and len(self._asked_at) >= self.requests_a_minute:
            return True
        self._asked_at.append(at)
        return False

    def _list_orders(self, asked: Asked, _order_id: str) -> HttpAnswer:
        query = asked.query
        found = sorted(self.market.orders.values(), key=lambda order: order["created_date"])
        for name, of in (("order_ids", "order_id"), ("order_state_codes", "order_state")):
            wanted = query[name].split(",") if name in query else []
            if len(wanted) > MOST_IDS:
                raise RefusalError("", f"{name}: at most {MOST_IDS}")
            found = [order for order in found if not wanted or order[of] in wanted]
        if "start_update_date" in query:
            since = _moment(query["start_update_date"]) - REACHES_BACK
            found = [order for order in found if _moment(order["last_updated_date"]) >= since]
        offset = int(query.get("offset", 0))
        size = min(int(query.get("max", 10)), MOST_ORDERS)
        page = [_shown(order) for order in found[offset : offset + size]]
        return answer(200, {"orders": page, "total_count": len(found)})

    def _accept(self, asked: Asked, order_id: str) -> HttpAnswer:
        decisions = {line["id"]: line["accepted"] for line in asked.document["order_lines"]}
        self.market.decide(self.market.order(order_id), decisions)
        return answer(204)

    def _tracking(self, asked: Asked, order_id: str) -> HttpAnswer:
        order = self.market.order(order_id)
        expect(order, "SHIPPING", "SHIPPED", "TO_COLLECT")
        _check_carrier(asked.document)
        set_tracking(order, asked.document)
        self.market.touch(order)
        return answer(204)

    def _ship(self, _asked: Asked, order_id: str) -> HttpAnswer:
        self.market.ship(self.market.order(order_id))
        return answer(204)

    def _cancel(self, _asked: Asked, order_id: str) -> HttpAnswer:
        self.market.cancel(self.market.order(order_id))
        return answer(204)

    def _cancel_lines(self, asked: Asked, _order_id: str) -> HttpAnswer:
        made = []
        with self.market.all_or_nothing():
            for entry in asked.document["cancelations"]:
                line, order = self.market.line(entry["order_line_id"])
                done = self.market.cancel_pieces(line, order, entry)
                made.append({**entry, "cancelation_id": done["id"]})
        return answer(200, {"cancelations": made, "order_tax_mode": asked.document["order_tax_mode"]})

    def _refund(self, asked: Asked, _order_id: str) -> HttpAnswer:
        group = f"00000000-0000-4000-9000-{int(self.market.number()):012d}"
        made = []
        with self.market.all_or_nothing():
            for entry in asked.document["refunds"]:
                line, order = self.market.line(entry["order_line_id"])
                done = self.market.refund(line, order, entry, group)
                made.append({**entry, "order_refund_id": group, "refund_id": done["id"]})
        return answer(200, {"order_tax_mode": asked.document["order_tax_mode"], "refunds": made})

    def _create_shipments(self, asked: Asked, _order_id: str) -> HttpAnswer:
        made: list[Document] = []
        errors: list[Document] = []
        for entry in asked.document["shipments"][:MOST_SHIPMENTS]:
            try:
                _check_carrier(entry.get("tracking") or {})
                made.append(self.market.create_shipment(entry))
            except RefusalError as refusal:
                errors.append({"message": refusal.message, "order_id": entry["order_id"]})
        return answer(201, {"shipment_errors": errors, "shipment_success": made})

    def _list_shipments(self, asked: Asked, _order_id: str) -> HttpAnswer:
        wanted = asked.query.get("order_id", "")
        found = [entry for entry in self.market.shipments if wanted in ("", entry["order_id"])]
        offset = int(asked.query.get("page_token", 0))
        reached = offset + min(int(asked.query.get("limit", 10)), 100)
        token = str(reached) if reached < len(found) else None
        page = {"data": found[offset:reached], "next_page_token": token, "previous_page_token": None}
        return answer(200, page)

    def _shipment_tracking(self, asked: Asked, _order_id: str) -> HttpAnswer:
        def track(shipment: Document, entry: Document) -> None:
            _check_carrier(entry["tracking"])
            shipment["tracking"] = entry["tracking"]

        return self._each(asked, track, "shipment_success", "shipment_errors")

    def _ship_shipments(self, asked: Asked, _order_id: str) -> HttpAnswer:
        def ship(shipment: Document, _entry: Document) -> None:
            _expect_waiting(shipment, "shipped")
            shipment["status"], shipment["shipped_date"] = "SHIPPED", self.market.moment()

        return self._each(asked, ship, "shipment_success", "shipment_errors")

    def _delete_shipments(self, asked: Asked, _order_id: str) -> HttpAnswer:
        def delete(shipment: Document, _entry: Document) -> None:
            _expect_waiting(shipment, "deleted")
            self.market.shipments.remove(shipment)

        return self._each(asked, delete, "deletion_success", "deletion_errors")

    def _each(
        self, asked: Asked, change: Callable[[Document, Document], None], successes: str, errors: str
    ) -> HttpAnswer:
        known = {shipment["id"]: shipment for shipment in self.market.shipments}
        done: list[Document] = []
        failed: list[Document] = []
        for entry in asked.document["shipments"]:
            try:
                if entry["id"] not in known:
                    raise RefusalError("", f"No shipment with id '{entry['id']}'.")
                change(known[entry["id"]], entry)
            except RefusalError as refusal:
                failed.append({"id": entry["id"], "message": refusal.message})
            else:
                done.append({"id": entry["id"]})
                self.market.settle(self.market.order(known[entry["id"]]["order_id"]))
        return answer(200, {errors: failed, successes: done})

    def _list_carriers(self, _asked: Asked, _order_id: str) -> HttpAnswer:
        return answer(200, {"carriers": _CARRIERS})


_ROUTES: dict[tuple[str, str], Callable[[MiraklSimulator, Asked, str], HttpAnswer]] = {
    ("GET", "orders"): MiraklSimulator._list_orders,
    ("PUT", "orders/*/accept"): MiraklSimulator._accept,
    ("PUT", "orders/*/tracking"): MiraklSimulator._tracking,
    ("PUT", "orders/*/ship"): MiraklSimulator._ship,
    ("PUT", "orders/*/cancel"): MiraklSimulator._cancel,
    ("PUT", "orders/cancel"): MiraklSimulator._cancel_lines,
    ("PUT", "orders/refund"): MiraklSimulator._refund,
    ("POST", "shipments"): MiraklSimulator._create_shipments,
    ("GET", "shipments"): MiraklSimulator._list_shipments,
    ("POST", "shipments/tracking"): MiraklSimulator._shipment_tracking,
    ("PUT", "shipments/ship"): MiraklSimulator._ship_shipments,
    ("PUT", "shipments/delete"): MiraklSimulator._delete_shipments,
    ("GET", "shipping/carriers"): MiraklSimulator._list_carriers,
}


def _shown(document: Any) -> Any:
    """Return a document without what the marketplace keeps to itself."""
    if isinstance(document, dict):
        return {name: _shown(value) for name, value in document.items() if not name.startswith("_")}
    return [_shown(value) for value in document] if isinstance(document, list) else document


def _check_carrier(tracking: Document) -> None:
    code = tracking.get("carrier_code")
    if code and code not in {carrier["code"] for carrier in _CARRIERS}:
        raise RefusalError("", f"Carrier with code '{code}' not found")


def _expect_waiting(shipment: Document, what: str) -> None:
    if shipment["status"] != "SHIPPING":
        identity = shipment["id"]
        raise RefusalError(
            "", f"Shipment with id '{identity}' is not in SHIPPING status and cannot be {what}."
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
