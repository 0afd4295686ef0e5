"""The envelope in which a webhook or a polled document waits in the inbox queue.

The queue is the store: the envelope carries the raw bytes, so that nothing is lost when
they cannot be read. It is JSON in ASCII, because SQS refuses some characters and a body
may hold any; large ones, and bytes that are no UTF-8, travel as base64.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from shared.orders.values import value

SCHEMA = 1
# One byte of text may take six as an escape, and SQS takes 1,048,576 in all: larger bodies travel as base64.
MAX_TEXT_BYTES = 170_000
_encode = json.JSONEncoder(check_circular=False).encode
_TEXTS = ("receipt_id", "connection", "kind", "source", "topic", "media_type", "delivery_id")


class UnreadableMessageError(ValueError):
    """A queue message that this code did not write: it goes to the dead letters."""


@value(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One document as it was received. ``body`` is None where it waits in S3 under ``spilled_to``.

    ``entity`` is the channel's own id of the order it is about, as far as a look at the bytes tells, else "".
    """

    receipt_id: str
    connection: str
    kind: str
    source: str  # webhook, poll, replay
    received_at: datetime
    topic: str = ""
    media_type: str = ""
    delivery_id: str = ""  # the sender's own; for the log, never a key
    body: bytes | None = b""
    spilled_to: str = ""
    entity: str = ""

    def encode(self) -> str:
        """Return the envelope as ASCII JSON."""
        message: dict[str, Any] = {
            "schema": SCHEMA,
            "receipt_id": self.receipt_id,
            "connection": self.connection,
            "kind": self.kind,
            "source": self.source,
            "received_at": self.received_at.isoformat(),
            "topic": self.topic,
            "media_type": self.media_type,
            "delivery_id": self.delivery_id,
            "entity": self.entity,
        }
        if self.body is None:
            message["spilled_to"] = self.spilled_to
        else:
            text = _text_of(self.body)
            if text is not None:
                message["body"] = text
            else:
                message["body_base64"] = base64.b64encode(self.body).decode("ascii")
        return _encode(message)


@value(frozen=True, slots=True, kw_only=True)
class ParkedPointer:
    """A request to apply a parked input now, because its order or parcel became known."""

    pk: str
    sk: str

    def encode(self) -> str:
        """Return the pointer as ASCII JSON; it holds ids only."""
        return _encode({"schema": SCHEMA, "parked": {"pk": self.pk, "sk": self.sk}})


def decode(message: str) -> Receipt | ParkedPointer:
    """Read an inbox message. Raises UnreadableMessageError for anything else."""
    try:
        fields = json.loads(message)
        schema = fields["schema"]
        if schema == SCHEMA:
            return _pointer(fields["parked"]) if "parked" in fields else _receipt(fields)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        # The message may hold personal data: name the kind of trouble only.
        raise UnreadableMessageError(type(error).__name__) from None
    # Newer code wrote it, or nobody of us.
    raise UnreadableMessageError(f"schema {schema}" if type(schema) is int else "schema")


def _pointer(fields: dict[str, Any]) -> ParkedPointer:
    return ParkedPointer(pk=_text(fields, "pk"), sk=_text(fields, "sk"))


def _receipt(fields: dict[str, Any]) -> Receipt:
    return Receipt(
        **{name: _text(fields, name) for name in _TEXTS},
        received_at=_time(fields, "received_at"),
        body=_body(fields),
        spilled_to=_text(fields, "spilled_to") if "spilled_to" in fields else "",
        entity=_text(fields, "entity") if "entity" in fields else "",  # messages from before had none
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _time(fields: dict[str, Any], name: str) -> datetime:
    value = datetime.fromisoformat(_text(fields, name))
    if value.tzinfo is None:
        raise ValueError(name)
    return value


def _body(fields: dict[str, Any]) -> bytes | None:
    if "spilled_to" in fields:
        return None
    if "body_base64" in fields:
        return base64.b64decode(_text(fields, "body_base64"), validate=True)
    return _text(fields, "body").encode("utf-8")


def _text_of(body: bytes) -> str | None:
    if len(body) > MAX_TEXT_BYTES:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
