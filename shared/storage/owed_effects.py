"""The effects that inputs owe: claimed by one worker, marked by it, and found until nothing is open."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from shared.orders.values import value
from shared.storage import effect_requests as requests
from shared.storage.input_items import read_input
from shared.storage.orders_table import OrdersTable
from shared.storage.records import FINISHED, IN_DOUBT, EffectRecord, EffectState, InputRecord

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient


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


class OwedEffects(OrdersTable):
    """What the inputs in the orders table owe."""

    def __init__(
        self, client: DynamoDBClient, table: str, new_claimant: Callable[[], str] = new_claimant
    ) -> None:
        super().__init__(client, table)
        self._new_claimant = new_claimant

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
        request = requests.claim_request(
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
        request = requests.mark_request(
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
                **requests.finish_request(self._table, pk, sk, effect_key, now=now, last=last)
            )

    def prove(self, record: InputRecord, effect_key: str, *, proof: str, now: datetime) -> bool:
        """Write that an effect in doubt is done, by the other side's word; False where there was no doubt."""
        effect = record.effect(effect_key)
        if effect is None or effect.state not in IN_DOUBT:
            return False
        open_effects = {other.key for other in record.effects if other.state not in FINISHED}
        request = requests.prove_request(
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
            self._client.update_item(**requests.settle_request(self._table, pk, sk))

    def put_last(self, pk: str, sk: str, at: datetime) -> None:
        """Let what came before ``at`` go before this input; nothing happens if it owes nothing by now."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(**requests.put_last_request(self._table, pk, sk, at))

    def owed(self, *, before: datetime, limit: int) -> Iterator[tuple[str, str]]:
        """Yield the keys of inputs that owe something since before ``before``: ``limit`` a shard.

        The oldest of each shard first, the shards in turn.
        """
        yield from self._query_by_time("owed", "owed_shard", "owed_at", before, limit)

    def owing(self, pk: str) -> list[InputRecord]:
        """Return the inputs of an order that have an unfinished effect, oldest first."""
        found = [read_input(item) for item in self._query_inputs(pk) if "owed_shard" in item]
        return sorted(found, key=lambda record: (record.received_at, record.version))


def _read_stored(error: ClientError) -> InputRecord | None:
    """Return the item that a failed condition met, None where there was none."""
    item: Any = error.response.get("Item")
    return read_input(item) if item else None
