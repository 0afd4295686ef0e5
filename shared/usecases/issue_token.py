"""Give a sender the token by which its webhooks prove themselves. Reads no database, and keeps nothing.

For senders that ask *us* for an access token (RFC 6749, section 4.4). What a token is, and who gets one, is
the adapter's: ``answer_token`` in its ``signature.py``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shared.adapters import ADAPTERS, signature_of
from shared.connections.errors import SecretsUnavailableError
from shared.usecases.receive_webhook import (
    CONNECTION_ID,
    Secrets,
    WebhookAnswer,
    WebhookRequest,
    decode_body,
    refusal,
    shake,
)

MAX_FORM_BYTES = 10_000


def issue_token(request: WebhookRequest, *, secrets: Secrets, now: datetime) -> WebhookAnswer:
    """Answer one request for a token. Kinds that know none, and unknown connections, get the same 401."""
    if request.method != "POST":
        return refusal("method_not_allowed")
    body = decode_body(request, MAX_FORM_BYTES)
    if isinstance(body, WebhookAnswer):
        return body
    adapter = signature_of(request.kind) if request.kind in ADAPTERS else None
    answer_token = getattr(adapter, "answer_token", None)
    if answer_token is None or not CONNECTION_ID.fullmatch(request.connection):
        return refusal("invalid_signature")
    try:
        answer = answer_token(
            request.headers, body, secrets.secrets_for(request.kind, request.connection), now=now
        )
        if answer.status == 401:
            # Rotated a moment ago? The cache may be older than the sender's new secret.
            newer = secrets.secrets_for(request.kind, request.connection, fresh=True)
            answer = answer_token(request.headers, body, newer, now=now) if newer else answer
    except SecretsUnavailableError:
        return refusal("secrets_unavailable")
    # RFC 6749, section 5.1: a token is not to be kept on its way.
    return replace(shake(answer), code="token", headers={"Cache-Control": "no-store"})
