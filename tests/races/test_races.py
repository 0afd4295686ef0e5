"""Races on real engines: eight threads at one order, two hundred times.

Two ship it, two cancel it, two refund more than both together may, and two tell that it was delivered. One
wins each step, and no record of what was asked or told is lost.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from shared.orders import commands as c
from shared.orders.changes import Input, Outcome
from shared.orders.facts import (
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    PaymentReported,
    PaymentWord,
    Report,
    StatusReported,
    StatusWord,
)
from shared.orders.model import order_id
from shared.orders.rules import Rules
from shared.storage.orders_table import StoreBusyError
from shared.storage.records import InputRecord
from shared.storage.store import OrderStore
from shared.usecases.apply_input import Applied, LostRaceError, apply_input
from tests.races.engines import ENGINES, TABLE, MissingEngineError, create_tables, new_client
from tests.simulation.judge import LEGAL

if TYPE_CHECKING:
    from shared.orders.model import Order

pytestmark = pytest.mark.slow

THREADS = 8
ROUNDS = 200
TRIES = 30  # of one input, each with the product's own retries
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = "shop"
PAID = Decimal("20.00")


@pytest.fixture(params=list(ENGINES), scope="module")
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("engine")
    try:
        with ENGINES[request.param](home) as running:
            create_tables(running)
            yield running
    except MissingEngineError as missing:
        pytest.skip(str(missing))


@dataclass(frozen=True, slots=True)
class Runner:
    """One thread's way to the table."""

    store: OrderStore
    random: Random

    def apply(self, order: str, entry: Input, receipt: str) -> Applied:
        """Apply an input until there is an outcome, as the queue and the API's callers do."""
        for _ in range(TRIES):
            try:
                return apply_input(
                    order,
                    entry,
                    rules=Rules(),
                    store=self.store,
                    now=lambda: START + timedelta(hours=1),
                    pause=self._pause,
                    receipt_id=receipt,
                )
            except (LostRaceError, StoreBusyError, ClientError, BotoCoreError):
                self._pause(3)
        raise AssertionError("an input found no end")

    def _pause(self, attempt: int) -> None:
        time.sleep(self.random.random() * 0.002 * 2**attempt)


def _report(*facts: Any, minutes: int) -> Report:
    return Report(facts=facts, order_external_id="1", source_time=START + timedelta(minutes=minutes))


CREATED = _report(
    OrderSeen(
        number="#1",
        currency="EUR",
        total=PAID,
        lines=(LineSeen(external_id="1", quantity=2, unit_price=Decimal("10.00")),),
        placed_at=START,
    ),
    StatusReported(word=StatusWord.PROCESSABLE, raw="open"),
    PaymentReported(word=PaymentWord.PAID, raw="paid"),
    minutes=0,
)
DELIVERED = _report(PackageReported(package_id="p1", word=PackageWord.DELIVERED, raw="delivered"), minutes=9)


def _entry(key: str, *, report: Report | None = None, command: c.Command | None = None) -> Input:
    return Input(
        key=key,
        connection=SHOP,
        source="webhook" if command is None else "api",
        actor=SHOP,
        received_at=START,
        report=report,
        command=command,
    )


# Eight inputs, seven of them different: the channel says *delivered* by webhook and by poll.
RACE: tuple[Callable[[], Input], ...] = (
    lambda: _entry("ship-1", command=c.Ship()),
    lambda: _entry("ship-2", command=c.Ship()),
    lambda: _entry("cancel-1", command=c.Cancel()),
    lambda: _entry("cancel-2", command=c.Cancel()),
    lambda: _entry("refund-1", command=c.RefundAmount(amount=Decimal("15.00"), refund_id="r1")),
    lambda: _entry("refund-2", command=c.RefundAmount(amount=Decimal("15.00"), refund_id="r2")),
    lambda: _entry("delivered", report=DELIVERED),
    lambda: _entry("delivered", report=DELIVERED),
)


def test_each_step_has_one_winner_and_no_record_is_lost(
    endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runners = [Runner(OrderStore(new_client(endpoint), TABLE), Random(n)) for n in range(THREADS)]  # noqa: S311
    ends: Counter[str] = Counter()
    began = time.monotonic()

    with ThreadPoolExecutor(THREADS) as threads:
        for number in range(ROUNDS):
            order = order_id(SHOP, f"{number}")
            created = replace(CREATED, order_external_id=f"{number}")
            runners[0].apply(order, _entry("created", report=created), "receipt")
            barrier = Barrier(THREADS)

            def run(place: int, order: str = order, barrier: Barrier = barrier) -> Applied:
                barrier.wait(timeout=30)
                return runners[place].apply(order, RACE[place](), f"receipt-{place}")

            told = list(threads.map(run, range(THREADS)))
            ends[_judge(runners[0].store, order, told)] += 1

    with capsys.disabled():
        seconds = time.monotonic() - began
        sys.stdout.write(
            f"\nraces: {ROUNDS} rounds of {THREADS} threads in {seconds:.0f} seconds:"
            f" 0 lost records, 0 double winners; {dict(ends)}\n"
        )
    assert len(ends) > 1, "the race had the same winner each time"


def _judge(store: OrderStore, order_id: str, told: list[Applied]) -> str:
    """Check one round, and return how it ended."""
    order = store.read(order_id).order
    assert order is not None
    records = {record.sk.removeprefix("INPUT#"): record for record in store.history(order_id)}
    assert set(records) == {"created", *(entry().key for entry in RACE)}, "a record is lost"
    _check_path(order, list(records.values()))
    for place, applied in enumerate(told):
        record = records[RACE[place]().key]
        assert applied.outcome is record.outcome or applied.repeated, "a caller was told something else"
    winners = Counter(
        key.partition("-")[0] for key, record in records.items() if record.outcome is Outcome.APPLIED
    )
    assert winners["refund"] == 1, "two refunds of 15 of 20"
    assert winners["ship"] <= 1
    assert winners["cancel"] <= 1
    # Who ships cannot cancel; delivered out there is a shipment too.
    assert not (winners["cancel"] and winners["ship"])
    assert winners["delivered"] == 1, "a fact is never refused"
    assert [told[6].repeated, told[7].repeated].count(True) == 1, "the same fact counted twice"
    assert order.refunded <= order.paid == PAID
    return f"{order.status}, by {'cancel' if winners['cancel'] else 'ship' if winners['ship'] else 'fact'}"


def _check_path(order: Order, records: list[InputRecord]) -> None:
    changes = sorted((record for record in records if record.version), key=lambda record: record.version)
    assert [record.version for record in changes] == list(range(1, order.version + 1)), "a version is missing"
    status = ""
    for record in changes:
        for move in record.moves:
            assert (move.source, move.target) in LEGAL[move.rule]
            assert move.source == status, "two inputs left the same status"
            status = move.target
    assert status == order.status
