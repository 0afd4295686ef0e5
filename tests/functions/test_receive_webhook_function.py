"""The webhook function, as API Gateway calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions import receive_webhook
from shared.runtime.events import UnexpectedEventError
from tests.support.hub import Hub, LambdaContext, event_body
from tests.support.senders import gateway_event, signed_headers

ORDER = "shopify/orders_create.json"


def test_p1_a_webhook_is_answered_with_one_aws_call_and_no_database_read(hub: Hub) -> None:
    hub.post("shop-one", event_body(ORDER), "orders/create")  # fills the cache of secrets
    answer = hub.post("shop-one", event_body(ORDER), "orders/create")
    assert answer["statusCode"] == 202
    assert hub.last_calls == {"SendMessage": 1}


def test_p1_a_large_webhook_is_answered_with_two_aws_calls(hub: Hub) -> None:
    hub.post("shop-one", event_body(ORDER), "orders/create")
    answer = hub.post("shop-one", b'{"id": 1, "note": "' + b"x" * 200_000 + b'"}', "orders/create")
    assert answer["statusCode"] == 202
    assert hub.last_calls == {"PutObject": 1, "SendMessage": 1}


def test_a_refusal_says_code_message_and_request_and_nothing_of_the_input(hub: Hub) -> None:
    answer = hub.post("shop-one", b'{"id": "marker-4711"}', "orders/create", secret="wrong")
    assert answer["statusCode"] == 401
    assert set(json.loads(answer["body"])) == {"code", "message", "request_id"}
    assert json.loads(answer["body"])["code"] == "invalid_signature"
    assert "marker-4711" not in json.dumps(answer)


def test_b07_a_body_in_base64_is_accepted(hub: Hub) -> None:
    body = b'{"id": 5, "name": "\xc3\xa9"}'
    headers = signed_headers("shopify", body, "a secret for tests", "orders/create")
    event = gateway_event("shopify", "shop-one", body, headers, "request-b07")
    event["body"], event["isBase64Encoded"] = __import__("base64").b64encode(body).decode(), True
    assert hub.invoke("receive_webhook", event)["statusCode"] == 202


def test_b10_header_names_count_in_any_case(hub: Hub) -> None:
    body = event_body(ORDER)
    headers = signed_headers("shopify", body, "a secret for tests", "orders/create")
    shouted = {name.upper(): value for name, value in headers.items()}
    event = gateway_event("shopify", "shop-one", body, shouted, "request-b10")
    assert hub.invoke("receive_webhook", event)["statusCode"] == 202


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"source": "aws.events"}, [], None, "x"])
def test_b68_an_event_of_another_kind_is_refused_without_an_effect(hub: Hub, event: Any) -> None:
    with pytest.raises(UnexpectedEventError, match="unexpected_event"):
        receive_webhook.handler(event, LambdaContext())
    assert hub.queued("INBOX_QUEUE_URL") == 0


def test_nothing_of_a_webhook_is_logged_but_its_ids(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    body = b'{"id": 77, "email": "sentinel@example.com", "note": "sentinel-note"}'
    hub.post("shop-one", body, "orders/create")
    hub.post("shop-one", body, "orders/create", secret="wrong")
    output = "".join(capsys.readouterr())
    assert "sentinel" not in output
    assert "request-1" in output


def test_p17_a_webhook_logs_at_most_600_bytes(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.post("shop-one", event_body(ORDER), "orders/create")
    capsys.readouterr()
    hub.post("shop-one", event_body(ORDER), "orders/create")
    assert len("".join(capsys.readouterr()).encode()) <= 600
