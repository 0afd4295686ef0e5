"""Which order of a back-office shop stands for which order of a channel.

Two items, written together: the source keeps its copy (to cancel it), the shop's order keeps its source (to
tell what happens in the shop to the right order). They hold ids only, never change and are never deleted.
"""

from __future__ import annotations

import json
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from shared.orders.model import connection_of
from shared.orders.values import value
from shared.storage import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient


@value(frozen=True, slots=True, kw_only=True)
class Copy:
    """``order`` (a shop's, our id) stands for ``source``; ``lines``: the shop's line id -> the source's."""

    source: str
    order: str
    lines: Mapping[str, str]


class Standing(Enum):
    """What a shop's order is that stands for no other as yet."""

    OWN = auto()  # the shop's own
    AWAITED = auto()  # it may be the copy that is being made: its shop's answer is not stored yet


class Copies:
    """Reads and writes copies in the orders table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, copy: Copy) -> None:
        """Keep a copy, in both directions; the same again changes nothing."""
        self._client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": self._table, "Item": item}}
                for item in (
                    _item(copy, keys.order_pk(copy.source), keys.copy_sk(connection_of(copy.order))),
                    _item(copy, keys.order_pk(copy.order), keys.SOURCE),
                )
            ]
        )

    def copy_of(self, source: str, shop: str) -> Copy | None:
        """Return the copy of an order in a shop, None where there is none yet."""
        return self._get(keys.order_pk(source), keys.copy_sk(shop))

    def source_of(self, order: str) -> Copy | None:
        """Return what a shop's order stands for, None where it is the shop's own."""
        return self._get(keys.order_pk(order), keys.SOURCE)

    def standing_of(self, order: str, source: str, is_owed: Callable[[], bool]) -> Copy | Standing:
        """Return what a shop's order stands for, else whether that may still come out.

        ``source`` is the order that it names ("" for none), not trusted unless ``is_owed`` says that a copy
        of it is to be made in this shop.
        """
        copy = self.source_of(order)
        if copy is not None or not source:
            return copy or Standing.OWN
        if is_owed() and self.copy_of(source, connection_of(order)) is None:
            return Standing.AWAITED
        # The answer may have been stored between the two looks: nothing is awaited then, the copy is known.
        return self.source_of(order) or Standing.OWN

    def _get(self, pk: str, sk: str) -> Copy | None:
        answer = self._client.get_item(
            TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        item = answer.get("Item")
        if item is None:
            return None
        return Copy(
            source=item["source"]["S"], order=item["order"]["S"], lines=json.loads(item["lines"]["S"])
        )


def _item(copy: Copy, pk: str, sk: str) -> dict[str, Any]:
    return {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "source": {"S": copy.source},
        "order": {"S": copy.order},
        "lines": {"S": json.dumps(dict(copy.lines), separators=(",", ":"))},
    }
