"""A simulated bol.com: the Retailer API v10 as its OpenAPI describes it, without sockets.

Orders, shipments, cancellations, transports, process statuses, handled returns, subscriptions, signature keys
and the token endpoint. A process is carried out once ``delay`` has passed, at the next request. Notifications
are sent to whoever subscribed, signed with a key that everybody can know: :data:`SECRET` is what a connection
of this bol's keeps.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.channels.bol_orders import (
    ACTIONS,
    REASONS,
    Document,
    Ledger,
    ProblemError,
    open_pieces,
    sample_order,
)
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest
from shared.wire.rsa_pkcs1 import public_key_of, write_public_key

MEDIA_TYPE = "application/vnd.retailer.v10+json"
TOKEN_LIVES = timedelta(seconds=299)
PAGE = 50

PRIMES = (
    (
        "d54c5936e46404ad3a83929b0f612009e6c6feb496127a1af1c79b42d6c42fc46057fcdbb82fa45bd4ae0059f2044d52"
        "8b2caabeac685d7a448c1def89252b87d2599e1dfc1e7268c9dad4a1d406233b638df0956ab244e7a38748aebca160ed"
        "ad144fa2c8e00b54f76300d44a3e021dcf1c7cbc26dfd1a3f03fd1e315025bb7"
    ),
    (
        "c2e0e63e600d76e2029cf80997dd4e4db5ffb32949e94be88c2d423246bb753008807c2d10f23b8ee74af0561c5b10dc"
        "96f98fe6936d35ae0da3e898088b0e44a47198b1b7357a368577ec1dbd9bc30e1ad0ca65df42040a30d00b8e4a9ec0bb"
        "159a76fbdeb0223cf92cbb26ee3fca4b14aa13160fd9976f32e76de55565906b"
    ),
)
"""The simulated bol's key: of no worth, so that it may be read here."""

PUBLIC_KEY = write_public_key(public_key_of((int(PRIMES[0], 16), int(PRIMES[1], 16))))
KEYS: Document = {"signatureKeys": [{"id": "0", "type": "RSA", "publicKey": PUBLIC_KEY}]}
SECRET = json.dumps({**KEYS, "primes": PRIMES})

_ZONE = ZoneInfo("Europe/Amsterdam")

OFFER, BOLS_OFFER = "13722de8-8182-d161-5422-4a0a1caab5c8", "13722de8-8182-d161-5422-4a0a1caab5c9"


def sample_offers() -> dict[str, Document]:
    """Return an offer that the retailer sends, and one that bol does."""
    return {
        offer: {
            "offerId": offer,
            "ean": "0000007740404",
            "reference": reference,
            "stock": {"amount": 3, "correctedStock": 3, "managedByRetailer": True},
            "fulfilment": {"method": method},
        }
        for offer, reference, method in ((OFFER, "MUG", "FBR"), (BOLS_OFFER, "PEN", "FBB"))
    }


@dataclass(slots=True)
class BolSimulator:
    """One retailer at bol. ``requests_a_minute``: more in one minute are answered 429; 0 for any number."""

    now: Callable[[], datetime]
    client_id: str = "example-client"
    client_secret: str = "example-secret"  # noqa: S105
    delay: timedelta = timedelta(0)
    requests_a_minute: int = 0
    kind: str = "bol"
    events: list[Event] = field(default_factory=list)
    ledger: Ledger = field(init=False)
    subscriptions: list[Document] = field(default_factory=list)
    offers: dict[str, Document] = field(default_factory=sample_offers)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _asked_at: list[datetime] = field(default_factory=list)

    @property
    def orders(self) -> dict[str, Document]:
        """Every order, by its id."""
        return self.ledger.orders

    def __post_init__(self) -> None:
        """Open the account."""
        self.ledger = Ledger(self.now, self._tell, self.delay)

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request."""
        asked = take_apart(request)
        if asked.path == "/token":
            return self._token(asked)
        self.ledger.carry_out()
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, datetime.min.replace(tzinfo=_ZONE)) <= self.now():
            return _problem(401, "Unauthorized")
        if asked.headers.get("accept") != MEDIA_TYPE:
            return _problem(406, "Not acceptable")
        if self._is_too_much():
            return answer(429, {"title": "Too many requests", "status": 429}, {"Retry-After": "20"})
        if asked.path.startswith("/retailer/offers/"):
            return self._offer(asked)
        path, _, identity = asked.path.strip("/").rpartition("/")
        for key, given in ((asked.path.strip("/"), ""), (f"{path}/*", identity)):
            handler = _ROUTES.get((asked.method, key))
            if handler is not None:
                try:
                    return handler(self, asked, given)
                except ProblemError as problem:
                    return _problem(400, "Bad request", problem.name, problem.reason)
                except (KeyError, TypeError, ValueError, AttributeError):
                    return _problem(400, "Bad request", "body", "The request is malformed.")
        return _problem(404, "Not found")

    def stock(self, sku: str) -> int:
        """Return the amount of an offer."""
        return int(self.offers[sku]["stock"]["amount"])

    def _offer(self, asked: Asked) -> HttpAnswer:
        identity = asked.path.split("/")[3]
        offer = self.offers.get(identity)
        if offer is None:
            return _problem(404, "Not found")
        if asked.method == "GET":
            return answer(200, offer)
        wanted = asked.document
        if asked.headers.get("content-type") != MEDIA_TYPE or wanted["amount"] < 0:
            return _problem(400, "Bad request", "amount", "The amount is not one.")

        def work() -> None:
            offer["stock"] = {**wanted, "correctedStock": wanted["amount"]}

        return answer(202, self.ledger.begin("UPDATE_OFFER_STOCK", identity, work))

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order; ``orderItems`` may be given in part."""
        self.ledger.orders[order_id] = sample_order(self.ledger, order_id, wishes)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen at bol: see :data:`local.channels.bol_orders.ACTIONS`."""
        ACTIONS[action](self.ledger, self.ledger.orders[order_id], details)

    def _tell(self, resource: str, event_type: str, identity: str) -> None:
        if not any(entry["enabled"] and resource in entry["resources"] for entry in self.subscriptions):
            return
        event = {"resource": resource, "type": event_type, "resourceId": identity}
        body = {"retailerId": 1234567, "timestamp": self.ledger.moment(), "event": event}
        self.events.append(Event(topic=resource, body=json.dumps(body).encode()))

    def _token(self, asked: Asked) -> HttpAnswer:
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return answer(401, {"error": "invalid_client"})
        if b"grant_type=client_credentials" not in asked.body:
            return answer(400, {"error": "unsupported_grant_type"})
        token = f"token-{len(self._tokens) + 1}"
        self._tokens[token] = self.now() + TOKEN_LIVES
        return answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 299})

    def end_tokens(self) -> None:
        """Let no token be good any more."""
        self._tokens = dict.fromkeys(self._tokens, self.now() - timedelta(seconds=1))

    def _is_too_much(self) -> bool:
        at = self.now()
        self._asked_at = [one for one in self._asked_at if at - one < timedelta(minutes=1)]
        if self.requests_a_minute and len(self._asked_at) >= self.requests_a_minute:
            return True
        self._asked_at.append(at)
        return False

    def _list_orders(self, asked: Asked, _identity: str) -> HttpAnswer:
        query = asked.query
        minutes, day = query.get("change-interval-minute"), query.get("latest-change-date")
        if minutes and not 0 < int(minutes) <= 60:
            raise ProblemError("change-interval-minute", "must be less than or equal to 60")
        found = []
        for order in self.ledger.orders.values():
            items = order["orderItems"]
            changed = [datetime.fromisoformat(item["latestChangedDateTime"]) for item in items]
            if minutes and max(changed) < self.now() - timedelta(minutes=int(minutes)):
                continue
            if day and date.fromisoformat(day) not in {at.astimezone(_ZONE).date() for at in changed}:
                continue
            is_open = any(map(open_pieces, items))
            if query.get("status", "OPEN") == ("SHIPPED" if is_open else "OPEN"):
                continue
            found.append(_reduced(order))
        return _page(asked, "orders", found)

    def _read_order(self, _asked: Asked, identity: str) -> HttpAnswer:
        order = self.ledger.orders.get(identity)
        return _problem(404, "Not found") if order is None else answer(200, order)

    def _cancel(self, asked: Asked, _identity: str) -> HttpAnswer:
        items = asked.document["orderItems"]
        if len(items) != 1:
            raise ProblemError("orderItems", "size must be between 1 and 1")
        if items[0]["reasonCode"] not in REASONS:
            raise ProblemError("reasonCode", "Request contains invalid value(s).")
        item_id = items[0]["orderItemId"]
        process = self.ledger.begin("CANCEL_ORDER", item_id, lambda: self.ledger.cancel(item_id))
        return answer(202, process)

    def _ship(self, asked: Asked, _identity: str) -> HttpAnswer:
        document = asked.document
        if not document["orderItems"]:
            raise ProblemError("orderItems", "must not be empty")
        if "transport" in document and not document["transport"].get("transporterCode"):
            raise ProblemError("transport.transporterCode", "must not be null")
        first = document["orderItems"][0]["orderItemId"]
        return answer(202, self.ledger.begin("CREATE_SHIPMENT", first, lambda: self.ledger.ship(document)))

    def _list_shipments(self, asked: Asked, _identity: str) -> HttpAnswer:
        wanted = asked.query.get("order-id")
        found = [
            {
                "shipmentId": entry["shipmentId"],
                "shipmentDateTime": entry["shipmentDateTime"],
                "shipmentReference": entry["shipmentReference"],
                "order": entry["order"],
                "shipmentItems": [{"orderItemId": item["orderItemId"]} for item in entry["shipmentItems"]],
                "transport": {"transportId": entry["transport"]["transportId"]},
            }
            for entry in reversed(self.ledger.shipments)
            if wanted in (None, entry["order"]["orderId"])
        ]
        return _page(asked, "shipments", found)

    def _read_shipment(self, _asked: Asked, identity: str) -> HttpAnswer:
        found = [entry for entry in self.ledger.shipments if entry["shipmentId"] == identity]
        return answer(200, found[0]) if found else _problem(404, "Not found")

    def _change_transport(self, asked: Asked, identity: str) -> HttpAnswer:
        document = asked.document
        if not document.get("trackAndTrace"):
            raise ProblemError("trackAndTrace", "must not be null")
        work = lambda: self.ledger.change_transport(identity, document)  # noqa: E731
        return answer(202, self.ledger.begin("CHANGE_TRANSPORT", identity, work))

    def _list_returns(self, asked: Asked, _identity: str) -> HttpAnswer:
        return _page(asked, "returns", self.ledger.returns if asked.query.get("handled") == "true" else [])

    def _read_process(self, _asked: Asked, identity: str) -> HttpAnswer:
        process = self.ledger.processes.get(identity)
        return _problem(404, "Not found") if process is None else answer(200, process.document)

    def _list_processes(self, asked: Asked, _identity: str) -> HttpAnswer:
        wanted = (asked.query["entity-id"], asked.query["event-type"])
        found = [
            process.document
            for process in self.ledger.processes.values()
            if (process.document["entityId"], process.document["eventType"]) == wanted
        ]
        return _page(asked, "processStatuses", found) if found else _problem(404, "Not found")

    def _list_subscriptions(self, _asked: Asked, _identity: str) -> HttpAnswer:
        return answer(200, {"subscriptions": self.subscriptions})

    def _subscribe(self, asked: Asked, identity: str) -> HttpAnswer:
        document = asked.document
        if not document["url"].startswith("https"):
            raise ProblemError("url", "has to support https")
        entry = {**document, "id": identity or self.ledger.number(), "enabled": document.get("enabled", True)}
        kept = [other for other in self.subscriptions if other["id"] != identity]

        def work() -> None:
            self.subscriptions = [*kept, entry]

        return answer(202, self.ledger.begin("CREATE_SUBSCRIPTION", "", work))

    def _signature_keys(self, _asked: Asked, _identity: str) -> HttpAnswer:
        return answer(200, KEYS)


_ROUTES: dict[tuple[str, str], Callable[[BolSimulator, Asked, str], HttpAnswer]] = {
    ("GET", "retailer/orders"): BolSimulator._list_orders,
    ("PUT", "retailer/orders/cancellation"): BolSimulator._cancel,
    ("GET", "retailer/orders/*"): BolSimulator._read_order,
    ("POST", "retailer/shipments"): BolSimulator._ship,
    ("GET", "retailer/shipments"): BolSimulator._list_shipments,
    ("GET", "retailer/shipments/*"): BolSimulator._read_shipment,
    ("PUT", "retailer/transports/*"): BolSimulator._change_transport,
    ("GET", "retailer/returns"): BolSimulator._list_returns,
    ("GET", "retailer/subscriptions"): BolSimulator._list_subscriptions,
    ("POST", "retailer/subscriptions"): BolSimulator._subscribe,
    ("PUT", "retailer/subscriptions/*"): BolSimulator._subscribe,
    ("GET", "retailer/subscriptions/signature-keys"): BolSimulator._signature_keys,
    ("GET", "shared/process-status"): BolSimulator._list_processes,
    ("GET", "shared/process-status/*"): BolSimulator._read_process,
}


def _page(asked: Asked, name: str, entries: list[Document]) -> HttpAnswer:
    """Return one page; behind the last one there is no list at all."""
    begin = (int(asked.query.get("page", 1)) - 1) * PAGE
    page = entries[begin : begin + PAGE]
    return answer(200, {name: page} if page else {})


def _reduced(order: Document) -> Document:
    return {
        "orderId": order["orderId"],
        "orderPlacedDateTime": order["orderPlacedDateTime"],
        "orderItems": [
            {
                "orderItemId": item["orderItemId"],
                "ean": item["product"]["ean"],
                "fulfilmentMethod": item["fulfilment"]["method"],
                "fulfilmentStatus": "OPEN" if open_pieces(item) else "HANDLED",
                "quantity": item["quantity"],
                "quantityShipped": item["quantityShipped"],
                "quantityCancelled": item["quantityCancelled"],
                "cancellationRequest": item["cancellationRequest"],
                "latestChangedDateTime": item["latestChangedDateTime"],
            }
            for item in order["orderItems"]
        ],
    }


def _problem(status: int, detail: str, name: str = "", reason: str = "") -> HttpAnswer:
    violations = [{"name": name, "reason": reason}] if name else []
    return answer(
        status,
        {
            "type": "https://api.bol.com/problems",
            "title": "Error validating request.",
            "status": status,
            "detail": detail,
            "violations": violations,
        },
    )
