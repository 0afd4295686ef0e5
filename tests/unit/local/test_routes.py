"""The HTTP API's routes are read from the processed template."""

from __future__ import annotations

from typing import Any

import pytest

from local.errors import LocalError
from local.routes import Authorizer, Route, authorizers_of, routes_of


def integration(function: str = "ReceiveWebhookFunction") -> dict[str, Any]:
    arn = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${{{function}.Arn}}/invocations"
    return {"type": "aws_proxy", "uri": {"Fn::Sub": arn}, "payloadFormatVersion": "2.0"}


def body(operation: dict[str, Any], path: str = "/webhooks/{kind}", method: str = "post") -> dict[str, Any]:
    return {"openapi": "3.0.1", "paths": {path: {method: operation}}}


def test_each_operation_is_a_route_to_its_function() -> None:
    operation = {"x-amazon-apigateway-integration": integration()}
    assert routes_of(body(operation)) == [
        Route(key="POST /webhooks/{kind}", function="ReceiveWebhookFunction", payload_version="2.0")
    ]


def test_the_any_method_is_called_any() -> None:
    operation = {"x-amazon-apigateway-integration": integration()}
    routes = routes_of(body(operation, method="x-amazon-apigateway-any-method"))
    assert [route.key for route in routes] == ["ANY /webhooks/{kind}"]


def test_the_default_route_has_no_method() -> None:
    operation = {"x-amazon-apigateway-integration": integration()}
    routes = routes_of(body(operation, path="/$default", method="x-amazon-apigateway-any-method"))
    assert [route.key for route in routes] == ["$default"]


def test_what_is_no_operation_is_passed_over() -> None:
    assert routes_of({"paths": {"/webhooks": {"parameters": []}}}) == []


def authorizer(**changes: Any) -> dict[str, Any]:
    scheme = {
        "type": "jwt",
        "identitySource": "$request.header.Authorization",
        "jwtConfiguration": {
            "issuer": {"Fn::Sub": "https://${UserPool.ProviderName}"},
            "audience": [{"Ref": "PeopleClient"}],
        },
    }
    return {"Tokens": {"type": "oauth2", "x-amazon-apigateway-authorizer": scheme | changes}}


def test_a_route_keeps_its_authorizer_and_none_means_none() -> None:
    operation = {"x-amazon-apigateway-integration": integration()}
    guarded = routes_of(body(operation | {"security": [{"Tokens": []}]}))
    assert [route.authorizer for route in guarded] == ["Tokens"]
    everywhere = body(operation) | {"security": [{"Tokens": []}]}
    assert [route.authorizer for route in routes_of(everywhere)] == ["Tokens"]
    open_ones = routes_of(body(operation | {"security": [{"NONE": []}]}))
    assert [route.authorizer for route in open_ones] == [""]


def test_an_authorizer_names_its_pool_and_its_clients() -> None:
    assert authorizers_of({"components": {"securitySchemes": authorizer()}}) == [
        Authorizer(
            name="Tokens",
            source="$request.header.Authorization",
            pool="UserPool",
            clients=("PeopleClient",),
        )
    ]
    assert authorizers_of({}) == []


def test_what_guards_a_route_otherwise_is_refused_rather_than_left_out() -> None:
    guards: list[list[dict[str, list[str]]]] = [
        [{"Tokens": ["orders/read"]}],
        [{"Tokens": []}, {"Other": []}],
    ]
    for security in guards:
        operation = {"x-amazon-apigateway-integration": integration(), "security": security}
        with pytest.raises(LocalError, match="authorizer"):
            routes_of(body(operation))
    for other in (
        authorizer(type="request"),
        authorizer(jwtConfiguration={"issuer": "https://example.com", "audience": []}),
        {"Tokens": {"type": "apiKey"}},
    ):
        with pytest.raises(LocalError, match="authorizer"):
            authorizers_of({"components": {"securitySchemes": other}})


def test_a_route_to_nothing_is_refused() -> None:
    operation = {"x-amazon-apigateway-integration": {"uri": "https://example.com"}}
    with pytest.raises(LocalError, match="names no function"):
        routes_of(body(operation))
