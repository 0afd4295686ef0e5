"""Who reaches what: every route has an authorizer but the webhooks', and tokens come from our pool only."""

from __future__ import annotations

from typing import Any

from shared.api.callers import GROUPS, SCOPES
from shared.api.routes import ROUTES
from tests.support.template import load_template, of_type, translate_template

TEMPLATE = translate_template()
(API,) = of_type(TEMPLATE, "AWS::ApiGatewayV2::Api").values()
OPERATIONS: dict[tuple[str, str], Any] = {
    (method.upper(), path): operation
    for path, operations in API["Body"]["paths"].items()
    for method, operation in operations.items()
}
ANY = "X-AMAZON-APIGATEWAY-ANY-METHOD"
# Routes that anybody reaches, and what proves the caller there.
OPEN = {
    (ANY, "/webhooks/{kind}/{connection}"): "the sender's signature",
    (ANY, "/webhooks/{kind}/{connection}/token"): "the connection's secret",
    ("GET", "/track/{token}"): "a signed link; the page holds nothing personal",
    ("POST", "/track/{token}"): "a signed link, and what only the customer knows",
}


def test_s3_every_route_but_the_webhooks_needs_an_access_token() -> None:
    # SAM writes NONE for a route without an authorizer.
    asked = {route: operation["security"] for route, operation in OPERATIONS.items()}
    assert {route for route, security in asked.items() if security == [{"NONE": []}]} == set(OPEN)
    assert all(security == [{"AccessToken": []}] for route, security in asked.items() if route not in OPEN)


def test_the_template_has_the_routes_that_the_function_serves() -> None:
    served = {(route.method, route.gateway_path) for route in ROUTES}
    assert set(OPERATIONS) - set(OPEN) == served | {(ANY, "/v1/{proxy+}")}  # and the rest, to find nothing
    for route in set(OPERATIONS) - set(OPEN):
        uri = OPERATIONS[route]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        assert "${ServeApiFunction.Arn}" in uri


def test_b52_tokens_are_those_of_our_own_pool_and_clients() -> None:
    (scheme,) = API["Body"]["components"]["securitySchemes"].values()
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "jwt"
    assert authorizer["identitySource"] == "$request.header.Authorization"
    assert authorizer["jwtConfiguration"] == {
        "issuer": {"Fn::Sub": "https://${UserPool.ProviderName}"},
        "audience": [{"Ref": "PeopleClient"}, {"Ref": "MachineClient"}],
    }


def test_nobody_lets_themselves_in() -> None:
    (pool,) = of_type(TEMPLATE, "AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert load_template()["Resources"]["UserPool"]["DeletionPolicy"] == "Retain"


def test_no_password_is_sent_to_sign_in() -> None:
    clients = of_type(TEMPLATE, "AWS::Cognito::UserPoolClient")
    flows = {flow for client in clients.values() for flow in client["ExplicitAuthFlows"]}
    assert flows == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert clients["PeopleClient"]["PreventUserExistenceErrors"] == "ENABLED"


def test_every_group_and_scope_of_the_pool_means_something_and_none_is_missing() -> None:
    groups = {group["GroupName"] for group in of_type(TEMPLATE, "AWS::Cognito::UserPoolGroup").values()}
    assert groups == set(GROUPS)
    (server,) = of_type(TEMPLATE, "AWS::Cognito::UserPoolResourceServer").values()
    assert {f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]} == set(SCOPES)


def test_programs_get_tokens_only_where_the_merchant_pays_for_it() -> None:
    client = of_type(TEMPLATE, "AWS::Cognito::UserPoolClient")["MachineClient"]
    assert client["AllowedOAuthFlows"] == {
        "Fn::If": ["HasMachineAccess", ["client_credentials"], {"Ref": "AWS::NoValue"}]
    }
    assert set(client["AllowedOAuthScopes"]["Fn::If"][1]) == set(SCOPES)
    assert TEMPLATE["Parameters"]["MachineAccess"]["Default"] == "no"
    assert TEMPLATE["Resources"]["TokenDomain"]["Condition"] == "HasMachineAccess"
