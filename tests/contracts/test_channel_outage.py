"""The hub cannot be reached for hours: what a channel says meanwhile is lost, and polls bring every order."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest

from local.channels.catalogue import SIMULATED
from local.channels.simulator import Clock, Simulator
from shared.adapters import capabilities_of, polls_of
from shared.connections.model import Connection, Settings
from shared.orders.changes import Outcome
from shared.orders.model import order_id
from shared.usecases.apply_input import Applied
from shared.usecases.apply_receipt import apply_receipt
from shared.wire.api import Api
from shared.wire.polls import Page, Window
from shared.wire.receipts import Receipt
from tests.support.desk import START, Desk

POLLED = sorted(kind for kind in SIMULATED if capabilities_of(kind).polls)
MARKET = "market"
ORDERS = 9
A_PAGE = 3
PAGE_SIZES = {
    "amazon": "PAGE",
    "bol": "PAGE",
    "ebay": "AT_ONCE",
    "ikas": "PAGE",
    "kaufland": "PAGE",
    "mirakl": "PAGE",
    "shopify": "PER_PAGE",
    "trendyol": "AT_ONCE",
    "woocommerce": "PER_PAGE",
}
"""What each channel's client calls the size of the pages that it asks for."""


class OutageDesk(Desk):
    """A hub in memory, connected to the simulation of one channel."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        row = SIMULATED[kind]
        self.clock = Clock(START)
        self.simulator: Simulator = row.make(self.clock)
        self._row = row
        self.outcomes: list[Applied] = []
        self.connections.put(
            Connection(
                id=MARKET,
                kind=kind,
                name="Example Channel",
                connected_at=START - timedelta(days=1),
                settings=Settings(api_url=row.api_url, api_options=dict(row.options), currency="EUR"),
            )
        )

    def _api(self, connection: Connection) -> Api:
        return Api(
            base_url=connection.settings.api_url,
            transport=self.simulator,
            credentials=self._row.credentials,
            options=self._row.options,
            now=self.clock,
        )

    def pass_time(self, duration: timedelta) -> None:
        """Let it be later, here and there."""
        self.clock.at += duration
        self.at = self.clock.at

    def sell(self, during: timedelta) -> set[str]:
        """Let orders be placed all through ``during``; return their ids with us."""
        sold = set()
        for number in range(ORDERS):
            self.pass_time(during / ORDERS)
            external_id = f"{self._row.order[:-1]}{number}"
            self.simulator.place(external_id, **self._row.wishes)
            sold.add(order_id(MARKET, external_id))
        return sold

    def say_again(self) -> None:
        """Let the channel repeat what could not be delivered."""
        for event in self.simulator.events:
            receipt = Receipt(
                receipt_id=f"receipt-{next(self._ids)}",
                connection=MARKET,
                kind=self.kind,
                source="webhook",
                received_at=self.at,
                topic=event.topic,
            )
            self.outcomes += apply_receipt(receipt, event.body, self.documents)
        self.simulator.events.clear()

    def run_cycle(self) -> None:
        """Poll once, ask what is to be asked, and apply what came; then it is as late as the next poll."""
        assert self.poll(MARKET).outcome == "ok"
        self.outcomes += self.apply_inbox()
        questions, self.questions = self.questions, []
        for question in questions:
            self.poll(MARKET, order_id=question.order_id)
        self.outcomes += self.apply_inbox()
        self.pass_time(max(timedelta(minutes=5), capabilities_of(self.kind).poll_every))

    def there(self) -> set[str]:
        """Return the ids of the orders that the hub has."""
        applied = {entry.order_id for entry in self.outcomes if entry.outcome is Outcome.APPLIED}
        return {known for known in applied if self.store.read(known).order is not None}


@pytest.fixture(params=POLLED)
def desk(request: pytest.FixtureRequest) -> OutageDesk:
    desk = OutageDesk(request.param)
    desk.run_cycle()
    assert desk.there() == set()
    return desk


def test_f18_after_ninety_minutes_what_is_repeated_and_what_is_polled_are_all_orders_once(
    desk: OutageDesk,
) -> None:
    sold = desk.sell(timedelta(minutes=90))
    desk.say_again()
    desk.run_cycle()
    desk.run_cycle()
    assert desk.there() == sold
    assert {entry.outcome for entry in desk.outcomes} <= {Outcome.APPLIED, Outcome.IGNORED}
    lines = {len(desk.order(known).lines) for known in sold}
    assert len(lines) == 1  # the same order each time, and none with its lines doubled


def test_f19_after_six_hours_without_a_webhook_two_polls_bring_every_order_page_by_page(
    desk: OutageDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = import_module(f"shared.channels.{desk.kind}.client")
    monkeypatch.setattr(client, PAGE_SIZES[desk.kind], A_PAGE)
    monkeypatch.setattr("local.channels.bol.PAGE", A_PAGE)  # bol is not asked for a size
    polls, pages = polls_of(desk.kind), []
    read_page = polls.read_page

    def read(window: Window, api: Api) -> Page:
        pages.append(page := read_page(window, api))
        return page

    monkeypatch.setattr(polls, "read_page", read)
    sold = desk.sell(timedelta(hours=6))
    desk.simulator.events.clear()
    desk.run_cycle()
    desk.run_cycle()
    assert desk.there() == sold
    assert {entry.outcome for entry in desk.outcomes} <= {Outcome.APPLIED, Outcome.IGNORED}
    assert max(len(page.documents) for page in pages) <= A_PAGE < ORDERS
    assert sum(bool(page.next_token) for page in pages) >= 2
