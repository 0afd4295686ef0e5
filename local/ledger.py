"""What the hub wrote down, read as a whole: every order, every input, every mail it owes."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws import REGION
from local.deploy import Stack
from shared.orders.codec import unpack
from shared.orders.model import Order
from shared.storage import keys
from shared.storage.documents import load_seen
from shared.storage.input_items import read_input
from shared.storage.records import FINISHED, EffectRecord, InputRecord

MAIL = "mail/"
_TIMEOUT = 60.0  # seconds; many pass where the machine is busy
# The local AWS reads region and account from what is signed, and not the signature.
_SCAN = {
    "x-amz-target": "DynamoDB_20120810.Scan",
    "content-type": "application/x-amz-json-1.0",
    "authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/dynamodb/aws4_request",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One look at the orders table. Parked inputs are inputs that wait."""

    orders: tuple[Order, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)  # what people call an order, by its id
    records: tuple[InputRecord, ...] = ()

    @property
    def received(self) -> int:
        """How many webhooks left a trace: the first of each input, and its repeats."""
        return sum(1 + record.repeats for record in self.records if record.source == "webhook")

    @property
    def commanded(self) -> int:
        """How many commands over the API are in the history, done or refused."""
        return sum(record.source == "api" for record in self.records)

    @property
    def is_settled(self) -> bool:
        """Nothing is owed any more."""
        return all(effect.state in FINISHED for record in self.records for effect in record.effects)

    def history(self, order_id: str) -> list[InputRecord]:
        """Return an order's inputs in the order in which they changed it."""
        found = [record for record in self.records if record.pk == keys.order_pk(order_id)]
        return sorted(found, key=lambda record: (record.received_at, record.version))

    def mails(self) -> Iterator[tuple[InputRecord, EffectRecord]]:
        """Yield each mail that was ever owed, with the input that owes it."""
        for record in sorted(self.records, key=lambda record: record.received_at):
            for effect in record.effects:
                if effect.key.startswith(MAIL):
                    yield record, effect


def key_of(record: InputRecord) -> str:
    """Return the key of an input: it stays the same when what was parked is applied."""
    return record.sk.removeprefix(keys.PARKED).removeprefix(keys.INPUT)


def read_ledger(stack: Stack) -> Ledger:
    """Read the whole orders table of the local AWS: right for the few orders of a local run."""
    orders: list[Order] = []
    numbers: dict[str, str] = {}
    records: list[InputRecord] = []
    for item in _scan(str(stack.clients.endpoint), stack.outputs["OrdersTableName"]):
        name: Any = item["sk"]["S"]
        if name == keys.HEAD:
            orders.append(unpack(item["state"]["S"]))
        elif name == keys.DETAILS:
            order_id = item["pk"]["S"].removeprefix(keys.order_pk(""))
            numbers[order_id] = load_seen(item["document"]["S"]).number
        elif name.startswith((keys.INPUT, keys.PARKED)):
            records.append(read_input(item))
    return Ledger(
        orders=tuple(sorted(orders, key=lambda order: order.id)),
        numbers=numbers,
        records=tuple(sorted(records, key=lambda record: (record.received_at, record.version))),
    )


def _scan(endpoint: str, table: str) -> Iterator[Any]:
    """Yield every item. Asked without boto3, which needs longer to read the values than the rest takes."""
    asked: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        request = urllib.request.Request(  # noqa: S310
            endpoint, data=json.dumps(asked).encode(), headers=_SCAN, method="POST"
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            page = json.load(answer)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
