"""Orders and their history, read and written. The only code that writes orders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.orders.changes import Change, Input
from shared.orders.codec import unpack
from shared.orders.facts import Customer, OrderSeen
from shared.orders.values import value
from shared.storage import keys, requests
from shared.storage.documents import load_customer, load_seen
from shared.storage.input_items import read_input
from shared.storage.orders_table import StoreBusyError, Stored
from shared.storage.owed_effects import OwedEffects, new_claimant
from shared.storage.parked_inputs import ParkedInputs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.orders.model import Order
    from shared.storage.records import InputRecord


@value(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An order as it was read, with the record of one input if that has its outcome already."""

    order: Order | None
    record: InputRecord | None


@value(frozen=True, slots=True, kw_only=True)
class FullOrder:
    """An order with its document and its customer, for whoever writes to people."""

    order: Order
    seen: OrderSeen | None
    customer: Customer | None


class OrderStore(OwedEffects, ParkedInputs):
    """Reads and writes orders, with what they owe and what waits for them."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        new_claimant: Callable[[], str] = new_claimant,
        address_digest: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(client, table, new_claimant)
        self._address_digest = address_digest

    # --- inputs

    def read(self, order_id: str, input_key: str = "") -> Snapshot:
        """Return the order and this input's record in one consistent read. Raises StoreBusyError."""
        request = requests.read_request(self._table, order_id, input_key)
        answer = self._client.batch_get_item(**request)
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        order: Order | None = None
        record: InputRecord | None = None
        for item in answer["Responses"].get(self._table, []):
            if item["sk"]["S"] == keys.HEAD:
                order = unpack(item["state"]["S"])
            else:
                record = read_input(item)
        return Snapshot(order=order, record=record)

    def commit(
        self, before: Order | None, entry: Input, change: Change, *, receipt_id: str, parked_pk: str = ""
    ) -> Stored:
        """Store a change in one transaction: all of it or nothing.

        Raises StoreBusyError, KeyUnavailableError where the customer cannot be made findable, and
        TooLargeError where a report does not fit.
        """
        request = requests.commit_request(
            self._table,
            before=before,
            entry=entry,
            change=change,
            receipt_id=receipt_id,
            parked_pk=parked_pk,
            customer_digest=self._digest_of(change.customer.email) if change.customer else "",
            account_digest=self._digest_of(
                keys.account_of(entry.connection, change.customer.account) if change.customer else ""
            ),
        )
        failed = self._transact(request)
        if failed is None:
            return Stored.YES
        # The second write is the input's record: if it exists, this input was applied, and only once.
        return Stored.REPEATED if failed[1] else Stored.CONFLICT

    def _digest_of(self, name: str) -> str:
        return self._address_digest(name) if name and self._address_digest is not None else ""

    def record(self, pk: str, entry: Input, change: Change, *, order_id: str = "", receipt_id: str) -> Stored:
        """Store an outcome that changes no order. Raises StoreBusyError."""
        request = requests.record_request(
            self._table, pk, order_id=order_id, entry=entry, change=change, receipt_id=receipt_id
        )
        try:
            self._client.put_item(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return Stored.REPEATED
        return Stored.YES

    def note_repeat(self, pk: str, sk: str, at: datetime) -> None:
        """Count that an input came again; nothing happens if its record is gone."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**requests.repeat_request(self._table, pk, sk, at))

    def orders_of_parcel(self, number: str) -> tuple[str, ...]:
        """Return the ids of the orders whose parcels carry a tracking number."""
        item = self._get(keys.tracking_pk(number), keys.PARCEL)
        return () if item is None else tuple(sorted(item["orders"]["SS"]))

    def due(self, *, before: datetime, limit: int) -> Iterator[tuple[str, str]]:
        """Yield the keys of items with a deadline before ``before``, as :meth:`owed` does."""
        yield from self._query_by_time("due", "due_shard", "due_at", before, limit)

    # --- reading for people

    def read_full(self, order_id: str) -> FullOrder | None:
        """Return an order with its document and its customer, None if there is none."""
        pk = {"S": keys.order_pk(order_id)}
        wanted = [{"pk": pk, "sk": {"S": sk}} for sk in (keys.HEAD, keys.DETAILS, keys.CUSTOMER)]
        answer = self._client.batch_get_item(
            RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
        )
        if answer.get("UnprocessedKeys"):
            raise StoreBusyError("the read was not processed")
        items = {item["sk"]["S"]: item for item in answer["Responses"].get(self._table, [])}
        if keys.HEAD not in items:
            return None
        return FullOrder(
            order=unpack(items[keys.HEAD]["state"]["S"]),
            seen=load_seen(items[keys.DETAILS]["document"]["S"]) if keys.DETAILS in items else None,
            customer=load_customer(items[keys.CUSTOMER]["document"]["S"]) if keys.CUSTOMER in items else None,
        )

    def history(self, order_id: str) -> list[InputRecord]:
        """Return all inputs of an order, in the order in which they were applied.

        Those that changed nothing have no version; they stand where they came in.
        """
        return in_order_applied([read_input(item) for item in self._query_inputs(keys.order_pk(order_id))])

    def connection_inputs(self, connection: str) -> list[InputRecord]:
        """Return the inputs of a connection that belong to no order, oldest first."""
        found = [read_input(item) for item in self._query_inputs(keys.connection_pk(connection))]
        return sorted(found, key=lambda record: record.received_at)


def in_order_applied(records: Sequence[InputRecord]) -> list[InputRecord]:
    """Return inputs by version; a parked one is applied later than it came in."""
    moments: dict[str, datetime] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for record in sorted(records, key=lambda record: record.version):
        if record.version:
            latest = max(latest, record.received_at)
        moments[record.sk] = latest if record.version else record.received_at
    return sorted(records, key=lambda record: (moments[record.sk], record.version))
