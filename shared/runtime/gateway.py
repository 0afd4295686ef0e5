"""HTTP API events (payload format 2.0) to and from our own words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.runtime.events import UnexpectedEventError
from shared.usecases.receive_webhook import MESSAGES, WebhookAnswer, WebhookRequest


def read_webhook(event: Any) -> WebhookRequest:
    """Return the request in an HTTP API event. Raises UnexpectedEventError for any other event."""
    try:
        context = event["requestContext"]
        path: Mapping[str, str] = event["pathParameters"]
        return WebhookRequest(
            method=context["http"]["method"],
            kind=path["kind"],
            connection=path["connection"],
            # The gateway lower-cases header names; a test event or another gateway may not.
            headers={name.lower(): value for name, value in event.get("headers", {}).items()},
            address=f"https://{context.get('domainName', '')}{event.get('rawPath', '')}",
            query=event.get("queryStringParameters") or {},
            body=event.get("body") or "",
            is_base64=bool(event.get("isBase64Encoded")),
            is_token_request=str(event.get("routeKey", "")).endswith("/{connection}/token"),
            request_id=context["requestId"],
        )
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedEventError from None


def write_answer(answer: WebhookAnswer, request_id: str) -> dict[str, Any]:
    """Return the HTTP API's response. Refusals are ``{"code", "message", "request_id"}``."""
    if answer.raw is not None:
        body = answer.raw
    elif answer.code == "accepted":
        body = '{"status": "accepted"}'
    else:
        body = json.dumps({"code": answer.code, "message": MESSAGES[answer.code], "request_id": request_id})
    return {
        "statusCode": answer.status,
        "headers": {"Content-Type": answer.media_type, **answer.headers},
        "body": body,
    }
