"""The orders of a simulated Mirakl marketplace: documents as OR11 shows them, and what moves them.

The states are those of Mirakl's OpenAPI: STAGING, WAITING_ACCEPTANCE, WAITING_DEBIT, (WAITING_DEBIT_PAYMENT),
SHIPPING, SHIPPED, (TO_COLLECT), RECEIVED, CLOSED; REFUSED and CANCELED beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Document = dict[str, Any]

DEBITING = ("WAITING_DEBIT", "WAITING_DEBIT_PAYMENT")
BEFORE_SHIPPED = ("STAGING", "WAITING_ACCEPTANCE", *DEBITING, "SHIPPING")
REFUNDABLE = ("SHIPPING", "SHIPPED", "TO_COLLECT", "RECEIVED")
INVALID_STATE = "ORDER_INVALID_STATE"


class RefusalError(Exception):
    """The marketplace refuses a request: 400. ``code`` "" where none is documented."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Marketplace:
    """All orders and shipments. Every change has a later ``last_updated_date`` than the one before."""

    now: Callable[[], datetime]
    debits_at_once: bool = False
    partial_acceptance: bool = True
    orders: dict[str, Document] = field(default_factory=dict)
    shipments: list[Document] = field(default_factory=list)
    _made: int = 1000
    _last: datetime | None = None

    def number(self) -> str:
        """Return an id that was not used before."""
        self._made += 1
        return str(self._made)

    def moment(self) -> str:
        """Return the time now, later than any before it."""
        at = self.now()
        if self._last is not None and at <= self._last:
            at = self._last + timedelta(milliseconds=1)
        self._last = at
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Take back what was done to the orders where a request is refused half-way."""
        before = deepcopy(self.orders)
        try:
            yield
        except RefusalError:
            self.orders = before
            raise

    def order(self, order_id: str) -> Document:
        """Return one order. Raises RefusalError."""
        if order_id not in self.orders:
            raise RefusalError("", f"Order with identifier '{order_id}' not found")
        return self.orders[order_id]

    def line(self, line_id: str) -> tuple[Document, Document]:
        """Return a line and its order. Raises RefusalError."""
        for order in self.orders.values():
            for line in order["order_lines"]:
                if line["order_line_id"] == line_id:
                    return line, order
        raise RefusalError("", f"Order line with identifier '{line_id}' not found")

    def decide(self, order: Document, decisions: dict[str, bool]) -> None:
        """Accept or refuse every line that waits (OR21). Raises RefusalError."""
        expect(order, "WAITING_ACCEPTANCE")
        waiting = [line for line in order["order_lines"] if line["order_line_state"] == "WAITING_ACCEPTANCE"]
        if {line["order_line_id"] for line in waiting} != set(decisions):
            raise RefusalError("ORDER_LINE_ACCEPTANCE_DECISION_MISSING", "Each line has to be decided")
        if len(set(decisions.values())) > 1 and not self.partial_acceptance:
            raise RefusalError("ORDER_PARTIAL_ACCEPTANCE_DISABLED", "All lines or none")
        order["acceptance_decision_date"] = self.moment()
        for line in waiting:
            if not decisions[line["order_line_id"]]:
                line["order_line_state"] = "REFUSED"
        self.move(order, "WAITING_DEBIT" if any(decisions.values()) else "REFUSED")
        if self.debits_at_once and any(decisions.values()):
            self.debit(order)

    def debit(self, order: Document) -> None:
        """Let the customer pay: the merchant may ship, and sees the address."""
        expect(order, *DEBITING)
        order["customer_debited_date"] = self.moment()
        order["customer"].update(order.pop("_addresses"))
        self.move(order, "SHIPPING")

    def ship(self, order: Document) -> None:
        """Say that all of an order has left (OR24). Raises RefusalError."""
        expect(order, "SHIPPING")
        self.move(order, "SHIPPED")

    def cancel(self, order: Document) -> None:
        """Cancel all of an order (OR29). Raises RefusalError."""
        expect(order, *BEFORE_SHIPPED)
        self.move(order, "CANCELED")

    def cancel_pieces(self, line: Document, order: Document, asked: Document) -> Document:
        """Cancel part of a line (OR30); return what was made. Raises RefusalError."""
        expect(order, *BEFORE_SHIPPED)
        quantity = asked.get("quantity")
        left = to_ship(line) - self.shipped_pieces(line["order_line_id"])
        if not isinstance(quantity, int) or not 0 < quantity <= left:
            raise RefusalError("", "Cancelation quantity is invalid")
        _need_taxes(line, asked)
        made = {
            "id": self.number(),
            "amount": asked["amount"],
            "shipping_amount": asked.get("shipping_amount", 0),
            "quantity": quantity,
            "reason_code": asked["reason_code"],
            "created_date": self.moment(),
        }
        line["cancelations"].append(made)
        if not to_ship(line):
            line["order_line_state"] = "CANCELED"
        if all(entry["order_line_state"] in ("CANCELED", "REFUSED") for entry in order["order_lines"]):
            self.move(order, "CANCELED")
        self.touch(order)
        return made

    def refund(self, line: Document, order: Document, asked: Document, group: str) -> Document:
        """Refund part of a line (OR28); return what was made. Raises RefusalError."""
        expect(order, *REFUNDABLE)
        _need_taxes(line, asked)
        for name, whole in (("amount", "price"), ("shipping_amount", "shipping_price")):
            before = sum(entry[name] for entry in (*line["refunds"], *line["cancelations"]))
            if round(before + asked.get(name, 0), 4) > line[whole]:
                raise RefusalError("", "Refund amount is too high")
        made = {
            "id": self.number(),
            "order_refund_id": group,
            "state": "WAITING_REFUND_PAYMENT",
            "amount": asked["amount"],
            "shipping_amount": asked.get("shipping_amount", 0),
            "quantity": asked.get("quantity", 0),
            "reason_code": asked["reason_code"],
            "created_date": self.moment(),
        }
        line["refunds"].append(made)
        if asked.get("excluded_from_shipment"):
            line["_excluded"] = line.get("_excluded", 0) + made["quantity"]
        self.touch(order)
        return made

    def create_shipment(self, asked: Document) -> Document:
        """Make one parcel (ST01); an order whose pieces have all left is SHIPPED. Raises RefusalError."""
        order = self.order(asked["order_id"])
        if order["order_state"] != "SHIPPING":
            state = order["order_state"]
            raise RefusalError("", f"The order status must be 'SHIPPING' but it is '{state}'.")
        lines = []
        for piece in asked["shipment_lines"]:
            line = _line_of(order, piece)
            line_id = line["order_line_id"]
            if not 0 < piece["quantity"] <= to_ship(line) - self.shipped_pieces(line_id):
                raise RefusalError("", "Shipment quantity is invalid.")
            reference = piece.get("package_reference")
            entry = {"offer_sku": line["offer_sku"], "order_line_id": line_id, "quantity": piece["quantity"]}
            lines.append({**entry, "package_reference": reference})
        at = self.moment()
        shipment = {
            "id": f"00000000-0000-4000-8000-{int(self.number()):012d}",
            "order_id": order["order_id"],
            "created_date": at,
            "last_updated_date": at,
            "shipped_date": at if asked["shipped"] else None,
            "shipment_lines": lines,
            "status": "SHIPPED" if asked["shipped"] else "SHIPPING",
            "tracking": asked.get("tracking"),
        }
        self.shipments.append(shipment)
        self.settle(order)
        return shipment

    def settle(self, order: Document) -> None:
        """Let lines and order follow what has left of them."""
        for line in order["order_lines"]:
            if line["order_line_state"] == "SHIPPING" and self._has_left(line):
                line["order_line_state"] = "SHIPPED"
        if order["order_state"] == "SHIPPING" and not any(
            line["order_line_state"] == "SHIPPING" for line in order["order_lines"]
        ):
            self.move(order, "SHIPPED")
        self.touch(order)

    def shipped_pieces(self, line_id: str, *, left_only: bool = False) -> int:
        """Return how many pieces of a line are in parcels, or have left in them."""
        return sum(
            entry["quantity"]
            for shipment in self.shipments
            if not left_only or shipment["status"] != "SHIPPING"
            for entry in shipment["shipment_lines"]
            if entry["order_line_id"] == line_id
        )

    def move(self, order: Document, state: str) -> None:
        """Bring an order to ``state``, and the lines that follow it."""
        order["order_state"] = state
        for line in order["order_lines"]:
            if line["order_line_state"] not in ("REFUSED", "CANCELED"):
                line["order_line_state"] = state
        self.touch(order)

    def touch(self, order: Document) -> None:
        """Let an order be newer than it was."""
        order["last_updated_date"] = self.moment()

    def _has_left(self, line: Document) -> bool:
        return self.shipped_pieces(line["order_line_id"], left_only=True) >= to_ship(line)


def expect(order: Document, *states: str) -> None:
    """Raise RefusalError where the order is in none of ``states``."""
    if order["order_state"] not in states:
        raise RefusalError(INVALID_STATE, f"The order is in status {order['order_state']}")


def to_ship(line: Document) -> int:
    """Return the pieces of a line that are to be shipped in all."""
    canceled = sum(int(entry["quantity"]) for entry in line["cancelations"])
    return int(line["quantity"]) - canceled - int(line.get("_excluded", 0))


def _line_of(order: Document, piece: Document) -> Document:
    for line in order["order_lines"]:
        if line["order_line_id"] == piece.get("order_line_id") or (
            "order_line_id" not in piece and line["offer_sku"] == piece.get("offer_sku")
        ):
            return dict(line)
    raise RefusalError("", "Order line not found")


def _need_taxes(line: Document, asked: Document) -> None:
    for name in ("taxes", "shipping_taxes"):
        if line.get(name) and {tax["code"] for tax in line[name]} != {
            tax["code"] for tax in asked.get(name) or ()
        }:
            raise RefusalError("", f"{name}: is required")
