"""The requests that claim, mark and finish what an input owes, and keep its place in the ``owed`` index.

Pure. Each is one update of the input's item; its condition is a named constant that says why.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.storage import keys
from shared.storage.records import EffectState
from shared.storage.requests import STILL_THERE

Item = dict[str, Any]
Request = dict[str, Any]

# It owes something still, and waits for no later time.
IS_IN_LINE = "owed_at < :at"
# Nobody has the effect: it is owed, or the other side has still to show it.
IS_OWED = "effects.#effect.#state IN (:owed, :pending)"
# The worker that has it is gone: its lease is over, and it is still the attempt we saw.
IS_ABANDONED = (
    "effects.#effect.#state = :claimed AND effects.#effect.attempt = :seen_attempt"
    " AND effects.#effect.lease_until < :now"
)
# Nobody knows yet that it happened: whoever has it may still be about to say so.
IS_IN_DOUBT = "effects.#effect.#state IN (:owed, :claimed, :ambiguous)"
# We are still the ones who have it: a worker that outlived its lease must not speak for another.
IS_OURS = "effects.#effect.#state = :claimed AND effects.#effect.attempt = :attempt"


def claim_request(
    table: str,
    pk: str,
    sk: str,
    effect_key: str,
    *,
    claimant: str,
    now: datetime,
    lease_until: datetime,
    abandoned_attempt: int = 0,
) -> Request:
    """Return a claim of an owed effect, or of one whose ``abandoned_attempt`` outlived its lease.

    ``claimant`` is unique to this claim: where the answer is lost, it tells our own success from another's.
    """
    values: Item = {
        ":claimed": {"S": EffectState.CLAIMED},
        ":none": {"N": "0"},
        ":one": {"N": "1"},
        ":lease_until": {"S": keys.instant(lease_until)},
        ":claimant": {"S": claimant},
        ":now": {"S": keys.instant(now)},
    }
    if abandoned_attempt:
        values |= {":seen_attempt": {"N": str(abandoned_attempt)}}
    else:
        values |= {":owed": {"S": EffectState.OWED}, ":pending": {"S": EffectState.PENDING}}
    return {
        **_effect_update(table, pk, sk, effect_key),
        "UpdateExpression": (
            "SET effects.#effect.#state = :claimed, effects.#effect.claimant = :claimant,"
            " effects.#effect.lease_until = :lease_until,"
            " effects.#effect.first_tried_at = if_not_exists(effects.#effect.first_tried_at, :now),"
            " effects.#effect.attempt = if_not_exists(effects.#effect.attempt, :none) + :one"
        ),
        "ConditionExpression": IS_ABANDONED if abandoned_attempt else IS_OWED,
        "ExpressionAttributeValues": values,
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def mark_request(
    table: str,
    pk: str,
    sk: str,
    effect_key: str,
    *,
    state: EffectState,
    attempt: int,
    now: datetime,
    proof: str = "",
    reason: str = "",
    again_at: datetime | None = None,
    last: bool = False,
    alone: bool = False,
) -> Request:
    """Return what became of a claimed effect. ``last``: no effect of this input is open any more.

    ``alone``: this one is the only one. Where it waits the input stands in the ``owed`` index by when it is
    tried again: what waits for hours does not stand in front of what came after it.
    """
    request = {
        **_effect_update(table, pk, sk, effect_key),
        "UpdateExpression": (
            "SET effects.#effect.#state = :state, effects.#effect.marked_at = :now,"
            " effects.#effect.proof = :proof, effects.#effect.reason = :reason"
        ),
        "ConditionExpression": IS_OURS,
        "ExpressionAttributeValues": {
            ":state": {"S": state},
            ":claimed": {"S": EffectState.CLAIMED},
            ":attempt": {"N": str(attempt)},
            ":now": {"S": keys.instant(now)},
            ":proof": {"S": proof},
            ":reason": {"S": reason},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if again_at is not None:
        request["UpdateExpression"] += ", effects.#effect.again_at = :again_at"
        request["UpdateExpression"] += ", owed_at = :again_at" if alone else ""
        request["ExpressionAttributeValues"][":again_at"] = {"S": keys.instant(again_at)}
    if last:
        request["UpdateExpression"] += " REMOVE owed_shard, owed_at"
    return request


def finish_request(table: str, pk: str, sk: str, effect_key: str, *, now: datetime, last: bool) -> Request:
    """Return a write that an effect which needs no claim is done. ``last``: no other one is open."""
    request = {
        **_effect_update(table, pk, sk, effect_key),
        "UpdateExpression": "SET effects.#effect.#state = :done, effects.#effect.marked_at = :now",
        "ConditionExpression": IS_OWED,
        "ExpressionAttributeValues": {
            ":done": {"S": EffectState.DONE},
            ":owed": {"S": EffectState.OWED},
            ":pending": {"S": EffectState.PENDING},
            ":now": {"S": keys.instant(now)},
        },
    }
    if last:
        request["UpdateExpression"] += " REMOVE owed_shard, owed_at"
    return request


def prove_request(
    table: str, pk: str, sk: str, effect_key: str, *, proof: str, now: datetime, last: bool
) -> Request:
    """Return a write that an effect in doubt is done, by the other side's word. ``last``: as above."""
    request = {
        **_effect_update(table, pk, sk, effect_key),
        "UpdateExpression": (
            "SET effects.#effect.#state = :done, effects.#effect.marked_at = :now,"
            " effects.#effect.proof = :proof, effects.#effect.reason = :none"
        ),
        "ConditionExpression": IS_IN_DOUBT,
        "ExpressionAttributeValues": {
            ":done": {"S": EffectState.DONE},
            ":owed": {"S": EffectState.OWED},
            ":claimed": {"S": EffectState.CLAIMED},
            ":ambiguous": {"S": EffectState.AMBIGUOUS},
            ":proof": {"S": proof},
            ":none": {"S": ""},
            ":now": {"S": keys.instant(now)},
        },
    }
    if last:
        request["UpdateExpression"] += " REMOVE owed_shard, owed_at"
    return request


def settle_request(table: str, pk: str, sk: str) -> Request:
    """Return a write that takes an input with nothing open out of the ``owed`` index."""
    return {
        "TableName": table,
        "Key": keys.key_of(pk, sk),
        "UpdateExpression": "REMOVE owed_shard, owed_at",
        "ConditionExpression": STILL_THERE,
    }


def put_last_request(table: str, pk: str, sk: str, at: datetime) -> Request:
    """Return a write that lets an input stand in the ``owed`` index as if it had come at ``at``."""
    return {
        "TableName": table,
        "Key": keys.key_of(pk, sk),
        "UpdateExpression": "SET owed_at = :at",
        "ConditionExpression": IS_IN_LINE,
        "ExpressionAttributeValues": {":at": {"S": keys.instant(at)}},
    }


def _effect_update(table: str, pk: str, sk: str, effect_key: str) -> Request:
    return {
        "TableName": table,
        "Key": keys.key_of(pk, sk),
        "ExpressionAttributeNames": {"#effect": effect_key, "#state": "state"},
    }
