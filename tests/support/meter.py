"""What DynamoDB bills for a request: units of the table and of each of its indexes, by the items' sizes.

The rules are those of "DynamoDB read and write operations" and of "Using Global Secondary Indexes": a write
takes a unit for each kilobyte that has begun, of the item before it or after it, whichever is larger, and
twice as many in a transaction. An index takes units only where its own entry changes: one for an entry that
comes, goes or changes, two for one that moves, the same in a transaction as outside of one. The guide leaves
the last open; https://github.com/nubo-db/dynoxide/pull/188 measured it at AWS. The units of writes are held
against DynamoDB Local in ``tests/races/test_capacity.py``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from shared.storage.sizes import item_size

Item = Mapping[str, Any]
Call = Callable[..., Any]

WRITE_BYTES = 1_024
READ_BYTES = 4_096
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")


@dataclass(frozen=True, slots=True)
class Index:
    """What an index is keyed by, and what its entries hold; ``attributes`` are those besides all keys."""

    name: str
    keys: tuple[str, ...]
    attributes: tuple[str, ...] = ()

    def entry(self, item: Item | None) -> Item | None:
        """Return an item's entry, None where it has none."""
        if item is None or not all(name in item for name in self.keys):
            return None
        shown = {"pk", "sk", *self.keys, *self.attributes}
        return {name: value for name, value in item.items() if name in shown}

    def units(self, before: Item | None, after: Item | None) -> int:
        """Return the write units of a change of an item."""
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old is None or new is None:
            return write_units(old or new)
        if all(old[name] == new[name] for name in self.keys):
            return max(write_units(old), write_units(new))
        return write_units(old) + write_units(new)


def write_units(item: Item | None) -> int:
    """Return the units of a write of an item; 1 where there is none."""
    return max(1, math.ceil(item_size(item) / WRITE_BYTES)) if item else 1


def read_units(size: int, *, consistent: bool) -> float:
    """Return the units of a read of ``size`` bytes."""
    return max(1, math.ceil(size / READ_BYTES)) * (1 if consistent else 0.5)


@dataclass
class Meter:
    """Adds up the units of all requests: ``writes`` and ``reads`` by table, or by ``table/index``."""

    writes: Counter[str] = field(default_factory=Counter)
    reads: dict[str, float] = field(default_factory=dict)
    _indexes: dict[str, tuple[Index, ...]] = field(default_factory=dict)

    def total(self, table: str, *, indexes: bool) -> int:
        """Return the write units of a table itself, or of all its indexes."""
        if not indexes:
            return self.writes[table]
        return sum(units for name, units in self.writes.items() if name.startswith(f"{table}/"))

    def call(self, original: Call, client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        """Make a call and add its units, whether it succeeds or its condition fails."""
        if operation in _WRITES:
            return self._write(original, client, operation, parameters)
        if operation == "TransactWriteItems":
            return self._transact(original, client, parameters)
        answer = original(client, operation, parameters)
        if operation == "GetItem":
            self._read(parameters["TableName"], item_size(answer.get("Item", {})), parameters)
        elif operation == "Query":
            table = parameters["TableName"]
            if "IndexName" in parameters:
                table += f"/{parameters['IndexName']}"
            self._read(table, sum(map(item_size, answer["Items"])), parameters)
        elif operation == "BatchGetItem":
            for table, wanted in parameters["RequestItems"].items():
                found = answer["Responses"].get(table, [])
                for size in (*map(item_size, found), *[0] * (len(wanted["Keys"]) - len(found))):
                    self._read(table, size, wanted)
        return answer

    def _read(self, name: str, size: int, parameters: Mapping[str, Any]) -> None:
        units = read_units(size, consistent=parameters.get("ConsistentRead", False))
        self.reads[name] = self.reads.get(name, 0) + units

    def _write(self, original: Call, client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        table, key = parameters["TableName"], _key_of(parameters)
        before = _item(original, client, table, key)
        try:
            answer = original(client, operation, parameters)
        except ClientError:
            self.writes[table] += write_units(before)
            raise
        self._add(original, client, table, before, _item(original, client, table, key), times=1)
        return answer

    def _transact(self, original: Call, client: Any, parameters: dict[str, Any]) -> Any:
        requests = [request for write in parameters["TransactItems"] for request in write.values()]
        places = [(request["TableName"], _key_of(request)) for request in requests]
        before = [_item(original, client, *place) for place in places]
        answer = original(client, "TransactWriteItems", parameters)
        for (table, key), old in zip(places, before, strict=True):
            self._add(original, client, table, old, _item(original, client, table, key), times=2)
        return answer

    def _add(
        self, original: Call, client: Any, table: str, before: Item | None, after: Item | None, *, times: int
    ) -> None:
        self.writes[table] += times * max(write_units(before), write_units(after))
        if table not in self._indexes:
            self._indexes[table] = indexes_of(
                original(client, "DescribeTable", {"TableName": table})["Table"]
            )
        for index in self._indexes[table]:
            self.writes[f"{table}/{index.name}"] += index.units(before, after)


def _key_of(request: Mapping[str, Any]) -> Item:
    found: Item = request.get("Key") or {name: request["Item"][name] for name in ("pk", "sk")}
    return found


def _item(original: Call, client: Any, table: str, key: Item) -> Item | None:
    answer = original(client, "GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})
    item: Item | None = answer.get("Item")
    return item


def indexes_of(table: Mapping[str, Any]) -> tuple[Index, ...]:
    """Return the indexes of a table, as it is described or as the template has it."""
    designs: Sequence[Mapping[str, Any]] = table.get("GlobalSecondaryIndexes", [])
    return tuple(
        Index(
            design["IndexName"],
            tuple(key["AttributeName"] for key in design["KeySchema"]),
            tuple(design["Projection"].get("NonKeyAttributes", ())),
        )
        for design in designs
    )


@contextmanager
def metering(meter: Meter) -> Iterator[None]:
    """Meter every call that a boto3 client makes meanwhile."""
    original: Call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def metered(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name != "dynamodb":
            return original(client, operation, parameters)
        return meter.call(original, client, operation, parameters)

    BaseClient._make_api_call = metered  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseClient._make_api_call = original  # type: ignore[attr-defined]
