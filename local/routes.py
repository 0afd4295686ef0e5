"""The HTTP API's routes: the local AWS makes none from the translated template's ``Body``, so we do.

Read from the processed template, so that a route that is missing there is missing here too.
Only what our template uses: a Lambda proxy behind each route, and authorizers for access tokens.
Any other authorizer is refused rather than left out, because without it the route would be open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws import REGION
from local.errors import LocalError

if TYPE_CHECKING:
    from local.clients import Clients

_ANY = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_METHODS = {_ANY: "ANY"} | {
    method: method.upper() for method in ("get", "put", "post", "delete", "options", "head", "patch")
}
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_OPEN = "NONE"  # what SAM writes for a route without an authorizer
_POOL = re.compile(r"https://\$\{([A-Za-z0-9]+)\.ProviderName\}")
_FUNCTION_ARN = re.compile(r"\$\{([A-Za-z0-9]+)\.Arn\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: ``key`` as API Gateway writes it (``ANY /webhooks/{kind}``), ``function`` a logical id."""

    key: str
    function: str
    payload_version: str
    authorizer: str = ""  # "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Who issues the access tokens, and to whom: user pool and clients by their logical ids."""

    name: str
    source: str
    pool: str
    clients: tuple[str, ...]


def routes_of(body: Mapping[str, Any]) -> list[Route]:
    """Return the routes of an OpenAPI ``Body`` as SAM translates it. Raises LocalError."""
    routes: list[Route] = []
    for path, operations in body.get("paths", {}).items():
        for name, operation in operations.items():
            method = _METHODS.get(name)
            if method is None:
                continue
            integration = operation[_INTEGRATION]
            route = Route(
                key="$default" if path == "/$default" else f"{method} {path}",
                function=_function(integration["uri"], path),
                payload_version=integration.get("payloadFormatVersion", "2.0"),
                authorizer=_authorizer(
                    operation.get("security", body.get("security", [])), f"{method} {path}"
                ),
            )
            routes.append(route)
    return routes


def authorizers_of(body: Mapping[str, Any]) -> list[Authorizer]:
    """Return the authorizers of an OpenAPI ``Body``. Raises LocalError for one that is not of our kind."""
    found: list[Authorizer] = []
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        match scheme.get(_AUTHORIZER):
            case {
                "type": "jwt",
                "identitySource": str(source),
                "jwtConfiguration": {"issuer": {"Fn::Sub": str(issuer)}, "audience": [*audience]},
            } if pool := _POOL.fullmatch(issuer):
                clients = tuple([client["Ref"] for client in audience])
                found.append(Authorizer(name=name, source=source, pool=pool.group(1), clients=clients))
            case _:
                raise LocalError(f"The authorizer {name} is not one that local/routes.py can make.")
    return found


def create_routes(
    clients: Clients,
    api_id: str,
    body: Mapping[str, Any],
    resources: Mapping[str, str],
    arns: Mapping[str, str],
) -> None:
    """Replace the routes of ``api_id`` by those of ``body``.

    ``resources`` gives each resource's physical id by logical id, ``arns`` each function's ARN.
    """
    _delete_routes(clients, api_id)
    made = {
        entry.name: _create_authorizer(clients, api_id, entry, resources) for entry in authorizers_of(body)
    }
    for route in routes_of(body):
        integration = clients.apigateway.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arns[route.function],
            PayloadFormatVersion=route.payload_version,
        )
        guard: Any = (
            {"AuthorizationType": "JWT", "AuthorizerId": made[route.authorizer]} if route.authorizer else {}
        )
        clients.apigateway.create_route(
            ApiId=api_id, RouteKey=route.key, Target=f"integrations/{integration['IntegrationId']}", **guard
        )


def _delete_routes(clients: Clients, api_id: str) -> None:
    for page in clients.apigateway.get_paginator("get_routes").paginate(ApiId=api_id):
        for item in page["Items"]:
            clients.apigateway.delete_route(ApiId=api_id, RouteId=item["RouteId"])
    for authorizer in clients.apigateway.get_authorizers(ApiId=api_id)["Items"]:
        clients.apigateway.delete_authorizer(ApiId=api_id, AuthorizerId=authorizer["AuthorizerId"])


def _create_authorizer(
    clients: Clients, api_id: str, authorizer: Authorizer, resources: Mapping[str, str]
) -> str:
    made = clients.apigateway.create_authorizer(
        ApiId=api_id,
        Name=authorizer.name,
        AuthorizerType="JWT",
        IdentitySource=[authorizer.source],
        JwtConfiguration={
            "Issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{resources[authorizer.pool]}",
            "Audience": [resources[client] for client in authorizer.clients],
        },
    )
    return made["AuthorizerId"]


def _authorizer(security: Sequence[Mapping[str, Sequence[str]]], route: str) -> str:
    """Return the name of a route's authorizer, "" for none. Raises LocalError for what is not of our kind."""
    match security:
        case []:
            return ""
        case [{**one}] if len(one) == 1 and not any(one.values()):
            (name,) = one
            return "" if name == _OPEN else name
    raise LocalError(f"{route} has an authorizer that local/routes.py cannot make: scopes, or two of them.")


def _function(uri: object, path: str) -> str:
    text = uri.get("Fn::Sub", "") if isinstance(uri, Mapping) else uri
    if isinstance(text, list):
        text = text[0]
    found = _FUNCTION_ARN.search(text) if isinstance(text, str) else None
    if found is None:
        raise LocalError(f"The route {path} names no function of the template.")
    return found.group(1)
