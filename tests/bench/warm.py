"""Warm figures: what we add to AWS calls (P1, P2, P4, P5, P17) and to pydantic (P9), and `decide` (P8)."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from moto import mock_aws
from pydantic import BaseModel

from shared.adapters import mapping_of
from shared.orders.changes import Input
from shared.orders.decide import decide
from shared.orders.facts import PackageReported, PackageWord, Report
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.wire.adapter import Reading
from shared.wire.strict_json import parse
from tests.bench.clocks import cpu_microseconds
from tests.bench.rows import Row, ratio
from tests.bench.tape import Tape, playing, recording
from tests.support.hub import SECRET, Hub, deployed_hub, event_body
from tests.support.senders import gateway_event, signed_headers

PAYLOAD = "shopify/orders_create.json"
TOPIC = "orders/create"
BATCH = 10
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def measure() -> Iterator[Row]:
    """Yield the warm figures."""
    written = io.StringIO()  # the logger writes where standard output is when it is made
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(written),
        mock_aws(),
        deployed_hub(patch) as hub,
    ):
        rows = [*_receive(hub, written), *_apply(hub)]
    yield from rows
    yield _decide()
    yield _normalize()


def _order(number: int) -> bytes:
    document = json.loads(event_body(PAYLOAD))
    document["id"] += number
    return json.dumps(document).encode()


def _receive(hub: Hub, logged: io.StringIO) -> Iterator[Row]:
    from functions.receive_webhook import handler

    body = _order(0)
    headers = signed_headers("shopify", body, SECRET, TOPIC)
    event = gateway_event("shopify", "shop-one", body, headers, "request-1")
    handler(event, None)  # the secret is kept from now on
    tape = Tape()
    before = logged.tell()
    with recording(tape):
        assert handler(event, None)["statusCode"] == 202
    written = len(logged.getvalue()[before:].encode())
    found = _against_boto(tape, partial(handler, event, None))
    yield Row(
        "P1", "AWS calls of a webhook that is answered", f"{len(tape.calls)}", "1", len(tape.calls) == 1
    )
    yield ratio(
        "P4", "CPU of receive_webhook, warm, to its boto3 calls", found["ours"] / found["boto3"], 1.25
    )
    yield Row("P17", "bytes logged for a webhook", f"{written}", "≤ 600", written <= 600)


def _apply(hub: Hub) -> Iterator[Row]:
    from functions.apply_inbox import handler

    for number in range(2 * BATCH):
        hub.post("shop-one", _order(number), TOPIC)
    first = hub.inbox_event()
    assert first is not None
    handler(first, None)  # the connection is kept from now on
    batch = hub.inbox_event()
    assert batch is not None
    tape = Tape()
    with recording(tape):
        assert handler(batch, None) == {"batchItemFailures": []}
    inputs = len(batch["Records"])
    found = _against_boto(tape, partial(handler, batch, None))
    calls = tape.operations
    yield Row(
        "P2",
        f"AWS calls to apply {inputs} inputs: reads, write transactions, puts for the archive",
        f"{calls.count('BatchGetItem')}, {calls.count('TransactWriteItems')}, {calls.count('PutObject')}",
        f"{inputs}, {inputs}, 1",
        len(calls) == 2 * inputs + 1,
    )
    yield ratio("P5", "CPU of apply_inbox, warm, to its boto3 calls", found["ours"] / found["boto3"], 1.3)


def _against_boto(tape: Tape, handler: Any) -> dict[str, float]:
    def ours() -> None:
        tape.rewind()
        handler()

    with playing(tape):
        return cpu_microseconds({"ours": ours, "boto3": tape.repeat}, repeat=5)


def _decide() -> Row:
    order, given, rules = parcels(lines=10, packages=5)
    found = cpu_microseconds({"decide": lambda: decide(order, given, rules, NOW)}, repeat=200)["decide"]
    return Row(
        "P8",
        "decide(): 10 lines, 5 packages, one of them delivered",
        f"{found:.0f} µs",
        "≤ 50 µs",
        found <= 50,
    )


def parcels(*, lines: int, packages: int) -> tuple[Order, Input, Rules]:
    """Return an order whose parcels are underway, and the word that one of them was delivered."""
    from tests.unit.storage.samples import RULES, document

    order = decide(None, _input("seen", document(lines=lines)), RULES, NOW).order
    assert order is not None
    names = [line.id for line in order.lines]
    share = lines // packages
    for number in range(packages):
        contents = tuple((name, 2) for name in names[number * share : (number + 1) * share])
        shipped = replace(_package(number, PackageWord.FULFILLED), contents=contents)
        order = decide(order, _input(f"shipped-{number}", _report(shipped)), RULES, NOW).order
        assert order is not None
    assert len(order.packages) == packages
    return order, _input("delivered", _report(_package(0, PackageWord.DELIVERED))), RULES


def _package(number: int, word: PackageWord) -> PackageReported:
    return PackageReported(
        package_id=f"P{number}",
        word=word,
        raw="word",
        tracking_number=f"1Z999AA1012345678{number}",
        occurred_at=NOW,
    )


def _report(*facts: PackageReported) -> Report:
    return Report(facts=facts, order_external_id="5678901234567", source_time=NOW + timedelta(minutes=5))


def _input(key: str, report: Report) -> Input:
    return Input(
        key=key,
        connection="example-shop",
        source="webhook",
        actor="example-shop",
        received_at=NOW,
        report=report,
    )


class _Line(BaseModel):
    id: int
    sku: str | None
    title: str
    quantity: int
    price: Decimal


class _Document(BaseModel):
    id: int
    name: str
    currency: str
    total_price: Decimal
    financial_status: str
    created_at: datetime
    updated_at: datetime
    line_items: list[_Line]


def _normalize() -> Row:
    raw = event_body(PAYLOAD)
    mapping = mapping_of("shopify")
    reading = Reading(received_at=NOW)

    def ours() -> object:
        return mapping.normalize(parse(raw)[0], topic=TOPIC, reading=reading)

    found = cpu_microseconds(
        {"ours": ours, "pydantic": lambda: _Document.model_validate_json(raw)}, repeat=50
    )
    what = f"an order of Shopify, {len(raw) / 1000:.1f} kB, to facts, to pydantic's model_validate_json"
    return ratio("P9", what, found["ours"] / found["pydantic"], 8)
