"""A shop on a simulated Mirakl marketplace, and calls as the hub makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.channels.faults import Faulty
from local.channels.mirakl import MiraklSimulator
from local.channels.simulator import Clock, Recording
from shared.channels.mirakl import calls
from shared.orders.facts import Restock
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Money, Parcel, Piece

ORDER = "MKP-1-A"
FIRST, SECOND = f"{ORDER}-1", f"{ORDER}-2"
LINES = [
    {"quantity": 3, "price_unit": 10},
    {"quantity": 1, "price_unit": 5.5, "shipping_price": 4},
]


@dataclass(slots=True)
class Shop:
    """The marketplace with one order of two lines, 3 x 10.00 and 1 x 5.50 + 4.00 shipping."""

    clock: Clock = field(default_factory=lambda: Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
    market: MiraklSimulator = field(init=False)
    faulty: Faulty = field(init=False)
    sent: Recording = field(init=False)
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        self.market = MiraklSimulator(self.clock)
        self.faulty = Faulty(self.market)
        self.sent = Recording(self.faulty)
        self.api = Api(
            base_url="https://operator.mirakl.net/api",
            transport=self.sent,
            credentials={"api_key": self.market.api_key},
            now=self.clock,
        )

    def place(self, state: str = "WAITING_ACCEPTANCE", **wishes: Any) -> None:
        self.market.place(ORDER, **{"order_lines": LINES, "order_state": state, **wishes})

    @property
    def order(self) -> dict[str, Any]:
        return self.market.market.orders[ORDER]

    def perform(self, call: Call) -> Answered:
        return calls.perform(call, self.api)

    def look(self, call: Call, ticket: str = "") -> Answered:
        return calls.look(call, ticket, self.api)

    def told(self, method: str = "") -> list[str]:
        """Return the paths that were written to, or asked with ``method``."""
        return [
            request.url.partition("/api")[2]
            for request in self.sent.requests
            if (request.method == method if method else request.method != "GET")
        ]


def a_call(name: str, **changes: Any) -> Call:
    """Return a call about every piece of the order."""
    return Call(**{"name": name, "order_id": ORDER, "reference": "a" * 32, "pieces": pieces(3, 1), **changes})


def pieces(first: int, second: int = 0, **changes: Any) -> tuple[Piece, ...]:
    """Return so many pieces of each line."""
    wanted = ((FIRST, first), (SECOND, second))
    return tuple(Piece(line_id=line, quantity=count, **changes) for line, count in wanted if count)


def a_parcel(**changes: Any) -> Parcel:
    return Parcel(**{"id": "1", "tracking_number": "T-1", "carrier": "dhl", "carrier_code": "DHL", **changes})


def a_shipment(first: int, second: int = 0, *, rest: bool = False, **parcel: Any) -> Call:
    """Return the call that so many pieces have left in one parcel."""
    return a_call("ship", pieces=pieces(first, second), parcel=a_parcel(**parcel), is_rest=rest)


def a_refund(amount: str, *, others: tuple[str, ...] = (), **changes: Any) -> Call:
    money = Money(id="own-1", amount=Decimal(amount), currency="EUR", others=others)
    return a_call("refund", **{"pieces": (), "money": money, **changes})


def never_left(first: int) -> tuple[Piece, ...]:
    return pieces(first, restock=Restock.CANCEL, amount=Decimal(10) * first)
