"""Cost of a million orders (P12): one order's life through the real handlers, each AWS call priced.

An order of a shop, paid, whose parcel's carrier tells where it is: six webhooks, three mails. Once each
message comes alone, as nearly always; once ten orders go side by side and share batches of ten, as in a rush.
What SES takes (0.10 USD a thousand, the same for everybody) is left out, and what is paid by the month.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from tests.bench.prices import TERMS, gigabyte_seconds
from tests.bench.rows import Row
from tests.support.hub import Hub, deployed_hub, event_body
from tests.support.meter import Meter, metering

ORDER = "920000000000001001"
OF_THE_ORDER = "00340434161094000007"  # its tracking number
OF_THE_CARRIER = "1Z999AA10123456784"
STORY = (
    ("shop-one", "shopify/orders_create.json", "orders/create"),
    ("shop-one", "shopify/orders_updated_shipped.json", "orders/updated"),
    ("tracking", "easypost/parcel-1-tracker.created.json", ""),
    ("tracking", "easypost/parcel-2-tracker.updated.json", ""),
    ("tracking", "easypost/parcel-3-tracker.updated.json", ""),
    ("tracking", "easypost/parcel-4-tracker.updated.json", ""),
)
MAILS = 3
SIDE_BY_SIDE = 10
GOAL = 40.0
ACCESS_LOG_BYTES = 170  # a line of the API's access log, by the format in the template
CHUNK = 65_536  # SQS bills a request for each 64 KB that have begun


class Counts:
    """What the functions used, by the names of :data:`TERMS`; ``calls`` are all AWS calls they made."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self.calls = 0
        self._inside = False

    @contextlib.contextmanager
    def listening(self, hub: Hub, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Count what the hub's functions do meanwhile, and nothing of what the test does itself."""
        invoke, original = hub.invoke, BaseClient._make_api_call  # type: ignore[attr-defined]

        def counted(function: str, event: Any) -> Any:
            self.used["invocations"] += 1
            if function == "receive_webhook":
                self.used["api"] += 1
            elif event["Records"][0]["eventSource"] == "aws:sqs":
                self.used["queues"] += 2  # Lambda's receive, and its delete; reads of the stream are free
            self._inside = True
            try:
                return invoke(function, event)
            finally:
                self._inside = False

        def listened(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            if self._inside:
                self._add(operation, parameters)
            return original(client, operation, parameters)

        with patch.context() as while_listening:
            while_listening.setattr(hub, "invoke", counted)
            while_listening.setattr(BaseClient, "_make_api_call", listened)
            yield

    def _add(self, operation: str, parameters: Mapping[str, Any]) -> None:
        self.calls += 1
        if operation in ("SendMessage", "SendMessageBatch"):
            entries = parameters.get("Entries", [parameters])
            self.used["queues"] += math.ceil(sum(len(entry["MessageBody"]) for entry in entries) / CHUNK)
        elif operation == "PutEvents":
            self.used["events"] += len(parameters["Entries"])
        elif operation == "PutObject":
            self.used["archive"] += 1


def measure() -> Iterator[Row]:
    """Yield the bill: each term in both cases, and their sums."""
    alone, shared = per_order(1), per_order(SIDE_BY_SIDE)
    for term in TERMS:
        what = f"{term.what}: {alone[term.name]:.2f} an order, {shared[term.name]:.2f} in batches of ten"
        prices = " · ".join(f"{used[term.name] * term.price:.2f}" for used in (alone, shared))
        yield Row("P12", what, prices, f"{term.price:g} USD a million", is_reached=True)
    for case, used in (("each message alone", alone), ("in batches of ten", shared)):
        total = price(used)
        what = f"a million orders without their mails, {case}"
        yield Row("P12", what, f"{total:.2f} USD", f"≤ {GOAL:g} USD", total <= GOAL)


def price(used: Mapping[str, float]) -> float:
    """Return what a million orders cost that use so much each."""
    return sum(used[term.name] * term.price for term in TERMS)


def per_order(orders: int) -> dict[str, float]:
    """Return what one order uses while ``orders`` of them go side by side."""
    counts, meter, written = Counts(), Meter(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(written),
        mock_aws(),
        deployed_hub(patch) as hub,
    ):
        _live(hub, range(1))  # what a process reads once is read
        mails, logged = len(hub.mails()), written.tell()
        with metering(meter), counts.listening(hub, patch):
            _live(hub, range(1, 1 + orders))
        assert len(hub.mails()) - mails == MAILS * orders
        table = hub.environment["ORDERS_TABLE"]
    used = counts.used
    used["table"] = meter.total(table, indexes=False)
    used["indexes"] = meter.total(table, indexes=True)
    sizes = len(written.getvalue()[logged:].encode()) + ACCESS_LOG_BYTES * used["api"]
    return {term.name: used[term.name] / orders for term in TERMS} | {
        "reads": sum(meter.reads.values()) / orders,
        "seconds": gigabyte_seconds(used["invocations"], counts.calls) / orders,
        "logs": sizes / 1000 / orders,
    }


def _live(hub: Hub, numbers: range) -> None:
    """Let orders live from their first webhook to their last, side by side."""
    for connection, path, topic in STORY:
        for number in numbers:
            assert hub.post(connection, _body(path, number), topic)["statusCode"] == 202
        hub.settle()


def _body(path: str, number: int) -> bytes:
    """Return a payload of the order with this number, which has a parcel and a customer of its own."""
    text = event_body(path).decode().replace(OF_THE_ORDER, OF_THE_CARRIER)
    text = text.replace(ORDER, str(int(ORDER) + number)).replace("buyer@", f"buyer{number}@")
    text = text.replace(OF_THE_CARRIER, str(number).join((OF_THE_CARRIER[:-2], OF_THE_CARRIER[-1])))
    document = json.loads(text)
    if "result" in document:
        document["id"] += str(number)
    return json.dumps(document).encode()
