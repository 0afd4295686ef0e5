"""On the local AWS: a webhook to its mail beside the bare hops (P14), and a burst of webhooks (P16)."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.connections import DEMO_CONNECTIONS, clock
from local.deploy import Stack
from local.ledger import read_ledger
from local.mailbox import read_mails
from local.places import EVENTS
from local.samples import read_samples
from local.start import started
from local.webhooks import post, signed_headers, url_of
from tests.bench import hops
from tests.bench.rows import Row, ratio

FIRST_PORT = 4900
ROUNDS = 15
BURST = 2_000
SENDS = 10
AT_ONCE = 8
PATIENCE = 300.0  # seconds without a step ahead
LOOK_EVERY = 0.005  # seconds
REST = 0.3  # seconds before a mail is waited for: what the one before left to do is not its own
ORDER = "920000000000001001"
PAYLOAD = "shopify/orders_create.json"
TOPIC = "orders/create"


def measure() -> Iterator[Row]:
    """Yield the figures of the local AWS. Raises LocalError where it is not installed."""
    with tempfile.TemporaryDirectory() as home, started(Path(home) / "run", FIRST_PORT) as running:
        stack = running.stack
        sample = read_samples(EVENTS, clock())[PAYLOAD]
        yield _to_the_mail(stack, sample)
        yield from _burst(stack, sample)


def _order(sample: bytes, number: int) -> bytes:
    return sample.replace(ORDER.encode(), str(int(ORDER) + number).encode())


def _send(stack: Stack, body: bytes) -> int:
    shop = DEMO_CONNECTIONS[0]
    headers = signed_headers(shop.kind, body, shop.secret, topic=TOPIC, now=clock())
    return post(url_of(stack.api_url, shop.kind, shop.id), body, headers).status


def _to_the_mail(stack: Stack, sample: bytes) -> Row:
    bare = hops.create(stack, stack.sender)
    kinds: dict[str, Callable[[int], int]] = {
        "ours": lambda number: _send(stack, _order(sample, number)),
        "bare": lambda _: post(bare, sample, {"content-type": "application/json"}).status,
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for turn in range(ROUNDS + 2):
        for name, send in kinds.items():
            taken = _seconds_to_a_mail(stack, send, 100_000 + turn)
            if turn > 1:  # the first ones start processes
                times[name].append(taken)
    found = {name: statistics.median(taken) for name, taken in times.items()}
    shown = [f"{found[name] * 1e3:.0f} ms" for name in ("ours", "bare")]
    what = f"webhook to mail accepted, p50: {shown[0]} here, to the bare hops: {shown[1]}"
    return ratio("P14", what, found["ours"] / found["bare"], 1.3)


def _seconds_to_a_mail(stack: Stack, send: Callable[[int], int], number: int) -> float:
    time.sleep(REST)
    endpoint = str(stack.clients.endpoint)
    before = len(read_mails(endpoint))
    began = time.perf_counter()
    assert send(number) in (200, 202)
    while len(read_mails(endpoint)) == before:
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError("no mail")
        time.sleep(LOOK_EVERY)
    return time.perf_counter() - began


def _burst(stack: Stack, sample: bytes) -> Iterator[Row]:
    ledger, mails = read_ledger(stack), len(read_mails(str(stack.clients.endpoint)))
    orders, received = len(ledger.orders), ledger.received

    def timed(number: int) -> tuple[int, float]:
        """Send until it is answered, as senders do; return how often, and how long that took."""
        began = time.perf_counter()
        for sends in range(1, 1 + SENDS):
            with contextlib.suppress(OSError):
                if _send(stack, _order(sample, 200_000 + number)) == 202:
                    return sends, time.perf_counter() - began
        raise TimeoutError("a webhook was not answered")

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(timed, range(BURST)))
    sent = time.perf_counter() - began
    sent_mails, moved = 0, time.perf_counter()
    while time.perf_counter() - moved < PATIENCE:
        ledger = read_ledger(stack)
        seen, sent_mails = sent_mails, len(read_mails(str(stack.clients.endpoint))) - mails
        if len(ledger.orders) - orders >= BURST and ledger.is_settled and sent_mails >= BURST:
            break
        if sent_mails > seen:
            moved = time.perf_counter()
        time.sleep(1)
    drained = time.perf_counter() - began
    # One that was not answered, or not applied in time, may come again: that is in its history, and no more.
    again, sends = ledger.received - received - BURST, sum(sends for sends, _ in answers)
    made = len(ledger.orders) - orders
    lost = max(0, -again) + max(0, BURST - made) + max(0, BURST - sent_mails)
    doubled = max(0, made - BURST) + max(0, sent_mails - BURST)
    what = f"{BURST} signed webhooks, {AT_ONCE} at a time: orders and mails lost, doubled; {again} came again"
    good = (lost, doubled, ledger.is_settled) == (0, 0, True)
    yield Row("P16", what, f"{lost}, {doubled}", "0, 0", good)
    times = sorted(taken for _, taken in answers)
    p50, p99 = (times[int(len(times) * share)] * 1e3 for share in (0.50, 0.99))
    what = (
        f"answers, p50 and p99; {BURST} in {sent:.0f} s, drained in {drained:.0f}, {sends - BURST} sent again"
    )
    yield Row("P16", what, f"{p50:.0f}, {p99:.0f} ms", "reported", is_reached=True)
