"""Who may do what: the matrix of callers and routes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.api.callers import Right
from shared.api.routes import ROUTES, Route
from shared.runtime.events import UnexpectedEventError
from tests.support.api import CLERK, MACHINE, READING_MACHINE, VIEWER, Api
from tests.support.hub import Hub

NOBODY = {"sub": "user-1", "token_use": "access"}
STRANGER = {
    "sub": "user-1",
    "token_use": "access",
    "scope": "other/write",
    "cognito:groups": "[admins xclerks]",
}
SIGNED_IN_ONLY = CLERK | {"token_use": "id"}
PATHS = {
    "order_id": "shop-one:1",
    "package_id": "1",
    "command": "cancel",
    "connection": "shop-one",
    "sku": "SKU-1",
}


def ask(hub: Hub, claims: Mapping[str, str] | None, route: Route) -> tuple[int, str]:
    api = Api(hub, claims)
    path = route.path.format(**PATHS)
    answer = api.get(path) if route.method == "GET" else api.post(path, {}, method=route.method)
    return answer.status, answer.code


def test_b52_nothing_is_served_to_nobody(hub: Hub) -> None:
    for claims in (None, {}, {"sub": ""}, SIGNED_IN_ONLY, {"token_use": "access"}):
        for route in ROUTES:
            assert ask(hub, claims, route) == (401, "unauthorized")


def test_b54_who_may_only_read_gives_no_command(hub: Hub) -> None:
    for claims in (VIEWER, READING_MACHINE):
        for route in ROUTES:
            status, code = ask(hub, claims, route)
            assert (status == 403) is (route.right is Right.WRITE)
            assert (code == "forbidden") is (route.right is Right.WRITE)


def test_b54_whoever_has_no_right_at_all_does_nothing(hub: Hub) -> None:
    for claims in (NOBODY, STRANGER):
        for route in ROUTES:
            assert ask(hub, claims, route) == (403, "forbidden")


def test_clerks_and_machines_with_both_scopes_pass_everywhere(hub: Hub) -> None:
    for claims in (CLERK, MACHINE):
        for route in ROUTES:
            assert ask(hub, claims, route)[0] not in (401, 403)


def test_a_right_is_checked_before_anything_is_read(hub: Hub) -> None:
    Api(hub, VIEWER).command("shop-one:1", "cancel", raw="{")
    assert hub.last_calls == {}


def test_every_route_that_changes_something_needs_the_right_to_write() -> None:
    for route in ROUTES:
        assert (route.right is Right.WRITE) is (route.method != "GET")


@pytest.mark.parametrize("event", [{}, None, {"Records": []}, {"requestContext": {}}, {"rawPath": 1}])
def test_an_event_that_is_no_request_is_refused_without_an_effect(hub: Hub, event: object) -> None:
    with pytest.raises(UnexpectedEventError):
        hub.invoke("serve_api", event)
    assert hub.last_calls == {}
