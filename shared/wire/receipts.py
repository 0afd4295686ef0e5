"""The envelope in which a webhook or a polled document waits in the inbox queue.

The queue is the store: the envelope carries the raw bytes, so that nothing is lost when
they cannot be read. It is JSON in ASCII, because SQS refuses some characters and a body
may hold any; bytes that are no UTF-8 travel as base64.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SCHEMA = 1


class UnreadableMessageError(ValueError):
    """A queue message that this code did not write: it goes to the dead letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One document as it was received. ``body`` is None where it waits in S3 under ``spilled_to``."""

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
        }
        if self.body is None:
            message["spilled_to"] = self.spilled_to
        else:
            try:
                message["body"] = self.body.decode("utf-8")
            except UnicodeDecodeError:
                message["body_base64"] = base64.b64encode(self.body).decode("ascii")
        return json.dumps(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPointer:
    """A request to apply a parked input now, because its order or parcel became known."""

    pk: str
    sk: str

    def encode(self) -> str:
        """Return the pointer as ASCII JSON; it holds ids only."""
        return json.dumps({"schema": SCHEMA, "parked": {"pk": self.pk, "sk": self.sk}})


def decode(message: str) -> Receipt | ParkedPointer:
    """Read an inbox message. Raises UnreadableMessageError for anything else."""
    try:
        fields = json.loads(message)
        if fields["schema"] != SCHEMA:
            raise UnreadableMessageError(f"schema {fields['schema']!r}")
        if "parked" in fields:
            return ParkedPointer(pk=fields["parked"]["pk"], sk=fields["parked"]["sk"])
        return Receipt(
            receipt_id=fields["receipt_id"],
            connection=fields["connection"],
            kind=fields["kind"],
            source=fields["source"],
            received_at=datetime.fromisoformat(fields["received_at"]),
            topic=fields["topic"],
            media_type=fields["media_type"],
            delivery_id=fields["delivery_id"],
            body=_body(fields),
            spilled_to=fields.get("spilled_to", ""),
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        # The message may hold personal data: name the kind of trouble only.
        raise UnreadableMessageError(type(error).__name__) from None


def _body(fields: dict[str, Any]) -> bytes | None:
    if "spilled_to" in fields:
        return None
    if "body_base64" in fields:
        return base64.b64decode(fields["body_base64"], validate=True)
    body: str = fields["body"]
    return body.encode("utf-8")
