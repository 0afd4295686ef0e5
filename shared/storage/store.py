"""The orders table, read and written. The only code that writes orders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.orders.changes import Change, Input
from shared.orders.codec import unpack
from shared.orders.facts import Customer, OrderSeen, Report
from shared.orders.values import value
from shared.storage import effect_requests, keys, requests
from shared.storage.documents import load_customer, load_report, load_seen
from shared.storage.input_items import read_input
from shared.storage.records import FINISHED, IN_DOUBT, EffectRecord, EffectState, InputRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.orders.model import Order

PARKED_ALARM_AFTER = timedelta(days=7)
PAGE = 100

Item = Mapping[str, Any]


class StoreBusyError(Exception):
    """The table did not take a request right now: the input goes back to the queue."""


class Stored(StrEnum):
    """What became of a write."""

    YES = "yes"
    REPEATED = "repeated"  # this input has its outcome already: by another worker, or by us before
    CONFLICT = "conflict"  # somebody changed the order meanwhile: read again, decide again
    KNOWN = "known"  # what the input waited for exists by now: apply it instead of parking it


@value(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An order as it was read, with the record of one input if that has its outcome already."""

    order: Order | None
    record: InputRecord | None


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


@value(frozen=True, slots=True, kw_only=True)
class FullOrder:
    """An order with its document and its customer, for whoever writes to people."""

    order: Order
    seen: OrderSeen | None
    customer: Customer | None


@value(frozen=True, slots=True, kw_only=True)
class Claim:
    """The answer to a claim: ``attempt`` is ours if ``granted``; ``effect`` is what stands in the table.

    ``owed_since`` is when the input that owes it came in.
    """

    granted: bool
    effect: EffectRecord | None
    attempt: int = 0
    open_effects: int = 0  # unfinished effects of the same input, this one included
    owed_since: datetime | None = None


def new_claimant() -> str:
    """Return a name for one claim, told apart from those few that may compete with it."""
    return token_hex(4)


class OrderStore:
    """Reads and writes the orders table."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        new_claimant: Callable[[], str] = new_claimant,
        address_digest: Callable[[str], str] | None = None,
    ) -> None:
        self._client = client
        self._table = table
        self._new_claimant = new_claimant
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

    def note_repeat(self, pk: str, sk: str, at: datetime) -> None:
        """Count that an input came again; nothing happens if its record is gone."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**requests.repeat_request(self._table, pk, sk, at))

    def unpark(self, pk: str, key: str) -> None:
        """Forget a parked input whose outcome is stored elsewhere."""
        self._client.delete_item(
            TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": keys.parked_sk(key)}}
        )

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

    def orders_of_parcel(self, number: str) -> tuple[str, ...]:
        """Return the ids of the orders whose parcels carry a tracking number."""
        item = self._get(keys.tracking_pk(number), keys.PARCEL)
        return () if item is None else tuple(sorted(item["orders"]["SS"]))

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

    def owing(self, pk: str) -> list[InputRecord]:
        """Return the inputs of an order that have an unfinished effect, oldest first."""
        found = [read_input(item) for item in self._query_inputs(pk) if "owed_shard" in item]
        return sorted(found, key=lambda record: (record.received_at, record.version))

    def _query_inputs(self, pk: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :input)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":input": {"S": keys.INPUT}},
            ConsistentRead=True,  # who has just given a command wants to see it
        )
        for page in pages:
            yield from page["Items"]

    # --- effects

    def read_input(self, pk: str, sk: str) -> InputRecord | None:
        """Return one input's record."""
        item = self._get(pk, sk)
        return None if item is None else read_input(item)

    def claim(
        self,
        pk: str,
        sk: str,
        effect_key: str,
        *,
        now: datetime,
        lease: timedelta,
        abandoned_attempt: int = 0,
    ) -> Claim:
        """Claim an effect; only one worker gets it."""
        claimant = self._new_claimant()
        request = effect_requests.claim_request(
            self._table,
            pk,
            sk,
            effect_key,
            claimant=claimant,
            now=now,
            lease_until=now + lease,
            abandoned_attempt=abandoned_attempt,
        )
        record: InputRecord | None
        try:
            record = read_input(self._client.update_item(**request)["Attributes"])
        except self._client.exceptions.ConditionalCheckFailedException as error:
            record = _read_stored(error)
        effect = record.effect(effect_key) if record else None
        # Our own success, even if its answer was lost and the request repeated, names us.
        if record is None or effect is None or effect.claimant != claimant:
            return Claim(granted=False, effect=effect)
        return Claim(
            granted=True,
            effect=effect,
            attempt=effect.attempt,
            open_effects=sum(other.state not in FINISHED for other in record.effects),
            owed_since=record.received_at,
        )

    def mark(
        self,
        pk: str,
        sk: str,
        effect_key: str,
        *,
        claim: Claim,
        state: EffectState,
        now: datetime,
        proof: str = "",
        reason: str = "",
        again_at: datetime | None = None,
    ) -> bool:
        """Write what became of a claimed effect; False if it is not ours any more."""
        request = effect_requests.mark_request(
            self._table,
            pk,
            sk,
            effect_key,
            state=state,
            attempt=claim.attempt,
            now=now,
            proof=proof,
            reason=reason,
            again_at=again_at,
            last=state in FINISHED and claim.open_effects == 1,
            alone=claim.open_effects == 1,
        )
        try:
            self._client.update_item(**request)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            # Our own success, if its answer was lost and the request repeated.
            record = _read_stored(error)
            effect = record.effect(effect_key) if record else None
            return effect is not None and effect.attempt == claim.attempt and effect.state == state
        return True

    def finish(self, pk: str, sk: str, effect_key: str, *, now: datetime, last: bool) -> None:
        """Write that an effect which needs no claim is done; nothing happens if it already is."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                **effect_requests.finish_request(self._table, pk, sk, effect_key, now=now, last=last)
            )

    def prove(self, record: InputRecord, effect_key: str, *, proof: str, now: datetime) -> bool:
        """Write that an effect in doubt is done, by the other side's word; False where there was no doubt."""
        effect = record.effect(effect_key)
        if effect is None or effect.state not in IN_DOUBT:
            return False
        open_effects = {other.key for other in record.effects if other.state not in FINISHED}
        request = effect_requests.prove_request(
            self._table,
            record.pk,
            record.sk,
            effect_key,
            proof=proof,
            now=now,
            last=open_effects <= {effect_key},
        )
        try:
            self._client.update_item(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def settle(self, pk: str, sk: str) -> None:
        """Take an input with nothing open out of the ``owed`` index; nothing happens if it is gone."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**effect_requests.settle_request(self._table, pk, sk))

    def put_last(self, pk: str, sk: str, at: datetime) -> None:
        """Let what came before ``at`` go before this input; nothing happens if it owes nothing by now."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**effect_requests.put_last_request(self._table, pk, sk, at))

    def owed(self, *, before: datetime, limit: int) -> Iterator[tuple[str, str]]:
        """Yield the keys of inputs that owe something since before ``before``: ``limit`` a shard.

        The oldest of each shard first, the shards in turn.
        """
        yield from self._query_index("owed", "owed_shard", "owed_at", before, limit)

    def due(self, *, before: datetime, limit: int) -> Iterator[tuple[str, str]]:
        """Yield the keys of items with a deadline before ``before``, as :meth:`owed` does."""
        yield from self._query_index("due", "due_shard", "due_at", before, limit)

    def _query_index(
        self, index: str, shard_name: str, time_name: str, before: datetime, limit: int
    ) -> Iterator[tuple[str, str]]:
        def found(shard: int) -> Iterator[tuple[str, str]]:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=index,
                KeyConditionExpression="#shard = :shard AND #time < :before",
                ExpressionAttributeNames={"#shard": shard_name, "#time": time_name},
                ExpressionAttributeValues={
                    ":shard": {"S": str(shard)},
                    ":before": {"S": keys.instant(before)},
                },
                PaginationConfig={"MaxItems": limit, "PageSize": min(limit, PAGE)},
            )
            for page in pages:
                for item in page["Items"]:
                    yield item["pk"]["S"], item["sk"]["S"]

        # In turn: whoever has no time for all of them comes to every shard.
        for row in zip_longest(*map(found, range(keys.SHARDS))):
            yield from filter(None, row)

    # --- the client

    def _get(self, pk: str, sk: str) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        return answer.get("Item")

    def _transact(self, request: requests.Request) -> list[bool] | None:
        """Run a transaction; None if it took place, else which of its conditions failed."""
        try:
            self._client.transact_write_items(**request)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
            if not set(codes) <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
                raise StoreBusyError(", ".join(sorted(set(codes) - {"None"}))) from error
            return [code == "ConditionalCheckFailed" for code in codes]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("TransactionInProgressException", "TransactionConflictException"):
                raise StoreBusyError(code) from error
            raise
        return None


def in_order_applied(records: Sequence[InputRecord]) -> list[InputRecord]:
    """Return inputs by version; a parked one is applied later than it came in."""
    moments: dict[str, datetime] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for record in sorted(records, key=lambda record: record.version):
        if record.version:
            latest = max(latest, record.received_at)
        moments[record.sk] = latest if record.version else record.received_at
    return sorted(records, key=lambda record: (moments[record.sk], record.version))


def _read_stored(error: ClientError) -> InputRecord | None:
    """Return the item that a failed condition met, None where there was none."""
    item: Any = error.response.get("Item")
    return read_input(item) if item else None
