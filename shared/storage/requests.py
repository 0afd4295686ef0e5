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
            writes.append({"Delete": {"TableName": table, "Key": keys.key_of(pk, keys.CUSTOMER)}})
    elif change.customer is not None:
        document = dump_customer(change.customer)
        writes.append({"Update": _write_customer(table, pk, document, customer_digest, account_digest)})
    # Two spellings of one number are one item, and a transaction may name an item only once.
    numbers = filter(keys.is_telling, change.tracking_numbers)
    parcels = dict.fromkeys(keys.tracking_pk(number) for number in numbers)
    writes += [{"Update": _point_parcel(table, parcel, order.id)} for parcel in parcels]
    if parked_pk:
        parked = keys.key_of(parked_pk, keys.parked_sk(entry.key))
        writes.append({"Delete": {"TableName": table, "Key": parked}})
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
                "Key": keys.key_of(pk, awaited_sk),
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
        "Key": keys.key_of(pk, sk),
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
        "Key": keys.key_of(pk, sk),
        "UpdateExpression": "SET due_at = :until" + (", report = :report" if replaced else ""),
        "ConditionExpression": STILL_THERE,
        "ExpressionAttributeValues": {":until": {"S": keys.instant(until)}, **replaced},
    }


def _put(table: str, pk: str, sk: str, attributes: Item) -> Item:
    return {"Put": {"TableName": table, "Item": {**keys.key_of(pk, sk), **attributes}}}


def _write_customer(table: str, pk: str, document: str, customer: str, account: str) -> Request:
    """Return a write of the customer; who is entered by hand has no account, and loses none."""
    digests = {name: value for name, value in (("customer", customer), ("account", account)) if value}
    values = {":document": document} | {f":{name}": value for name, value in digests.items()}
    expression = "SET document = :document" + "".join(f", {name} = :{name}" for name in digests)
    return {
        "TableName": table,
        "Key": keys.key_of(pk, keys.CUSTOMER),
        "UpdateExpression": expression + ("" if customer else " REMOVE customer"),
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
    }


def _put_head(
    table: str, pk: str, before: Order | None, order: Order, change: Change, entry: Input
) -> Request:
    item: Item = {
        **keys.key_of(pk, keys.HEAD),
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
        "Key": keys.key_of(parcel_pk, keys.PARCEL),
        "UpdateExpression": "ADD orders :order",
        "ExpressionAttributeValues": {":order": {"SS": [order_id]}},
    }
