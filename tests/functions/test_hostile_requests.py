"""Requests that nobody means well with: each is answered in the API's own words, and none by a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import CLERK, Api, api_event
from tests.support.hub import Hub, event_body

ORDER = "shop-one:920000000000001001"
EMOJI = "\U0001f600"

PATHS = (
    *("/v1/orders/", "//v1/orders", "/v1/orders/../orders", "/V1/orders", "/v1/orders/%00", "", "/"),
    *("/v1/orders/a:b\n", "/v1/orders/" + "x" * 5_000, f"/v1/orders/shop-one:{EMOJI}"),
    *(f"/v1/orders/{ORDER}/packages/../label", f"/v1/orders/{ORDER}/packages/1%2F2/label"),
    *("/v1/orders/shop-two:1/packages/1/label", "/v1/stock/" + "x" * 201, "/v1/stock/\u202e", "/v1/stock/ "),
    *("/v1/stock/a\tb", "/v1/connections/../inputs", "/v1/orders/a:b/commands/__class__"),
)
TAGS = ('"1"x', 'W/"1"', '"99999999999"', "1", '""', '"1", "2"', "\x00", '"-1"', '"\u0661"')
KEYS = ("", "\xe9", "a b", "x" * 201, "\n")
BODIES = (
    *("[]", "null", "1", '"x"', '{"code":1', '{"code":"x","code":"y"}', '{"code":"\\ud800"}', "\ufeff{}"),
    *('{"code":NaN}', '{"code":"x","notify":"yes"}', '{"__proto__":1}', '{"a":' * 70 + "1" + "}" * 70),
    json.dumps({"code": EMOJI * 200}),
)
QUERIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/v1/orders", {"cursor": "A" * 9_000}),
    ("/v1/stock", {"cursor": "\xe9"}),
    ("/v1/stock", {"limit": "-1"}),
    ("/v1/stock", {"limit": "1,2"}),
    ("/v1/stock", {"colour": "red"}),
    ("/v1/connections/shop-one/inputs", {"day": "0000-00-00"}),
)


@pytest.fixture
def api(hub: Hub) -> Api:
    hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")
    hub.settle()
    return Api(hub)


def is_problem(response: dict[str, Any], *statuses: int) -> bool:
    body = json.loads(response["body"])
    return response["statusCode"] in statuses and body["status"] in statuses and body["code"] != ""


def test_no_path_is_a_failure_or_leads_elsewhere(api: Api) -> None:
    for path in PATHS:
        for method in ("GET", "POST", "DELETE", "TRACE"):
            event = api_event(method, path, claims=CLERK, headers={"idempotency-key": "k"})
            assert is_problem(api.hub.invoke("serve_api", event), 404), (method, path)


def test_a_path_or_a_method_that_is_not_there_is_told_from_an_order_that_is_not(api: Api) -> None:
    nowhere = api.get("/v1/order")
    assert (nowhere.status, nowhere.code) == (404, "not_found")
    assert "method" in nowhere.body["detail"]
    assert nowhere.headers == {"Content-Type": "application/problem+json"}
    assert api.post("/v1/orders/shop-one:404", method="DELETE").body["detail"] == nowhere.body["detail"]
    assert api.get("/v1/orders/shop-one:404").body["detail"] != nowhere.body["detail"]


def test_no_header_query_or_body_is_a_failure(api: Api) -> None:
    def clear(body: Any = None, **options: Any) -> int:
        return api.command(ORDER, "clear_attention", body or {"code": "x"}, **options).status

    assert {clear(key=f"tag-{number}", if_match=tag) for number, tag in enumerate(TAGS)} == {400}
    assert {clear(key=key) for key in KEYS} == {400}
    assert {clear(key="media", media_type=kind) for kind in ("text/plain", "multipart/form-data", "")} == {
        415
    }
    found = [api.command(ORDER, "clear_attention", raw=body, key="body").status for body in BODIES]
    assert set(found) <= {400, 422}, found
    for path, query in QUERIES:
        assert api.get(path, **query).status in (400, 422), path


def test_b35_an_id_that_no_key_can_hold_is_refused_and_nothing_is_stored(api: Api) -> None:
    line = {"external_id": "1", "quantity": 1}
    seen = {"number": "#1", "currency": "EUR", "total": "1.00", "placed_at": "2026-03-09T10:00:00Z"}
    body = {"connection": "shop-one", "external_id": EMOJI * 200, "seen": {**seen, "lines": [line]}}
    before = len(api.hub.items())
    answer = api.post("/v1/orders", body)
    assert (answer.status, answer.code) == (422, "invalid_id")
    assert len(api.hub.items()) == before
    assert api.post("/v1/orders", body | {"external_id": EMOJI * 75}, key="fits").status == 201


def test_no_order_is_entered_under_a_carrier(api: Api) -> None:
    seen: dict[str, Any] = {
        "number": "#1",
        "currency": "EUR",
        "total": "1.00",
        "placed_at": "2026-03-09T10:00:00Z",
    }
    seen |= {"lines": [{"external_id": "1", "quantity": 1}]}
    answers = [
        api.post("/v1/orders", {"connection": name, "external_id": "1", "seen": seen}, key=name)
        for name in ("tracking", "nobody", "shop-two")
    ]
    assert [answer.code or answer.status for answer in answers] == [
        "invalid_field:connection",
        "not_found",
        201,
    ]


@pytest.mark.parametrize("topic", ["x" * 3_000, "../../etc", "\xe9"])
def test_a_topic_that_nobody_knows_is_ignored_and_kept_short(hub: Hub, topic: str) -> None:
    assert hub.post("shop-one", event_body("shopify/orders_paid.json"), topic)["statusCode"] == 202
    hub.settle()
    [record] = hub.store.connection_inputs("shop-one")
    assert (record.outcome.value, record.reason) == ("ignored", topic[:100])


@pytest.mark.parametrize(
    ("kind", "connection"), [("shopify", "../x"), ("__init__", "shop-one"), ("shopify.signature", "shop-one")]
)
def test_a_webhooks_address_names_an_adapter_and_a_connection_or_nothing(
    hub: Hub, kind: str, connection: str
) -> None:
    event = api_event("POST", f"/webhooks/{kind}/{connection}", body="{}")
    event["pathParameters"] = {"kind": kind, "connection": connection}
    answer = hub.invoke("receive_webhook", event)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (401, "invalid_signature")
