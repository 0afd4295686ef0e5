"""Races for the last pieces, against an engine of its own: as many win as there are pieces."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from shared.storage import stock_requests as requests
from shared.storage.orders_table import StoreBusyError
from shared.storage.stock import Moved, StockLedger
from tests.races.engines import ENGINES, MissingEngineError, create_tables, new_client

pytestmark = pytest.mark.slow

THREADS = 8
ROUNDS = 25
TRIES = 30  # of one movement, each with the ledger's own retries
TABLE = "stock"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=list(ENGINES), scope="module")
def ledgers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[StockLedger]]:
    home: Path = tmp_path_factory.mktemp("engine")
    try:
        with ENGINES[request.param](home) as running:
            create_tables(running, "StockTable", TABLE)
            yield [StockLedger(new_client(running), TABLE, _pause(Random(n))) for n in range(THREADS)]  # noqa: S311
    except MissingEngineError as missing:
        pytest.skip(str(missing))


def _pause(random: Random) -> Callable[[int], None]:
    return lambda attempt: time.sleep(random.random() * 0.002 * 2**attempt)


def _count(ledger: StockLedger, sku: str, count: int) -> None:
    ledger.set_on_hand(
        sku,
        lambda _level: count,
        kind=requests.COUNTED,
        actor="clerk",
        once=f"{sku}/{count}",
        fingerprint=f"{count}",
        now=NOW,
    )


def _move(ledger: StockLedger, kind: str, pieces: dict[str, int], order: str, cause: str) -> Moved:
    """Carry out a movement until there is an outcome, as the queue does; each order has causes of its own."""
    for _ in range(TRIES):
        try:
            return ledger.move(kind, pieces, order_id=order, cause=f"{order}/{cause}", at=NOW, now=NOW).moved
        except (StoreBusyError, ClientError, BotoCoreError):
            time.sleep(0.02)
    raise AssertionError("a movement found no end")


def _race(run: Callable[[int], Moved]) -> list[Moved]:
    barrier = Barrier(THREADS)

    def start(place: int) -> Moved:
        barrier.wait(timeout=30)
        return run(place)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(start, range(THREADS)))


def _stands(ledger: StockLedger, sku: str) -> tuple[int, int, int]:
    level = ledger.level(sku)
    assert level is not None
    return level.on_hand, level.reserved, level.available


def test_of_eight_orders_as_many_reserve_as_there_are_pieces(ledgers: list[StockLedger]) -> None:
    for number in range(ROUNDS):
        sku, there = f"LAST-{number}", number % THREADS
        _count(ledgers[0], sku, there)

        def run(place: int, sku: str = sku) -> Moved:
            return _move(ledgers[place], "reserve", {sku: 1}, f"shop:{place}", sku)

        told = _race(run)
        assert Counter(told) == +Counter({Moved.DONE: there, Moved.SHORT: THREADS - there})
        assert _stands(ledgers[0], sku) == (there, there, 0)
        assert _race(run) == told, "asked again, it was told something else"
        assert _stands(ledgers[0], sku) == (there, there, 0)
        holds = [ledgers[0].held(f"shop:{place}", [sku]).get(sku, 0) for place in range(THREADS)]
        assert holds == [int(word is Moved.DONE) for word in told]


def test_eight_workers_with_the_same_movement_make_it_once(ledgers: list[StockLedger]) -> None:
    for number in range(ROUNDS):
        sku = f"SAME-{number}"
        _count(ledgers[0], sku, THREADS)

        def run(place: int, sku: str = sku) -> Moved:
            return _move(ledgers[place], "reserve", {sku: 2}, "shop:1", sku)

        assert set(_race(run)) == {Moved.DONE}
        assert _stands(ledgers[0], sku) == (THREADS, 2, THREADS - 2)


def test_orders_of_two_skus_get_both_or_none(ledgers: list[StockLedger]) -> None:
    for number in range(ROUNDS):
        left, right = f"LEFT-{number}", f"RIGHT-{number}"
        _count(ledgers[0], left, 3)
        _count(ledgers[0], right, 5)

        def run(place: int, left: str = left, right: str = right) -> Moved:
            return _move(ledgers[place], "reserve", {left: 1, right: 1}, f"shop:{place}", left)

        assert Counter(_race(run)) == Counter({Moved.DONE: 3, Moved.SHORT: THREADS - 3})
        assert _stands(ledgers[0], left) == (3, 3, 0)
        assert _stands(ledgers[0], right) == (5, 3, 2)


def test_what_is_given_back_while_others_reserve_is_lost_to_nobody(ledgers: list[StockLedger]) -> None:
    half = THREADS // 2
    for number in range(ROUNDS):
        sku = f"BACK-{number}"
        _count(ledgers[0], sku, half)
        for place in range(half):
            assert _move(ledgers[0], "reserve", {sku: 1}, f"shop:{place}", f"{sku}/had") is Moved.DONE

        def run(place: int, sku: str = sku) -> Moved:
            kind = "give_back" if place < half else "reserve"
            return _move(ledgers[place], kind, {sku: 1}, f"shop:{place}", sku)

        got = _race(run)[half:].count(Moved.DONE)
        assert _stands(ledgers[0], sku) == (half, got, half - got)
