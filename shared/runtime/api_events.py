"""HTTP API events of the merchant API (payload format 2.0) to and from its own words."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.api.endpoints.desk import ApiAnswer
from shared.api.problems import MEDIA_TYPE, ApiError, problem_body
from shared.api.requests import ApiRequest
from shared.runtime.events import UnexpectedEventError

RETRY_AFTER_SECONDS = 1


def read_request(event: Any) -> ApiRequest:
    """Return the request in an HTTP API event. Raises UnexpectedEventError for any other event."""
    try:
        context = event["requestContext"]
        if not isinstance(event["rawPath"], str) or not isinstance(context["http"]["method"], str):
            raise UnexpectedEventError
        return ApiRequest(
            request_id=context["requestId"],
            path=event.get("pathParameters") or {},
            query=event.get("queryStringParameters") or {},
            headers={name.lower(): value for name, value in event.get("headers", {}).items()},
            body=event.get("body") or "",
            is_base64=bool(event.get("isBase64Encoded")),
            # Without an authorizer there is no caller: nothing is served to nobody.
            claims=context.get("authorizer", {}).get("jwt", {}).get("claims", {}),
        )
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedEventError from None


def write_answer(answer: ApiAnswer) -> Response[str]:
    """Return a successful response."""
    return Response(answer.status, "application/json", _json(answer.body), dict(answer.headers))


def write_problem(error: ApiError, request_id: str) -> Response[str]:
    """Return the response to a request that failed."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if error.status == 503 else {}
    return Response(error.status, MEDIA_TYPE, _json(problem_body(error, request_id)), headers)


def _json(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
