"""What a simulated bol.com keeps: orders, shipments, returns, processes, and what moves them.

Items have no state of their own but OPEN and HANDLED, by their quantities. What a merchant asks for becomes a
process, which is carried out later and may fail then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Document = dict[str, Any]

_ZONE = ZoneInfo("Europe/Amsterdam")
REASONS = frozenset(
    {
        "OUT_OF_STOCK",
        "REQUESTED_BY_CUSTOMER",
        "BAD_CONDITION",
        "HIGHER_SHIPCOST",
        "INCORRECT_PRICE",
        "NOT_AVAIL_IN_TIME",
        "NO_BOL_GUARANTEE",
        "ORDERED_TWICE",
        "RETAIN_ITEM",
        "TECH_ISSUE",
        "UNFINDABLE_ITEM",
        "OTHER",
    }
)


class ProblemError(Exception):
    """bol refuses a request: 400, with the field that is wrong."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


class FailedError(Exception):
    """A process cannot be carried out: its status becomes FAILURE, with a message."""


@dataclass(slots=True)
class Process:
    """One process. ``work`` is done when it is due."""

    document: Document
    due: datetime
    work: Callable[[], None]


@dataclass(slots=True)
class Ledger:
    """Everything of one retailer. ``delay``: how long a process waits; ``told`` hears of what happens."""

    now: Callable[[], datetime]
    told: Callable[[str, str, str], None]
    delay: timedelta = timedelta(0)
    orders: dict[str, Document] = field(default_factory=dict)
    shipments: list[Document] = field(default_factory=list)
    returns: list[Document] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    _made: int = 1000
    _last: datetime | None = None

    def number(self) -> str:
        """Return an id that was not used before."""
        self._made += 1
        return str(self._made)

    def moment(self) -> str:
        """Return the time now, later than any before it, as bol writes it."""
        at = self.now()
        if self._last is not None and at <= self._last:
            at = self._last + timedelta(seconds=1)
        self._last = at
        return at.astimezone(_ZONE).isoformat(timespec="seconds")

    def begin(self, event_type: str, entity: str, work: Callable[[], None]) -> Document:
        """Take a request on; return its process status, PENDING."""
        identity = self.number()
        document: Document = {
            "processStatusId": identity,
            "entityId": entity,
            "eventType": event_type,
            "description": f"{event_type} of {entity}.",
            "status": "PENDING",
            "createTimestamp": self.moment(),
            "links": [{"rel": "self", "href": f"/shared/process-status/{identity}", "method": "GET"}],
        }
        self.processes[identity] = Process(document, self.now() + self.delay, work)
        return dict(document)

    def carry_out(self) -> None:
        """Carry out the processes that are due."""
        for identity, process in self.processes.items():
            if process.document["status"] != "PENDING" or process.due > self.now():
                continue
            try:
                process.work()
            except FailedError as failure:
                process.document |= {"status": "FAILURE", "errorMessage": str(failure)}
            else:
                process.document["status"] = "SUCCESS"
            self.told("PROCESS_STATUS", str(process.document["status"]), identity)

    def item(self, item_id: str) -> tuple[Document, Document]:
        """Return an item and its order. Raises FailedError."""
        for order in self.orders.values():
            for item in order["orderItems"]:
                if item["orderItemId"] == item_id:
                    return item, order
        raise FailedError(f"Order item with id {item_id} not found.")

    def ship(self, asked: Document) -> None:
        """Make a shipment of items of one order. Raises FailedError."""
        found = [(self.item(entry["orderItemId"]), entry) for entry in asked["orderItems"]]
        order = found[0][0][1]
        if any(owner is not order for (_, owner), _ in found):
            raise FailedError("Order items belong to different orders.")
        pieces = []
        for (item, _), entry in found:
            quantity = entry.get("quantity", open_pieces(item))
            if not 0 < quantity <= open_pieces(item):
                raise FailedError(f"Order item with id {item['orderItemId']} has not as many open pieces.")
            pieces.append((item, quantity))
        at = self.moment()
        for item, quantity in pieces:
            item["quantityShipped"] += quantity
            item["latestChangedDateTime"] = at
        transport = {"transportId": self.number(), **asked.get("transport", {}), "transportEvents": []}
        self.shipments.append(
            {
                "shipmentId": self.number(),
                "shipmentDateTime": at,
                "shipmentReference": asked.get("shipmentReference"),
                "pickupPoint": order["pickupPoint"],
                "order": {
                    "orderId": order["orderId"],
                    "orderPlacedDateTime": order["orderPlacedDateTime"],
                },
                "shipmentDetails": order["shipmentDetails"],
                "shipmentItems": [
                    {
                        "orderItemId": item["orderItemId"],
                        "product": item["product"],
                        "quantity": quantity,
                        "unitPrice": item["unitPrice"],
                    }
                    for item, quantity in pieces
                ],
                "transport": transport,
            }
        )

    def cancel(self, item_id: str) -> None:
        """Cancel all that is open of an item. Raises FailedError."""
        item, _ = self.item(item_id)
        left = open_pieces(item)
        if not left:
            raise FailedError(f"Order item with id {item_id} is already handled.")
        item["quantityCancelled"] += left
        item["latestChangedDateTime"] = self.moment()

    def change_transport(self, transport_id: str, asked: Document) -> None:
        """Set transporter and number. Raises FailedError."""
        for shipment in self.shipments:
            if shipment["transport"]["transportId"] == transport_id:
                shipment["transport"] |= asked
                return
        raise FailedError(f"Transport with id {transport_id} not found.")

    def shipment_of(self, order_id: str, index: int = -1) -> Document:
        """Return one of an order's shipments, the last by default."""
        return [entry for entry in self.shipments if entry["order"]["orderId"] == order_id][index]


def open_pieces(item: Document) -> int:
    """Return what is neither shipped nor canceled."""
    return int(item["quantity"]) - int(item["quantityShipped"]) - int(item["quantityCancelled"])


def sample_order(ledger: Ledger, order_id: str, wishes: Document) -> Document:
    """Return an order of two items; ``orderItems`` may be given in part."""
    at = ledger.moment()
    items = wishes.pop(
        "orderItems", [{"quantity": 2, "unitPrice": 10.00}, {"quantity": 1, "unitPrice": 5.50}]
    )
    person: Document = {
        "salutation": "UNKNOWN",
        "firstName": "Example",
        "surname": "Customer",
        "streetName": "Voorbeeldstraat",
        "houseNumber": "1",
        "zipCode": "1000AA",
        "city": "Amsterdam",
        "countryCode": "NL",
        "email": "buyer@example.com",
        "language": "nl",
    }
    return {
        "orderId": order_id,
        "pickupPoint": False,
        "orderPlacedDateTime": at,
        "shipmentDetails": person,
        "billingDetails": dict(person),
        "orderItems": [_item(order_id, count, item, at) for count, item in enumerate(items, start=1)],
        **wishes,
    }


def _item(order_id: str, count: int, wishes: Document, at: str) -> Document:
    quantity, price = wishes.get("quantity", 1), wishes.get("unitPrice", 10.00)
    return {
        "orderItemId": f"{order_id}-{count}",
        "cancellationRequest": False,
        "fulfilment": {"method": "FBR", "distributionParty": "RETAILER", "timeFrameType": "REGULAR"},
        "offer": {"offerId": f"00000000-0000-4000-8000-{count:012d}", "reference": f"SKU-{count}"},
        "product": {"ean": f"87000000000{count:02d}", "title": f"Product {count}"},
        "quantity": quantity,
        "quantityShipped": 0,
        "quantityCancelled": 0,
        "unitPrice": price,
        "totalPrice": round(price * quantity, 2),
        "discounts": [],
        "commission": 1.00,
        "latestChangedDateTime": at,
        **wishes,
    }


# --- what may happen out there


def _ship(ledger: Ledger, order: Document, details: Document) -> None:
    items = details.pop("items", None) or {
        item["orderItemId"]: open_pieces(item) for item in order["orderItems"] if open_pieces(item)
    }
    asked = [{"orderItemId": name, "quantity": quantity} for name, quantity in items.items()]
    ledger.ship({"orderItems": asked, "transport": details})


def _transport(ledger: Ledger, order: Document, details: Document) -> None:
    shipment = ledger.shipment_of(order["orderId"])
    event = {"eventCode": details["event"], "eventDateTime": ledger.moment()}
    shipment["transport"]["transportEvents"].append(event)
    ledger.told("SHIPMENT", "UPDATE_TRANSPORT_EVENT", shipment["shipmentId"])


def _cancel(ledger: Ledger, order: Document, details: Document) -> None:
    for item in order["orderItems"]:
        if details.get("item") in (None, item["orderItemId"]) and open_pieces(item):
            ledger.cancel(item["orderItemId"])


def _request_cancellation(ledger: Ledger, order: Document, details: Document) -> None:
    at = ledger.moment()
    for item in order["orderItems"]:
        if details.get("item") in (None, item["orderItemId"]):
            item |= {"cancellationRequest": True, "latestChangedDateTime": at}


def _handle_return(ledger: Ledger, order: Document, details: Document) -> None:
    item = order["orderItems"][details.get("line", 0)]
    quantity = details.get("quantity", 1)
    result = {
        "quantity": quantity,
        "processingResult": details.get("processing", "ACCEPTED"),
        "handlingResult": details.get("handling", "RETURN_RECEIVED"),
        "processingDateTime": ledger.moment(),
    }
    entry = {
        "rmaId": ledger.number(),
        "orderId": order["orderId"],
        "ean": item["product"]["ean"],
        "expectedQuantity": quantity,
        "handled": True,
        "processingResults": [result],
    }
    ledger.returns.insert(
        0,
        {
            "returnId": ledger.number(),
            "registrationDateTime": ledger.moment(),
            "fulfilmentMethod": "FBR",
            "returnItems": [entry],
        },
    )


ACTIONS: dict[str, Callable[[Ledger, Document, Document], None]] = {
    "ship": _ship,
    "transport": _transport,
    "cancel": _cancel,
    "request_cancellation": _request_cancellation,
    "return": _handle_return,
}
"""``ship`` (``items``: id to quantity, ``transporterCode``, ``trackAndTrace``), ``transport`` (``event``),
``cancel`` (``item``), ``request_cancellation`` (``item``), ``return`` (``line``, ``quantity``, ``handling``,
``processing``)."""
