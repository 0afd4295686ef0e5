"""Receive a webhook: prove who sent it, store it, answer. Reads no database.

The order of the checks is part of the contract with the senders: method, size, encoding,
authentication. After that the document is stored, and nothing about its content can
turn the answer into an error any more: a platform that sees 4xx or 5xx retries,
and in the end deletes the subscription.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Protocol

from shared.adapters import ADAPTERS, signature_of
from shared.connections.errors import SecretsUnavailableError
from shared.orders.values import value
from shared.wire.adapter import Answer, SignatureModule
from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import Receipt

MAX_BODY_BYTES = 1_000_000  # for adapters that set no other
SPILL_BYTES = 180_000
RETRY_AFTER_SECONDS = 30
MAX_TOPIC = 100  # characters: longer than any that is known, so that none becomes known by being cut
CONNECTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_DUMMY_SECRET = "a secret that no connection has"  # noqa: S105  compared against, never accepted

CODES = {
    "accepted": 202,
    "invalid_encoding": 400,
    "invalid_signature": 401,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "unsupported_encoding": 415,
    "unsupported_media_type": 415,
    "inbox_unavailable": 503,
    "secrets_unavailable": 503,
}
MESSAGES = {
    "invalid_encoding": "The body is not valid base64.",
    "invalid_signature": "The signature does not match. Check the connection's id and its secret.",
    "method_not_allowed": "Send webhooks with POST.",
    "body_too_large": "The body is larger than any that this channel is known to send.",
    "unsupported_encoding": "Send the body without Content-Encoding.",
    "unsupported_media_type": "Send the body in the media type that the channel documents.",
    "inbox_unavailable": "The webhook could not be stored. Send it again.",
    "secrets_unavailable": "The signature cannot be checked right now. Send it again.",
}


class Secrets(Protocol):
    """Where the connections' webhook secrets are."""

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        """Return the current and the previous secret, () for an unknown connection.

        ``fresh`` asks the store again, as far as its own rate limit allows; until then it returns
        what is known. Raises SecretsUnavailableError.
        """


class Inbox(Protocol):
    """Where received documents wait."""

    def put(self, receipt: Receipt, *, group: str) -> None:
        """Store one document; within a ``group`` the order is kept. Raises InboxUnavailableError."""

    def spill(self, receipt_id: str, body: bytes) -> str:
        """Store a large body apart and return where. Raises InboxUnavailableError."""


@value(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """An HTTP request as the gateway hands it over. Header names are lower case."""

    method: str
    kind: str
    connection: str
    headers: Mapping[str, str]
    address: str = ""  # the webhook's own, as it was called: https, no query
    query: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    is_base64: bool = False
    is_token_request: bool = False  # no event: the sender wants a token, to send its events with
    request_id: str = ""


@value(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What the sender gets. ``code`` is stable; ``raw`` replaces the JSON body for handshakes."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None
    media_type: str = "application/json"


def receive_webhook(
    request: WebhookRequest,
    *,
    secrets: Secrets,
    inbox: Inbox,
    now: datetime,
    ask_key: Callable[[str, str], None] = lambda _connection, _key: None,
) -> WebhookAnswer:
    """Answer one request; when the answer is a success, the document is stored.

    ``ask_key`` is told the connection and the key that a refused webhook names, where no secret has it.
    """
    if request.method not in ("POST", "GET"):
        return refusal("method_not_allowed")
    adapter = signature_of(request.kind) if request.kind in ADAPTERS else None
    body = decode_body(request, getattr(adapter, "MAX_BODY_BYTES", MAX_BODY_BYTES))
    if isinstance(body, WebhookAnswer):
        return body
    if adapter is not None:
        handshake = adapter.handshake(request.method, request.headers, request.query, body)
        if handshake is not None:
            return shake(handshake)
    if request.method != "POST":
        return _answer_challenge(request, adapter, secrets)
    if request.query:
        request = replace(request, headers=_with_query(request))
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return refusal("unsupported_encoding")
    try:
        if not _is_authentic(request, body, adapter, secrets, now):
            _ask_for_key(request, adapter, secrets, ask_key)
            return refusal(_reason_unsigned(request, adapter))
        assert adapter is not None  # noqa: S101  only a known adapter can authenticate
        _store(request, body, adapter, inbox, now)
    except SecretsUnavailableError:
        return refusal("secrets_unavailable")
    except InboxUnavailableError:
        return refusal("inbox_unavailable")
    return WebhookAnswer(status=adapter.SUCCESS_STATUS, code="accepted")


def _with_query(request: WebhookRequest) -> dict[str, str]:
    """Return the headers, and beside them what else may prove the sender: the address's query.

    No header can have a question mark in its name (RFC 9110, section 5.6.2).
    """
    return {**request.headers, **{f"?{name}": value for name, value in request.query.items()}}


def shake(handshake: Answer) -> WebhookAnswer:
    """Return an adapter's own answer as the sender gets it."""
    return WebhookAnswer(
        status=handshake.status, code="handshake", raw=handshake.body, media_type=handshake.content_type
    )


def _answer_challenge(
    request: WebhookRequest, adapter: SignatureModule | None, secrets: Secrets
) -> WebhookAnswer:
    """Answer a GET: a challenge by the proof that we know the connection's secret, anything else by 405."""
    prove = getattr(adapter, "answer_challenge", None)
    if prove is None or not request.query or not CONNECTION_ID.fullmatch(request.connection):
        return refusal("method_not_allowed")
    try:
        known = secrets.secrets_for(request.kind, request.connection)
    except SecretsUnavailableError:
        return refusal("secrets_unavailable")
    proof = prove(request.query, request.address, known)
    return refusal("method_not_allowed") if proof is None else shake(proof)


def refusal(code: str) -> WebhookAnswer:
    """Return what a refused request gets, by its line in :data:`CODES`."""
    status = CODES[code]
    headers: dict[str, str] = {}
    if status == 405:
        headers["Allow"] = "POST"
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return WebhookAnswer(status=status, code=code, headers=headers)


def decode_body(request: WebhookRequest, most: int = MAX_BODY_BYTES) -> bytes | WebhookAnswer:
    """Return the raw body, or the refusal of one that is none or has more than ``most`` bytes."""
    # Four characters of base64 are three bytes: a longer text is too large before it is decoded.
    if len(request.body) > most * (4 / 3 if request.is_base64 else 1) + 4:
        return refusal("body_too_large")
    try:
        body = (
            base64.b64decode(request.body, validate=True)
            if request.is_base64
            else request.body.encode("utf-8")
        )
    except (binascii.Error, ValueError):
        return refusal("invalid_encoding")
    return body if len(body) <= most else refusal("body_too_large")


def _is_authentic(
    request: WebhookRequest, body: bytes, adapter: SignatureModule | None, secrets: Secrets, now: datetime
) -> bool:
    known = adapter is not None and CONNECTION_ID.fullmatch(request.connection) is not None
    if adapter is None or not known:
        # As much work as for a known connection, so that the time taken tells nothing.
        hmac.digest(_DUMMY_SECRET.encode(), body, hashlib.sha256)
        return False
    if not _is_signed(request, adapter):
        return False
    current = secrets.secrets_for(request.kind, request.connection)
    if adapter.verify(request.headers, body, current or (_DUMMY_SECRET,), now=now) and current:
        return True
    # Rotated a moment ago? The cache may be older than the sender's new secret.
    newer = secrets.secrets_for(request.kind, request.connection, fresh=True)
    return bool(newer) and newer != current and adapter.verify(request.headers, body, newer, now=now)


def _ask_for_key(
    request: WebhookRequest,
    adapter: SignatureModule | None,
    secrets: Secrets,
    ask_key: Callable[[str, str], None],
) -> None:
    """Let the key be asked for by which the sender signed, where none is stored: it comes again."""
    unknown_key = getattr(adapter, "unknown_key", None)
    if unknown_key is None or not CONNECTION_ID.fullmatch(request.connection):
        return
    known = secrets.secrets_for(request.kind, request.connection)
    key = unknown_key(request.headers, known) if known else ""
    if key:
        ask_key(request.connection, key)


def _reason_unsigned(request: WebhookRequest, adapter: SignatureModule | None) -> str:
    if adapter is None or _is_signed(request, adapter):
        return "invalid_signature"
    media_type = _media_type(request)
    return "invalid_signature" if media_type in ("", adapter.MEDIA_TYPE) else "unsupported_media_type"


def _is_signed(request: WebhookRequest, adapter: SignatureModule) -> bool:
    return any(request.headers.get(name) for name in adapter.SIGNATURE_HEADERS)


def _media_type(request: WebhookRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _store(
    request: WebhookRequest, body: bytes, adapter: SignatureModule, inbox: Inbox, now: datetime
) -> None:
    large = len(body) > SPILL_BYTES
    entity = adapter.entity_hint(request.headers, body)
    receipt = Receipt(
        receipt_id=request.request_id,
        connection=request.connection,
        kind=request.kind,
        source="webhook",
        received_at=now,
        topic=adapter.topic(request.headers, body)[:MAX_TOPIC],
        media_type=_media_type(request),
        delivery_id=request.headers.get(getattr(adapter, "DELIVERY_HEADER", ""), "")[:100],
        body=None if large else body,
        spilled_to=inbox.spill(request.request_id, body) if large else "",
        entity=entity,
    )
    group = f"{request.connection}/{entity}" if entity else request.request_id
    inbox.put(receipt, group=hashlib.sha256(group.encode()).hexdigest()[:32])
