"""DynamoDB requests, built by pure functions. Each condition is a named constant that says why.

A change is one TransactWriteItems: the order's head, the input's record with the effects it
owes, and where they changed the document, the customer and the tracking numbers. The head is
written only if version *and* status are what the decision was made on, and only if the
transition table allows the move: an illegal transition cannot be stored, by whatever code.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from shared.orders.changes import Change, Input, Move, Outcome
from shared.orders.codec import pack
from shared.orders.transitions import IllegalTransitionError, check_chain, sources_of
from shared.storage import keys
from shared.storage.documents import dump_customer, dump_report, dump_seen
from shared.storage.input_items import input_item
from shared.storage.numbers import number_attribute
from shared.storage.records import EffectState
from shared.storage.sizes import check_fit

if TYPE_CHECKING:
    from shared.orders.facts import Report
    from shared.orders.model import Order

Item = dict[str, Any]
Request = dict[str, Any]

# Nobody has created the order meanwhile.
IS_NEW = "attribute_not_exists(pk)"
# Nobody has changed the order since it was read.
IS_VERSION_READ = "version = :read_version"
# The transition table lets the order leave this status by this rule.
MAY_MOVE = "#status IN ({sources})"
# No command brings the sum of refunds above what was paid, under any interleaving.
REFUND_IS_COVERED = "paid >= :refunded"
# The same input has not been applied before: its record's key is the input's own key.
IS_FIRST_TIME = "attribute_not_exists(pk)"
# The order or the parcel is still unknown: otherwise the input must be applied, not parked.
IS_UNKNOWN = "attribute_not_exists(pk)"
# The item has not been deleted meanwhile: an update would make a new one of nothing else.
STILL_THERE = "attribute_exists(pk)"
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


class IllegalChangeError(ValueError):
    """A change whose moves do not fit the transition table: a bug, stopped before the database."""


def read_request(table: str, order_id: str, input_key: str) -> Request:
    """Return one consistent read of the order's head and of this input's record."""
    pk = {"S": keys.order_pk(order_id)}
    wanted = [{"pk": pk, "sk": {"S": keys.HEAD}}]
    if input_key:
        wanted.append({"pk": pk, "sk": {"S": keys.input_sk(input_key)}})
    return {"RequestItems": {table: {"Keys": wanted, "ConsistentRead": True}}}


def commit_request(
    table: str,
    *,
    before: Order | None,
    entry: Input,
    change: Change,
    receipt_id: str,
    parked_pk: str = "",
    customer_digest: str = "",
    account_digest: str = "",
) -> Request:
    """Return the one transaction that stores ``change``. Raises IllegalChangeError, TooLargeError.

    Only a report can be too large: commands and deadlines have to go on.

    ``parked_pk`` is the collection in which the input has waited until now, "" if it has not;
    ``customer_digest`` and ``account_digest`` those of the customer's mail address and of their account at
    the channel, "" where there is none.
    """
    order = change.order
    if order is None:
        raise IllegalChangeError("a change without an order has nothing to commit")
    pk = keys.order_pk(order.id)
    writes: list[Item] = [
        {"Put": _put_head(table, pk, before, order, change, entry)},
        {"Put": _put_input(table, pk, order.id, entry, change, receipt_id)},
    ]
    if change.seen is not None:
        details = {"document": {"S": dump_seen(change.seen)}, **number_attribute(change.seen)}
        writes.append(_put(table, pk, keys.DETAILS, details))
    if order.erased:
        # In the same write: there is no moment in which an erased order still has its customer.
        if before is not None and not before.erased:
            writes.append({"Delete": {"TableName": table, "Key": _key(pk, keys.CUSTOMER)}})
    elif change.customer is not None:
        document = dump_customer(change.customer)
        writes.append({"Update": _write_customer(table, pk, document, customer_digest, account_digest)})
    # Two spellings of one number are one item, and a transaction may name an item only once.
    numbers = filter(keys.is_telling, change.tracking_numbers)
    parcels = dict.fromkeys(keys.tracking_pk(number) for number in numbers)
    writes += [{"Update": _point_parcel(table, parcel, order.id)} for parcel in parcels]
    if parked_pk:
        writes.append({"Delete": {"TableName": table, "Key": _key(parked_pk, keys.parked_sk(entry.key))}})
    text = to_json(writes)
    if entry.report is not None:
        check_fit(writes, len(text))
    return {
        "TransactItems": writes,
        # A repeated request is the same transaction; another decision, if only by its time, is another one.
        "ClientRequestToken": hashlib.sha256(text).hexdigest()[:36],
    }


def record_request(
    table: str, pk: str, *, order_id: str, entry: Input, change: Change, receipt_id: str
) -> Request:
    """Return a write of an outcome that changes no order (ignored, refused, quarantined)."""
    return _put_input(table, pk, order_id, entry, change, receipt_id)


_UNKNOWN = {keys.HEAD: "unknown_order", keys.PARCEL: "unknown_parcel", keys.SOURCE: "unknown_copy"}
"""Why an input is parked, by what it awaits."""


def park_request(
    table: str, pk: str, awaited_sk: str, *, entry: Input, receipt_id: str, alarm_at: datetime
) -> Request:
    """Return a transaction that parks an input, on condition that what it awaits is still unknown.

    Raises TooLargeError.
    """
    assert entry.report is not None  # noqa: S101  only reports are parked
    waits = Change(outcome=Outcome.PARKED, reason=_UNKNOWN[awaited_sk])
    item = {
        **input_item(pk, keys.parked_sk(entry.key), "", entry, waits, receipt_id),
        "report": {"S": dump_report(entry.report)},
        "connection": {"S": entry.connection},
        "due_shard": {"S": keys.shard_of(pk)},
        "due_at": {"S": keys.instant(alarm_at)},
    }
    writes = [
        {
            "ConditionCheck": {
                "TableName": table,
                "Key": _key(pk, awaited_sk),
                "ConditionExpression": IS_UNKNOWN,
            }
        },
        {"Put": {"TableName": table, "Item": item, "ConditionExpression": IS_FIRST_TIME}},
    ]
    check_fit(writes, len(to_json(writes)))
    return {"TransactItems": writes}


def repeat_request(table: str, pk: str, sk: str, at: datetime) -> Request:
    """Return a write that notes that an input came again."""
    return {
        "TableName": table,
        "Key": _key(pk, sk),
        "UpdateExpression": "SET repeats = if_not_exists(repeats, :none) + :one, repeated_at = :at",
        "ConditionExpression": STILL_THERE,
        "ExpressionAttributeValues": {
            ":none": {"N": "0"},
            ":one": {"N": "1"},
            ":at": {"S": keys.instant(at)},
        },
    }


def postpone_request(table: str, pk: str, sk: str, until: datetime, report: Report | None = None) -> Request:
    """Return a write that moves the alarm of a parked input to ``until``, and may replace its report."""
    replaced = {} if report is None else {":report": {"S": dump_report(report)}}
    return {
        "TableName": table,
        "Key": _key(pk, sk),
        "UpdateExpression": "SET due_at = :until" + (", report = :report" if replaced else ""),
        "ConditionExpression": STILL_THERE,
        "ExpressionAttributeValues": {":until": {"S": keys.instant(until)}, **replaced},
    }


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
        "Key": _key(pk, sk),
        "UpdateExpression": "REMOVE owed_shard, owed_at",
        "ConditionExpression": STILL_THERE,
    }


def put_last_request(table: str, pk: str, sk: str, at: datetime) -> Request:
    """Return a write that lets an input stand in the ``owed`` index as if it had come at ``at``."""
    return {
        "TableName": table,
        "Key": _key(pk, sk),
        "UpdateExpression": "SET owed_at = :at",
        "ConditionExpression": IS_IN_LINE,
        "ExpressionAttributeValues": {":at": {"S": keys.instant(at)}},
    }


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _put(table: str, pk: str, sk: str, attributes: Item) -> Item:
    return {"Put": {"TableName": table, "Item": {**_key(pk, sk), **attributes}}}


def _write_customer(table: str, pk: str, document: str, customer: str, account: str) -> Request:
    """Return a write of the customer; who is entered by hand has no account, and loses none."""
    digests = {name: value for name, value in (("customer", customer), ("account", account)) if value}
    values = {":document": document} | {f":{name}": value for name, value in digests.items()}
    expression = "SET document = :document" + "".join(f", {name} = :{name}" for name in digests)
    return {
        "TableName": table,
        "Key": _key(pk, keys.CUSTOMER),
        "UpdateExpression": expression + ("" if customer else " REMOVE customer"),
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
    }


def _put_head(
    table: str, pk: str, before: Order | None, order: Order, change: Change, entry: Input
) -> Request:
    item: Item = {
        **_key(pk, keys.HEAD),
        "version": {"N": str(order.version)},
        "status": {"S": str(order.status)},
        "paid": {"N": str(order.paid)},
        "refunded": {"N": str(order.refunded)},
        "state": {"S": pack(order)},
        "listed": {"S": keys.ALL_ORDERS},
        "connection": {"S": order.connection},
        "list_at": {"S": keys.list_at(order.id, order.placed_at)},
    }
    if order.attention:
        item["attention"] = {"S": keys.WANTS_ATTENTION}
    due = order.next_due
    if due is not None:
        item["due_shard"] = {"S": keys.shard_of(pk)}
        item["due_at"] = {"S": keys.instant(due)}
    if before is None:
        check_moves("", change.moves, str(order.status))
        return {"TableName": table, "Item": item, "ConditionExpression": IS_NEW}
    if order.version != before.version + 1:
        raise IllegalChangeError("a change raises the version by one")
    check_moves(str(before.status), change.moves, str(order.status))
    sources = _allowed_sources(change.moves, str(order.status))
    placeholders = [f":source{n}" for n in range(len(sources))]
    condition = f"{IS_VERSION_READ} AND {MAY_MOVE.format(sources=', '.join(placeholders))}"
    values: Item = {
        ":read_version": {"N": str(before.version)},
        **{name: {"S": source} for name, source in zip(placeholders, sources, strict=True)},
    }
    if entry.command is not None and order.refunded > before.refunded:
        condition = f"{condition} AND {REFUND_IS_COVERED}"
        values[":refunded"] = {"N": str(order.refunded)}
    return {
        "TableName": table,
        "Item": item,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": values,
    }


def check_moves(source: str, moves: tuple[Move, ...], target: str) -> None:
    """Raise IllegalChangeError unless ``moves`` lead from ``source`` to ``target`` by the table."""
    if not moves:
        if source != target:
            raise IllegalChangeError(f"{source or 'nothing'} to {target} without a move")
        return
    try:
        check_chain(moves)
    except IllegalTransitionError as error:
        raise IllegalChangeError(str(error)) from error
    if moves[0].source != source or moves[-1].target != target:
        raise IllegalChangeError(f"the moves do not lead from {source or 'nothing'} to {target}")


def _allowed_sources(moves: tuple[Move, ...], status: str) -> list[str]:
    return sorted(str(source) for source in sources_of(moves[0].rule) if source) if moves else [status]


def _put_input(table: str, pk: str, order_id: str, entry: Input, change: Change, receipt_id: str) -> Request:
    return {
        "TableName": table,
        "Item": input_item(pk, keys.input_sk(entry.key), order_id, entry, change, receipt_id),
        "ConditionExpression": IS_FIRST_TIME,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _point_parcel(table: str, parcel_pk: str, order_id: str) -> Request:
    return {
        "TableName": table,
        "Key": _key(parcel_pk, keys.PARCEL),
        "UpdateExpression": "ADD orders :order",
        "ExpressionAttributeValues": {":order": {"SS": [order_id]}},
    }


def _effect_update(table: str, pk: str, sk: str, effect_key: str) -> Request:
    return {
        "TableName": table,
        "Key": _key(pk, sk),
        "ExpressionAttributeNames": {"#effect": effect_key, "#state": "state"},
    }
