"""Send a payload to the local run as its channel would."""

from __future__ import annotations

from datetime import datetime

from local.connections import get, secrets_of
from local.deploy import Stack
from local.errors import LocalError
from local.webhooks import Response, post, signed_headers, url_of
from shared.adapters import signature_of


def send(stack: Stack, connection: str, body: bytes, topic: str, now: datetime) -> Response:
    """Sign ``body`` with the connection's current secret, send it, return the answer. Raises LocalError."""
    found = get(stack, connection)
    if not signature_of(found.kind).SIGNATURE_HEADERS:
        raise LocalError(
            f"{found.kind} sends nothing, it is asked: `python -m local invoke poll_channels --time +5m`"
        )
    secrets = secrets_of(stack).secrets_for(found.kind, found.id)
    if not secrets:
        raise LocalError(
            f"{found.id} has no secret. Set one: python -m local connection rotate-secret {found.id}"
        )
    headers = signed_headers(found.kind, body, secrets[0], topic=topic, now=now)
    return post(url_of(stack.api_url, found.kind, found.id), body, headers)
