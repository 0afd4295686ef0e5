"""Races on real engines: eight threads reserve the last pieces. As many win as there are pieces."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from shared.storage import stock_requests as requests
from shared.storage.stock import Moved, StockLedger
from shared.storage.store import StoreBusyError
from tests.races.engines import ENGINES, MissingEngineError, create_tables, new_client

pytestmark = pytest.mark.slow

THREADS = 8
ROUNDS = 20
PIECES = 3
TRIES = 30  # of one reservation, each with the ledger's own retries
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TABLE = "stock"


@pytest.fixture(params=list(ENGINES), scope="module")
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("engine")
    try:
        with ENGINES[request.param](home) as running:
            create_tables(running, "StockTable", TABLE)
            yield running
    except MissingEngineError as missing:
        pytest.skip(str(missing))


def ledger_of(endpoint: str, seed: int) -> StockLedger:
    random = Random(seed)  # noqa: S311  jitter, no secret
    return StockLedger(
        new_client(endpoint), TABLE, lambda attempt: time.sleep(random.random() * 0.01 * attempt)
    )


def test_the_last_pieces_go_to_as_many_orders_as_there_are_pieces(endpoint: str) -> None:
    ledgers = [ledger_of(endpoint, seed) for seed in range(THREADS)]
    start = Barrier(THREADS)

    def reserve(thread: int, sku: str) -> Moved:
        order = f"shop:{thread}"
        start.wait()
        for _ in range(TRIES):
            try:
                return (
                    ledgers[thread]
                    .move("reserve", {sku: 1}, order_id=order, cause=f"{order}/{sku}", at=NOW, now=NOW)
                    .moved
                )
            except StoreBusyError:
                continue
        raise AssertionError("the table stayed busy")

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(ROUNDS):
            sku = f"SKU-{number}"
            ledgers[0].set_on_hand(
                sku,
                lambda _level: PIECES,
                kind=requests.COUNTED,
                actor="clerk",
                once=sku,
                fingerprint="",
                now=NOW,
            )
            moved = Counter(pool.map(reserve, range(THREADS), [sku] * THREADS))
            assert moved == {Moved.DONE: PIECES, Moved.SHORT: THREADS - PIECES}
            level = ledgers[0].level(sku)
            assert level is not None
            assert (level.on_hand, level.reserved, level.available) == (PIECES, PIECES, 0)
            held = [ledgers[0].held(f"shop:{thread}", [sku]).get(sku, 0) for thread in range(THREADS)]
            assert sum(held) == PIECES
