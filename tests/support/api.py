"""Requests to the merchant API, as API Gateway hands them over once its authorizer has let them pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from shared.api.routes import ROUTES
from tests.support.hub import Hub

CLERK = {"sub": "clerk-1", "token_use": "access", "cognito:groups": "[clerks]"}
OTHER_CLERK = {"sub": "clerk-2", "token_use": "access", "cognito:groups": "[clerks]"}
VIEWER = {"sub": "viewer-1", "token_use": "access", "cognito:groups": "[viewers]"}
MACHINE = {"sub": "machine-1", "token_use": "access", "scope": "orders/read orders/write"}
READING_MACHINE = {"sub": "machine-2", "token_use": "access", "scope": "orders/read"}

_NUMBERS = count(1)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The problem's code, "" where there is none."""
        code: str = self.body.get("code", "") if self.status >= 400 else ""
        return code


def api_event(
    method: str,
    path: str,
    *,
    claims: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    """Return a request as API Gateway hands it to Lambda (payload format 2.0); no claims: no authorizer."""
    context: dict[str, Any] = {
        "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
        "requestId": f"request-{next(_NUMBERS)}",
        "stage": "$default",
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": dict(headers or {}),
        "requestContext": context,
        "isBase64Encoded": False,
    }
    variables = path_variables(path)
    # As the gateway does it: what is not there has no key.
    return (
        event
        | ({"pathParameters": variables} if variables else {})
        | ({"queryStringParameters": dict(query)} if query else {})
        | ({"body": body} if body is not None else {})
    )


def path_variables(path: str) -> dict[str, str]:
    """Return what stands for the variables of the route that a path belongs to."""
    parts = path.split("/")
    for route in ROUTES:
        names = route.gateway_path.split("/")
        if names[-1].endswith("+}") and len(parts) > len(names):
            parts = [*parts[: len(names) - 1], "/".join(parts[len(names) - 1 :])]
        pairs = list(zip(names, parts, strict=False))
        if len(names) == len(parts) and all(name == part or name[:1] == "{" for name, part in pairs):
            return {name.strip("{+}"): part for name, part in pairs if name[:1] == "{"}
    return {}


class Api:
    """The API of a hub, used by one caller."""

    def __init__(self, hub: Hub, claims: Mapping[str, str] | None = CLERK) -> None:
        self.hub = hub
        self.claims = claims

    def get(self, path: str, **query: str) -> Answer:
        """Read something."""
        return self._send(api_event("GET", path, claims=self.claims, query=query))

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str | None = "key-1",
        if_match: str = "",
        raw: str | None = None,
        media_type: str = "application/json",
        method: str = "POST",
    ) -> Answer:
        """Ask for something. ``raw`` is sent as it is."""
        headers = {"content-type": media_type} | ({"idempotency-key": key} if key is not None else {})
        headers |= {"if-match": if_match} if if_match else {}
        text = raw if raw is not None else None if body is None else json.dumps(body)
        return self._send(api_event(method, path, claims=self.claims, headers=headers, body=text))

    def command(self, order: str, name: str, body: Any = None, **options: Any) -> Answer:
        """Give a command to an order."""
        return self.post(f"/v1/orders/{order}/commands/{name}", body, **options)

    def _send(self, event: dict[str, Any]) -> Answer:
        response = self.hub.invoke("serve_api", event)
        return Answer(response["statusCode"], json.loads(response["body"]), response.get("headers", {}))
