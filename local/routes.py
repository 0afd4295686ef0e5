"""The HTTP API's routes: the local AWS makes none from the translated template's ``Body``, so we do.

Read from the processed template, so that a route that is missing there is missing here too.
Only what our template uses: a Lambda proxy behind each route. An authorizer is refused
rather than left out, because without it the route would be open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.errors import LocalError

if TYPE_CHECKING:
    from local.clients import Clients

_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_METHODS = {_ANY: "ANY"} | {
    method: method.upper() for method in ("get", "put", "post", "delete", "options", "head", "patch")
}
_FUNCTION_ARN = re.compile(r"\$\{([A-Za-z0-9]+)\.Arn\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: ``key`` as API Gateway writes it (``ANY /webhooks/{kind}``), ``function`` a logical id."""

    key: str
    function: str
    payload_version: str


def routes_of(body: Mapping[str, Any]) -> list[Route]:
    """Return the routes of an OpenAPI ``Body`` as SAM translates it. Raises LocalError."""
    routes: list[Route] = []
    for path, operations in body.get("paths", {}).items():
        for name, operation in operations.items():
            method = _METHODS.get(name)
            if method is None:
                continue
            if operation.get("security") or body.get("security"):
                raise LocalError(f"{method} {path} has an authorizer, which local/routes.py cannot make yet.")
            integration = operation[_INTEGRATION]
            route = Route(
                key="$default" if path == "/$default" else f"{method} {path}",
                function=_function(integration["uri"], path),
                payload_version=integration.get("payloadFormatVersion", "2.0"),
            )
            routes.append(route)
    return routes


def create_routes(clients: Clients, api_id: str, routes: list[Route], arns: Mapping[str, str]) -> None:
    """Replace the routes of ``api_id``; ``arns`` gives each function's ARN by logical id."""
    for page in clients.apigateway.get_paginator("get_routes").paginate(ApiId=api_id):
        for item in page["Items"]:
            clients.apigateway.delete_route(ApiId=api_id, RouteId=item["RouteId"])
    for route in routes:
        integration = clients.apigateway.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arns[route.function],
            PayloadFormatVersion=route.payload_version,
        )
        clients.apigateway.create_route(
            ApiId=api_id, RouteKey=route.key, Target=f"integrations/{integration['IntegrationId']}"
        )


def _function(uri: object, path: str) -> str:
    text = uri.get("Fn::Sub", "") if isinstance(uri, Mapping) else uri
    if isinstance(text, list):
        text = text[0]
    found = _FUNCTION_ARN.search(text) if isinstance(text, str) else None
    if found is None:
        raise LocalError(f"The route {path} names no function of the template.")
    return found.group(1)
