"""How a connection's API is doing, and how far it was polled: one item beside the connection's settings.

Written by the polls, which hold a lease on it, and in fields of their own by sweeps, by calls, and by whoever
tells stock levels. No secret and nothing personal: codes, times, counts, SKUs, and the channel's own page
token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.orders.values import value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION = "CONNECTIONS"

OK = "ok"
NEVER = "never"  # nothing was asked yet

# Nobody holds the lease, or its holder is gone.
IS_FREE = "attribute_not_exists(lease_until) OR lease_until < :now"
# We still hold it: a poll that outlived its lease must not move another's cursor.
IS_OURS = "lease_owner = :owner"
# The same pass over all levels is under way: one that began anew has its own place.
IS_THIS_ROUND = "levels_pass = :began"
# Of all that are told of unknown keys at the same time, one asks.
IS_TIME_TO_ASK = "attribute_not_exists(key_asked_at) OR key_asked_at <= :before"


@value(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a connection was polled. All times UTC.

    ``polled_until``: every change before it is in the inbox. ``since``, ``until`` and ``token`` are the
    window that a run did not come to the end of; ``sweep_...`` is that of a sweep. ``state`` of the polls:
    ``ok``, ``never``, or the code of what went wrong last. The other states are "" unless something went
    wrong since they last went well. ``levels_...`` is how far it was told the stock, ``levels_state`` in the
    words of ``state``.
    """

    polled_until: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    token: str = ""
    trail: str = ""  # what tells whether its pages go in a circle
    state: str = NEVER
    failed_at: datetime | None = None  # a poll or a question
    wait_until: datetime | None = None  # the channel asked not to be polled before
    polled_at: datetime | None = None  # when a poll last ended, well or not; calls do not move it
    succeeded_at: datetime | None = None
    read: int = 0  # documents of the last run that came to its end
    swept_at: datetime | None = None
    swept: int = 0  # orders that the last wide sweep looked at
    missed: int = 0  # of them those that neither webhook nor poll had brought
    restored: tuple[str, ...] = ()  # webhooks that had been missing or switched off when last looked at
    webhooks_state: str = ""
    key_asked_at: datetime | None = None  # when the channel was last asked for a key that a webhook named
    sweep_state: str = ""
    sweep_since: datetime | None = None
    sweep_until: datetime | None = None
    sweep_token: str = ""
    sweep_trail: str = ""
    calls_state: str = ""  # calls, bookings and questions to carriers: what the merchant or we have to mend
    calls_failed_at: datetime | None = None
    levels_state: str = NEVER
    levels_failed_at: datetime | None = None
    levels_told_at: datetime | None = None  # when a run last told it something, and nothing failed
    levels_wait_until: datetime | None = None  # the channel asked not to be told before
    levels_terms: str = ""  # fingerprint of the settings by which all levels were told, or are being told
    levels_pass: datetime | None = None  # when the pass over all levels began that is under way
    levels_after: str = ""  # the SKU that it goes on behind
    levels_anew: int = 0  # 1: it tells what was told before as well
    levels_tickets: tuple[str, ...] = ()  # what the channel is asked by of levels that it carries out later
    levels_again: int = 0  # 1: some levels could not be told; another pass tells what differs


class ConnectionStates:
    """Reads and writes states in the connections table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, connection: str) -> Progress:
        """Return a connection's state."""
        answer = self._client.get_item(TableName=self._table, Key=_key(connection), ConsistentRead=True)
        return read_progress(answer.get("Item", {}))

    def lease(self, connection: str, owner: str, *, now: datetime, lease: timedelta) -> Progress | None:
        """Take the one lease on polling a connection; None where another run has it."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(connection),
                UpdateExpression="SET lease_until = :until, lease_owner = :owner",
                ConditionExpression=IS_FREE,
                ExpressionAttributeValues={
                    ":now": _time(now),
                    ":until": _time(now + lease),
                    ":owner": {"S": owner},
                },
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return read_progress(answer["Attributes"])

    def save(self, connection: str, owner: str, **fields: Any) -> bool:
        """Write fields of :class:`Progress` while the lease is ours; None and "" take a field out.

        Returns False where the lease is another's by now: nothing is written then.
        """
        return self._update(connection, fields, condition=IS_OURS, values={":owner": {"S": owner}})

    def release(self, connection: str, owner: str, **fields: Any) -> bool:
        """Write fields and give the lease back."""
        return self._update(
            connection, fields, condition=IS_OURS, values={":owner": {"S": owner}}, also=("lease_until",)
        )

    def save_pass(self, connection: str, began: datetime, **fields: Any) -> bool:
        """Write fields while the pass over all levels is the one that ``began`` then.

        Returns False where another one is under way, or none: nothing is written then.
        """
        return self._update(connection, fields, condition=IS_THIS_ROUND, values={":began": _time(began)})

    def take_key_question(self, connection: str, *, now: datetime, again_after: timedelta) -> bool:
        """Note that a key is asked for now; False where one was asked for within ``again_after``."""
        return self._update(
            connection,
            {"key_asked_at": now},
            condition=IS_TIME_TO_ASK,
            values={":before": _time(now - again_after)},
        )

    def forget(self, connection: str) -> None:
        """Delete a connection's state; a run that is under way finds its lease gone, and writes nothing."""
        self._client.delete_item(TableName=self._table, Key=_key(connection))

    def note(self, connection: str, **fields: Any) -> None:
        """Write fields without a lease: what a call met, what was looked at daily."""
        self._update(connection, fields, condition="", values={})

    def count(self, connection: str, **counts: int) -> None:
        """Add to counters (``swept``, ``missed``)."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(connection),
            UpdateExpression="ADD " + ", ".join(f"#{name} :{name}" for name in counts),
            ExpressionAttributeNames={f"#{name}": name for name in counts},
            ExpressionAttributeValues={f":{name}": {"N": str(value)} for name, value in counts.items()},
        )

    def _update(
        self,
        connection: str,
        fields: dict[str, Any],
        *,
        condition: str,
        values: dict[str, Any],
        also: tuple[str, ...] = (),
    ) -> bool:
        set_fields = {name: value for name, value in fields.items() if value not in (None, "", ())}
        gone = [name for name in fields if name not in set_fields] + list(also)
        parts = []
        if set_fields:
            parts.append("SET " + ", ".join(f"#{name} = :{name}" for name in set_fields))
        if gone:
            parts.append("REMOVE " + ", ".join(f"#{name}" for name in gone))
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": _key(connection),
            "UpdateExpression": " ".join(parts),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*set_fields, *gone)},
        }
        placed = values | {f":{name}": _value(value) for name, value in set_fields.items()}
        if placed:
            request["ExpressionAttributeValues"] = placed
        if condition:
            request["ConditionExpression"] = condition
        try:
            self._client.update_item(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def lag_of(progress: Progress, now: datetime) -> timedelta | None:
    """Return how far behind the channel a connection is, None where it was never polled to an end."""
    return None if progress.polled_until is None else max(now - progress.polled_until, timedelta(0))


def _key(connection: str) -> dict[str, Any]:
    return {"pk": {"S": PARTITION}, "sk": {"S": f"{connection}#STATE"}}


def _time(at: datetime) -> dict[str, str]:
    return {"S": at.astimezone(UTC).isoformat(timespec="microseconds")}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, tuple):
        return {"L": [{"S": entry} for entry in value]}
    return {"S": str(value)}


_READERS: dict[str, Callable[[Any], Any]] = {
    "polled_until": lambda value: datetime.fromisoformat(value["S"]),
    "since": lambda value: datetime.fromisoformat(value["S"]),
    "until": lambda value: datetime.fromisoformat(value["S"]),
    "token": lambda value: value["S"],
    "trail": lambda value: value["S"],
    "state": lambda value: value["S"],
    "failed_at": lambda value: datetime.fromisoformat(value["S"]),
    "wait_until": lambda value: datetime.fromisoformat(value["S"]),
    "polled_at": lambda value: datetime.fromisoformat(value["S"]),
    "succeeded_at": lambda value: datetime.fromisoformat(value["S"]),
    "read": lambda value: int(value["N"]),
    "swept_at": lambda value: datetime.fromisoformat(value["S"]),
    "swept": lambda value: int(value["N"]),
    "missed": lambda value: int(value["N"]),
    "restored": lambda value: tuple(entry["S"] for entry in value["L"]),
    "webhooks_state": lambda value: value["S"],
    "key_asked_at": lambda value: datetime.fromisoformat(value["S"]),
    "sweep_state": lambda value: value["S"],
    "sweep_since": lambda value: datetime.fromisoformat(value["S"]),
    "sweep_until": lambda value: datetime.fromisoformat(value["S"]),
    "sweep_token": lambda value: value["S"],
    "sweep_trail": lambda value: value["S"],
    "calls_state": lambda value: value["S"],
    "calls_failed_at": lambda value: datetime.fromisoformat(value["S"]),
    "levels_state": lambda value: value["S"],
    "levels_failed_at": lambda value: datetime.fromisoformat(value["S"]),
    "levels_told_at": lambda value: datetime.fromisoformat(value["S"]),
    "levels_wait_until": lambda value: datetime.fromisoformat(value["S"]),
    "levels_terms": lambda value: value["S"],
    "levels_pass": lambda value: datetime.fromisoformat(value["S"]),
    "levels_after": lambda value: value["S"],
    "levels_anew": lambda value: int(value["N"]),
    "levels_tickets": lambda value: tuple(entry["S"] for entry in value["L"]),
    "levels_again": lambda value: int(value["N"]),
}


def read_progress(item: Mapping[str, Any]) -> Progress:
    """Return what a state's item holds."""
    return Progress(**{name: read(item[name]) for name, read in _READERS.items() if name in item})
