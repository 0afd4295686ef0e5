"""Requests as the platforms send them, for tests: signed with the adapters' own ``sign``."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.adapters import signature_of
from shared.usecases.receive_webhook import WebhookRequest

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def signed_headers(kind: str, body: bytes, secret: str, topic: str = "") -> dict[str, str]:
    """Return the headers of an authentic webhook, names in lower case."""
    headers = signature_of(kind).sign(body, secret, topic=topic, now=NOW)
    return {"content-type": "application/json"} | {name.lower(): value for name, value in headers.items()}


def webhook(
    kind: str, connection: str, raw: bytes, headers: Mapping[str, str], **overrides: Any
) -> WebhookRequest:
    """Return a webhook as the use case gets it."""
    fields: dict[str, Any] = {
        "method": "POST",
        "kind": kind,
        "connection": connection,
        "headers": headers,
        "body": raw.decode("utf-8", "replace"),
        "request_id": "request-1",
    }
    return WebhookRequest(**(fields | overrides))


def gateway_event(
    kind: str, connection: str, body: bytes, headers: Mapping[str, str], request_id: str, method: str = "POST"
) -> dict[str, Any]:
    """Return a webhook as API Gateway hands it to Lambda (payload format 2.0)."""
    try:
        text, is_base64 = body.decode("utf-8"), False
    except UnicodeDecodeError:
        text, is_base64 = base64.b64encode(body).decode("ascii"), True
    return {
        "version": "2.0",
        "routeKey": "ANY /webhooks/{kind}/{connection}",
        "rawPath": f"/webhooks/{kind}/{connection}",
        "rawQueryString": "",
        "headers": dict(headers),
        "pathParameters": {"kind": kind, "connection": connection},
        "requestContext": {
            "http": {"method": method, "path": f"/webhooks/{kind}/{connection}"},
            "requestId": request_id,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }
