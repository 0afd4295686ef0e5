"""Inputs that came too early: kept beside what they wait for, until it is there (docs/adr/0004)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.orders.values import value
from shared.storage import keys, requests
from shared.storage.documents import load_report
from shared.storage.orders_table import OrdersTable, Stored

if TYPE_CHECKING:
    from shared.orders.changes import Input
    from shared.orders.facts import Report

PARKED_ALARM_AFTER = timedelta(days=7)


@value(frozen=True, slots=True, kw_only=True)
class ParkedInput:
    """An input that waited, with all that is needed to apply it."""

    pk: str
    key: str
    connection: str
    source: str
    actor: str
    received_at: datetime
    receipt_id: str
    report: Report
    repeats: int = 0


class ParkedInputs(OrdersTable):
    """What waits in the orders table."""

    def park(self, pk: str, awaited_sk: str, entry: Input, *, receipt_id: str) -> Stored:
        """Keep an input until its order or parcel is known. Raises StoreBusyError, TooLargeError."""
        request = requests.park_request(
            self._table,
            pk,
            awaited_sk,
            entry=entry,
            receipt_id=receipt_id,
            alarm_at=entry.received_at + PARKED_ALARM_AFTER,
        )
        failed = self._transact(request)
        if failed is None:
            return Stored.YES
        return Stored.KNOWN if failed[0] else Stored.REPEATED if failed[1] else Stored.CONFLICT

    def unpark(self, pk: str, key: str) -> None:
        """Forget a parked input whose outcome is stored elsewhere."""
        self._client.delete_item(TableName=self._table, Key=keys.key_of(pk, keys.parked_sk(key)))

    def parked_keys(self, pk: str) -> Iterator[str]:
        """Yield the sort keys of all that waits for this order or tracking number."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :parked)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":parked": {"S": keys.PARKED}},
            ProjectionExpression="sk",
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield item["sk"]["S"]

    def read_parked(self, pk: str, sk: str) -> ParkedInput | None:
        """Return a parked input, None if it waits no more."""
        item = self._get(pk, sk)
        if item is None:
            return None
        return ParkedInput(
            pk=pk,
            key=sk.removeprefix(keys.PARKED),
            connection=item["connection"]["S"],
            source=item["source"]["S"],
            actor=item["actor"]["S"],
            received_at=keys.read_instant(item["received_at"]["S"]),
            receipt_id=item.get("receipt_id", {}).get("S", ""),
            report=load_report(item["report"]["S"]),
            repeats=int(item.get("repeats", {}).get("N", "0")),
        )

    def postpone_parked_alarm(self, pk: str, sk: str, until: datetime, report: Report | None = None) -> None:
        """Ask again later about an input that waits too long; nothing happens if it waits no more.

        A ``report`` takes the place of what was parked, in the same write.
        """
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**requests.postpone_request(self._table, pk, sk, until, report))
