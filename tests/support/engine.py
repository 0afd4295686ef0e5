"""DynamoDB in memory: executes exactly the requests that the product builds, and refuses all others.

Tests in ``tests/simulation`` hold it against moto, request by request. It is exact where the product's
promises rest on it: conditions, transactions (all or nothing, one operation an item, the client's token),
sparse indexes, pages. It does not know capacity, sizes above 100 operations, or eventually consistent reads.

``Dynamo.execute(operation, parameters)`` is what happens at AWS; :class:`Client` is the boto3 client in
front of it, with one place (``call``) where a test can let a call be slow, repeated, lost or fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple, NoReturn

from botocore.exceptions import ClientError

from tests.support.expressions import (
    Condition,
    InvalidPathError,
    Update,
    compile_condition,
    compile_update,
)

Item = dict[str, Any]
Answer = dict[str, Any]
Key = tuple[str, str]
Observer = Callable[[str, str, Item | None, Item | None], None]

TOKEN_LIVES = 600.0  # seconds; "Amazon DynamoDB API reference", TransactWriteItems, ClientRequestToken
MAX_OPERATIONS = 100
_KEY = {"pk", "sk"}
_NO_NAMES: dict[str, str] = {}
_NO_VALUES: dict[str, Any] = {}


def _error(name: str) -> type[ClientError]:
    return type(name, (ClientError,), {})


# As botocore makes them: one class a name, all of them ClientErrors.
exceptions = SimpleNamespace(
    **{
        name: _error(name)
        for name in (
            "ConditionalCheckFailedException",
            "IdempotentParameterMismatchException",
            "InternalServerError",
            "ProvisionedThroughputExceededException",
            "ResourceNotFoundException",
            "TransactionCanceledException",
            "TransactionConflictException",
            "TransactionInProgressException",
            "ValidationException",
        )
    }
)


def client_error(code: str, operation: str, message: str = "", **more: Any) -> ClientError:
    """Return the exception that boto3 raises for an error code."""
    kind: type[ClientError] = getattr(exceptions, code, ClientError)
    answer: Any = {"Error": {"Code": code, "Message": message}, **more}
    return kind(answer, operation)


class UnknownRequestError(NotImplementedError):
    """A request, or a part of one, that this engine does not understand."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index with a hash and a range key; ``attributes`` None projects keys only."""

    hash: str
    range: str
    attributes: tuple[str, ...] = ()


ORDERS_INDEXES = {
    "owed": Index("owed_shard", "owed_at"),
    "due": Index("due_shard", "due_at"),
    "log": Index("log_day", "log_at", ("outcome", "reason", "order_id")),
}
STOCK_INDEXES = {"changed": Index("changed", "sku"), "listed": Index("listed", "sku")}


@dataclass(slots=True)
class Table:
    """Items by their keys, and for each index the keys of the items in it."""

    indexes: Mapping[str, Index] = field(default_factory=dict)
    items: dict[Key, Item] = field(default_factory=dict)
    partitions: dict[str, set[str]] = field(default_factory=dict)
    entries: dict[str, dict[Key, tuple[str, str]]] = field(default_factory=dict)
    key_names: tuple[str, ...] = ()  # of the indexes
    _keyed: list[tuple[str, str, dict[Key, tuple[str, str]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = {name: {} for name in self.indexes}
        self._keyed = [(index.hash, index.range, self.entries[name]) for name, index in self.indexes.items()]
        self.key_names = tuple(name for index in self.indexes.values() for name in (index.hash, index.range))

    def put(self, key: Key, item: Item | None) -> None:
        """Store an item, or delete it, and keep the indexes."""
        if item is None:
            if self.items.pop(key, None) is not None:
                self.partitions[key[0]].discard(key[1])
        else:
            self.items[key] = item
            self.partitions.setdefault(key[0], set()).add(key[1])
        for partition, order, entries in self._keyed:
            if item is not None and partition in item and order in item:
                entries[key] = (item[partition]["S"], item[order]["S"])
            elif key in entries:
                del entries[key]


class _Write(NamedTuple):
    """One write that has met its condition: what it leaves behind, None for a deletion."""

    table: str
    key: Key
    old: Item | None
    new: Item | None
    changes: bool = True


class _ConditionFailedError(Exception):
    def __init__(self, old: Item | None, *, show: bool) -> None:
        super().__init__()
        self.item = old if show else None


_CONDITIONAL = {
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ReturnValuesOnConditionCheckFailure",
}
_OPTIONS = {
    "put": {"TableName", "Item", *_CONDITIONAL},
    "update": {"TableName", "Key", "UpdateExpression", *_CONDITIONAL},
    "delete": {"TableName", "Key", *_CONDITIONAL},
    "check": {"TableName", "Key", *_CONDITIONAL},
}
_GET = {"TableName", "Key", "ConsistentRead"}
_BATCH = {"RequestItems"}
_BATCH_OF_TABLE = {"Keys", "ConsistentRead"}
_TRANSACTION = {"TransactItems", "ClientRequestToken"}
_QUERY = {
    "TableName",
    "IndexName",
    "KeyConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ProjectionExpression",
    "ConsistentRead",
    "Limit",
    "ExclusiveStartKey",
}


class Dynamo:
    """The service. ``clock`` gives seconds; ``observers`` see every item that a write changed."""

    def __init__(
        self, tables: Mapping[str, Mapping[str, Index]], clock: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.tables = {name: Table(indexes) for name, indexes in tables.items()}
        self.observers: list[Observer] = []
        self._clock = clock
        self._tokens: dict[str, tuple[float, Any]] = {}

    def execute(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        """Run one operation by its API name. Raises what boto3 raises."""
        run = _RUN.get(operation)
        if run is None:
            raise UnknownRequestError(operation)
        try:
            return run(self, parameters)
        except InvalidPathError as error:
            raise client_error("ValidationException", operation, str(error)) from error

    def item(self, table: str, pk: str, sk: str) -> Item | None:
        """Return one item, for tests."""
        return self.tables[table].items.get((pk, sk))

    # --- reads

    def _get_item(self, parameters: Mapping[str, Any]) -> Answer:
        if not parameters.keys() <= _GET:
            raise _unknown(parameters, _GET)
        table = self.tables.get(parameters["TableName"]) or _no_table("GetItem")
        found = table.items.get(_key_of(parameters["Key"]))
        return {} if found is None else {"Item": found}

    def _batch_get_item(self, parameters: Mapping[str, Any]) -> Answer:
        if not parameters.keys() <= _BATCH:
            raise _unknown(parameters, _BATCH)
        responses: dict[str, list[Item]] = {}
        for name, wanted in parameters["RequestItems"].items():
            if not wanted.keys() <= _BATCH_OF_TABLE:
                raise _unknown(wanted, _BATCH_OF_TABLE)
            keys = [_key_of(key) for key in wanted["Keys"]]
            if len(set(keys)) < len(keys) or not 1 <= len(keys) <= MAX_OPERATIONS:
                raise client_error("ValidationException", "BatchGetItem", "keys must be distinct, 1 to 100")
            items = (self.tables.get(name) or _no_table("BatchGetItem")).items
            responses[name] = [items[key] for key in keys if key in items]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _query(self, parameters: Mapping[str, Any]) -> Answer:
        if not parameters.keys() <= _QUERY:
            raise _unknown(parameters, _QUERY)
        table = self.tables.get(parameters["TableName"]) or _no_table("Query")
        names = parameters.get("ExpressionAttributeNames", _NO_NAMES)
        values = parameters.get("ExpressionAttributeValues", _NO_VALUES)
        condition = compile_condition(parameters["KeyConditionExpression"])
        projection = parameters.get("ProjectionExpression", "")
        _check_placeholders(condition.placeholders, names, values, "Query")
        index: Index | None = None
        found: list[tuple[tuple[str, ...], Key]]
        if "IndexName" in parameters:
            index = table.indexes.get(parameters["IndexName"])
            if parameters.get("ConsistentRead") or index is None:
                raise client_error(
                    "ValidationException", "Query", "no such index, or a consistent read of it"
                )
            named = {value.get("S") for value in values.values()}
            entries = table.entries[parameters["IndexName"]]
            found = [((at, *key), key) for key, (partition, at) in entries.items() if partition in named]
        else:
            found = [((key[1],), key) for key in _partition(table, values)]
        if not found:
            return {"Items": []}
        # Sorted by what stands first, which is different everywhere.
        matching = sorted(
            [(order, key) for order, key in found if condition.holds(table.items[key], names, values)]
        )
        if "ExclusiveStartKey" in parameters:
            start = _order_of(parameters["ExclusiveStartKey"], index)
            matching = [entry for entry in matching if entry[0] > start]
        limit = parameters.get("Limit", len(matching))
        page = [_shown(table.items[key], index) for _, key in matching[:limit]]
        answer: Answer = {"Items": [_project(item, projection) for item in page]}
        if len(matching) > limit or (page and len(page) == limit and "Limit" in parameters):
            keys = ("pk", "sk") if index is None else ("pk", "sk", index.hash, index.range)
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in keys}
        return answer

    # --- writes

    def _put_item(self, parameters: Mapping[str, Any]) -> Answer:
        self._single("put", parameters, "PutItem")
        return {}

    def _delete_item(self, parameters: Mapping[str, Any]) -> Answer:
        self._single("delete", parameters, "DeleteItem")
        return {}

    def _update_item(self, parameters: Mapping[str, Any]) -> Answer:
        wanted = parameters.get("ReturnValues", "NONE")
        if wanted not in ("NONE", "ALL_NEW"):
            raise UnknownRequestError(f"ReturnValues={wanted}")
        without = {name: value for name, value in parameters.items() if name != "ReturnValues"}
        write = self._single("update", without, "UpdateItem")
        return {"Attributes": write.new} if wanted == "ALL_NEW" else {}

    def _single(self, kind: str, parameters: Mapping[str, Any], operation: str) -> _Write:
        try:
            write = self._plan(kind, parameters, operation)
        except _ConditionFailedError as failed:
            more = {} if failed.item is None else {"Item": failed.item}
            raise client_error(
                "ConditionalCheckFailedException", operation, "The conditional request failed", **more
            ) from None
        self._store([write])
        return write

    def _transact_write_items(self, parameters: Mapping[str, Any]) -> Answer:
        operation = "TransactWriteItems"
        if not parameters.keys() <= _TRANSACTION:
            raise _unknown(parameters, _TRANSACTION)
        writes = parameters["TransactItems"]
        token = parameters.get("ClientRequestToken", "")
        if not 1 <= len(writes) <= MAX_OPERATIONS or len(token) > 36:
            raise client_error("ValidationException", operation, "1 to 100 operations, 36 characters")
        if token and self._was_done(token, writes):
            return {}
        planned: list[_Write] = []
        touched: list[tuple[str, Key]] = []
        reasons: list[dict[str, Any]] = []
        for entry in writes:
            ((kind, request),) = entry.items()
            touched.append((request["TableName"], _key_in(request)))
            try:
                planned.append(self._plan(_KINDS[kind], request, operation))
                reasons.append({"Code": "None"})
            except _ConditionFailedError as failed:
                more = {} if failed.item is None else {"Item": failed.item}
                reasons.append({"Code": "ConditionalCheckFailed", **more})
        if len(set(touched)) < len(writes):
            message = "Transaction request cannot include multiple operations on one item"
            raise client_error("ValidationException", operation, message)
        if len(planned) < len(writes):
            raise client_error(
                "TransactionCanceledException",
                operation,
                f"Transaction cancelled [{', '.join(reason['Code'] for reason in reasons)}]",
                CancellationReasons=reasons,
            )
        self._store(planned)
        if token:
            self._tokens[token] = (self._clock(), writes)
        return {}

    def _was_done(self, token: str, writes: Any) -> bool:
        if token not in self._tokens:
            return False
        at, done = self._tokens[token]
        if self._clock() - at >= TOKEN_LIVES:
            return False
        if done != writes:
            raise client_error("IdempotentParameterMismatchException", "TransactWriteItems")
        return True

    def _plan(self, kind: str, request: Mapping[str, Any], operation: str) -> _Write:
        """Return what a write would leave behind. Raises _ConditionFailedError, InvalidPathError."""
        if not request.keys() <= _OPTIONS[kind]:
            raise _unknown(request, _OPTIONS[kind])
        table = self.tables.get(request["TableName"]) or _no_table(operation)
        key = _key_in(request)
        old = table.items.get(key)
        names = request.get("ExpressionAttributeNames", _NO_NAMES)
        values = request.get("ExpressionAttributeValues", _NO_VALUES)
        condition, update, mentioned = _compiled(
            request.get("ConditionExpression", ""), request.get("UpdateExpression", "")
        )
        _check_placeholders(mentioned, names, values, operation)
        if condition is not None and not condition.holds(old, names, values):
            show = request.get("ReturnValuesOnConditionCheckFailure", "NONE") == "ALL_OLD"
            raise _ConditionFailedError(old, show=show)
        new: Item | None
        if kind == "put":
            new = request["Item"]
        elif update is not None:
            new = {"pk": {"S": key[0]}, "sk": {"S": key[1]}} if old is None else dict(old)
            update.apply(new, old, names, values)
        else:
            new = None
        if new is not None:
            _check_keys(table, new, operation)
        return _Write(request["TableName"], key, old, new, kind != "check")

    def _store(self, writes: list[_Write]) -> None:
        done = [write for write in writes if write.changes]
        for write in done:
            self.tables[write.table].put(write.key, write.new)
        for write in done:
            for observe in self.observers:
                observe(write.key[0], write.key[1], write.old, write.new)


_RUN: dict[str, Callable[[Dynamo, Mapping[str, Any]], Answer]] = {
    "GetItem": Dynamo._get_item,
    "BatchGetItem": Dynamo._batch_get_item,
    "Query": Dynamo._query,
    "PutItem": Dynamo._put_item,
    "UpdateItem": Dynamo._update_item,
    "DeleteItem": Dynamo._delete_item,
    "TransactWriteItems": Dynamo._transact_write_items,
}
_KINDS = {"Put": "put", "Update": "update", "Delete": "delete", "ConditionCheck": "check"}


def _unknown(parameters: Mapping[str, Any], known: set[str]) -> UnknownRequestError:
    return UnknownRequestError(", ".join(sorted(parameters.keys() - known)))


def _no_table(operation: str) -> NoReturn:
    raise client_error("ResourceNotFoundException", operation)


def _key_of(key: Mapping[str, Any]) -> Key:
    if key.keys() != _KEY:
        raise client_error("ValidationException", "Key", "The provided key element does not match the schema")
    return key["pk"]["S"], key["sk"]["S"]


def _key_in(request: Mapping[str, Any]) -> Key:
    if "Key" in request:
        return _key_of(request["Key"])
    item = request["Item"]
    return item["pk"]["S"], item["sk"]["S"]


def _check_keys(table: Table, item: Item, operation: str) -> None:
    if not item["pk"].get("S") or not item["sk"].get("S"):
        raise client_error("ValidationException", operation, "a key is empty or no text")
    for name in table.key_names:
        if name in item and not item[name].get("S"):
            raise client_error("ValidationException", operation, f"{name} is empty or no text")


@lru_cache(maxsize=512)
def _compiled(condition: str, update: str) -> tuple[Condition | None, Update | None, frozenset[str]]:
    """Return the expressions of a write, and all placeholders that they mention."""
    read = compile_condition(condition) if condition else None
    change = compile_update(update) if update else None
    mentioned = frozenset().union(*[part.placeholders for part in (read, change) if part is not None])
    return read, change, mentioned


def _check_placeholders(
    mentioned: frozenset[str], names: Mapping[str, str], values: Mapping[str, Any], operation: str
) -> None:
    # Names begin with # and values with a colon: none is counted twice.
    given = len(names) + len(values)
    if len(mentioned) != given or not mentioned.issuperset(names) or not mentioned.issuperset(values):
        raise client_error("ValidationException", operation, "placeholders that are not used, or not given")


def _partition(table: Table, values: Mapping[str, Any]) -> list[Key]:
    """Return the keys of the partitions that the values name: a superset of what a query can match."""
    return [
        (value["S"], sk)
        for value in values.values()
        if "S" in value
        for sk in table.partitions.get(value["S"], ())
    ]


def _shown(item: Item, index: Index | None) -> Item:
    """Return what an index shows of an item, all of it where there is none."""
    if index is None:
        return item
    shown = {"pk", "sk", index.hash, index.range, *index.attributes}
    return {name: value for name, value in item.items() if name in shown}


def _order_of(start: Mapping[str, Any], index: Index | None) -> tuple[str, ...]:
    """Return where a key stands in the order of a query's answer."""
    pk, sk = _key_of({name: start[name] for name in ("pk", "sk")})
    return (sk,) if index is None else (start[index.range]["S"], pk, sk)


def _project(item: Item, projection: str) -> Item:
    if not projection:
        return item
    names = [name.strip() for name in projection.split(",")]
    if any(not name.isidentifier() for name in names):
        raise UnknownRequestError(projection)
    return {name: item[name] for name in names if name in item}


class Client:
    """The part of a boto3 DynamoDB client that the product uses; every request goes through ``call``."""

    exceptions = exceptions

    def __init__(self, call: Callable[[str, Mapping[str, Any]], Answer]) -> None:
        self._call = call

    def get_item(self, **parameters: Any) -> Answer:
        return self._call("GetItem", parameters)

    def batch_get_item(self, **parameters: Any) -> Answer:
        return self._call("BatchGetItem", parameters)

    def put_item(self, **parameters: Any) -> Answer:
        return self._call("PutItem", parameters)

    def update_item(self, **parameters: Any) -> Answer:
        return self._call("UpdateItem", parameters)

    def delete_item(self, **parameters: Any) -> Answer:
        return self._call("DeleteItem", parameters)

    def transact_write_items(self, **parameters: Any) -> Answer:
        return self._call("TransactWriteItems", parameters)

    def query(self, **parameters: Any) -> Answer:
        return self._call("Query", parameters)

    def get_paginator(self, operation: str) -> _Paginator:
        if operation != "query":
            raise UnknownRequestError(operation)
        return _Paginator(self._call)


@dataclass(slots=True)
class _Paginator:
    """Pages as botocore makes them: one request a page, no more items than ``MaxItems``."""

    call: Callable[[str, Mapping[str, Any]], Answer]

    def paginate(self, **parameters: Any) -> Iterator[Answer]:
        config: dict[str, int] = parameters.pop("PaginationConfig", {})
        if not config.keys() <= {"MaxItems", "PageSize"}:
            raise UnknownRequestError(", ".join(config))
        left = config.get("MaxItems")
        if "PageSize" in config:
            parameters["Limit"] = config["PageSize"]
        while True:
            page = self.call("Query", parameters)
            if left is not None:
                page = {**page, "Items": page["Items"][:left]}
                left -= len(page["Items"])
            yield page
            if "LastEvaluatedKey" not in page or left == 0:
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]
