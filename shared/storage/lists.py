"""Lists for people: orders by the time they were placed, inputs by the day they came. Read only.

An index holds keys and nothing else, so a change that moves nobody in a list costs no index
write; the rows of a page are read from the table: one query and one batch for 50 orders, however
many there are. Reads are eventually consistent: half the price, and a list is old once it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shared.orders.changes import Outcome
from shared.orders.codec import unpack
from shared.storage import keys
from shared.storage.documents import number_of
from shared.storage.numbers import INDEX, plain_number
from shared.storage.orders_table import StoreBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.orders.model import Order

BATCH = 100  # keys that BatchGetItem takes
_ORDER = keys.order_pk("")

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """Where an order stands in a list. ``at`` is unique and sorts by the time of placing."""

    order_id: str
    at: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with the number that people call it by."""

    order: Order
    number: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedInput:
    """One input of a connection, with what became of it. ``position`` leads on to the next one."""

    key: str
    received_at: datetime
    outcome: Outcome
    reason: str
    order_id: str  # "" where it belongs to none, or to none that is known
    position: tuple[str, ...]


class OrderLists:
    """Reads the list indexes of the orders table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def listed(self, index: str, value: str, *, after: str, limit: int) -> list[ListedOrder]:
        """Return the keys in one list, latest first, from the position ``after`` on ("": from the top)."""
        request = listed_request(self._table, index, value, after=after, limit=limit)
        return [
            ListedOrder(item["pk"]["S"].removeprefix(_ORDER), item["list_at"]["S"])
            for item in self._client.query(**request)["Items"]
        ]

    def numbered(self, number: str, *, limit: int) -> list[ListedOrder]:
        """Return the orders that people call by ``number``, at most ``limit``, without their positions.

        Numbers of several shops may be the same. One that is none finds nothing.
        """
        plain = plain_number(number)
        if not plain:
            return []
        items = self._client.query(**numbered_request(self._table, plain, limit=limit))["Items"]
        return [ListedOrder(item["pk"]["S"].removeprefix(_ORDER), "") for item in items]

    def rows(self, listed: Sequence[ListedOrder]) -> list[OrderRow]:
        """Return what the list shows of these orders, in their order. Raises StoreBusyError."""
        half = BATCH // 2  # a head and a document for each
        rows: list[OrderRow] = []
        for start in range(0, len(listed), half):
            part = listed[start : start + half]
            items = self._batch_get([entry.order_id for entry in part])
            for entry in part:
                head = items.get((entry.order_id, keys.HEAD))
                details = items.get((entry.order_id, keys.DETAILS))
                if head is not None:
                    number = number_of(details["document"]["S"]) if details is not None else ""
                    rows.append(OrderRow(unpack(head["state"]["S"]), number, entry.at))
        return rows

    def inputs_of_day(
        self, connection: str, day: date, *, after: tuple[str, ...] = (), limit: int
    ) -> list[LoggedInput]:
        """Return the inputs of a connection that came on a UTC day, latest first."""
        request = logged_request(self._table, connection, day, after=after, limit=limit)
        return [_logged(item) for item in self._client.query(**request)["Items"]]

    def _batch_get(self, order_ids: Sequence[str]) -> dict[tuple[str, str], Item]:
        wanted = [
            {"pk": {"S": keys.order_pk(order_id)}, "sk": {"S": sk}}
            for order_id in order_ids
            for sk in (keys.HEAD, keys.DETAILS)
        ]
        if not wanted:
            return {}
        answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted}})
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        return {
            (item["pk"]["S"].removeprefix(_ORDER), item["sk"]["S"]): item
            for item in answer["Responses"].get(self._table, [])
        }


def listed_request(table: str, index: str, value: str, *, after: str, limit: int) -> dict[str, Any]:
    """Return a query of one list. Each index is named after the attribute it is keyed by."""
    condition = "#index = :value AND list_at < :after" if after else "#index = :value"
    values = {":value": {"S": value}} | ({":after": {"S": after}} if after else {})
    return {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#index": index},
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
        "Limit": limit,
    }


def numbered_request(table: str, number: str, *, limit: int) -> dict[str, Any]:
    """Return a query of the orders with one number, as :func:`plain_number` writes it."""
    return {
        "TableName": table,
        "IndexName": INDEX,
        "KeyConditionExpression": "#number = :number",
        "ExpressionAttributeNames": {"#number": INDEX},
        "ExpressionAttributeValues": {":number": {"S": number}},
        "Limit": limit,
    }


def logged_request(
    table: str, connection: str, day: date, *, after: tuple[str, ...], limit: int
) -> dict[str, Any]:
    """Return a query of one day of one connection; ``after`` is a position: time, pk, sk."""
    partition = {"S": f"{connection}#{day.isoformat()}"}
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": "log",
        "KeyConditionExpression": "log_day = :day",
        "ExpressionAttributeValues": {":day": partition},
        "ScanIndexForward": False,
        "Limit": limit,
    }
    if after:
        at, pk, sk = after
        request["ExclusiveStartKey"] = {
            "log_day": partition,
            "log_at": {"S": at},
            "pk": {"S": pk},
            "sk": {"S": sk},
        }
    return request


def _logged(item: Item) -> LoggedInput:
    pk, sk, at = item["pk"]["S"], item["sk"]["S"], item["log_at"]["S"]
    order_id = pk.removeprefix(_ORDER) if pk.startswith(_ORDER) else ""
    return LoggedInput(
        key=sk.partition("#")[2],
        received_at=keys.read_instant(at),
        outcome=Outcome(item["outcome"]["S"]),
        reason=item.get("reason", {}).get("S", ""),
        order_id=order_id,
        position=(at, pk, sk),
    )
