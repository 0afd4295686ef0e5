"""HTTP API events in our words, and our answers in the gateway's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.runtime.events import UnexpectedEventError
from shared.runtime.gateway import read_webhook, write_answer
from shared.usecases.receive_webhook import CODES, MESSAGES, WebhookAnswer


def event(**changes: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/webhooks/shopify/example-shop",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST"}, "requestId": "request-1"},
        "pathParameters": {"kind": "shopify", "connection": "example-shop"},
        "body": '{"id": 1}',
        "isBase64Encoded": False,
    } | changes


def test_a_request_is_read() -> None:
    request = read_webhook(event())
    assert (request.method, request.kind, request.connection) == ("POST", "shopify", "example-shop")
    assert (request.body, request.is_base64, request.request_id) == ('{"id": 1}', False, "request-1")
    assert (request.headers, request.query) == ({"content-type": "application/json"}, {})


def test_b10_header_names_are_read_in_any_case() -> None:
    headers = {"X-Shopify-Hmac-SHA256": "Signature", "CONTENT-TYPE": "application/json"}
    assert read_webhook(event(headers=headers)).headers == {
        "x-shopify-hmac-sha256": "Signature",
        "content-type": "application/json",
    }


def test_b07_a_binary_body_stays_marked_as_such() -> None:
    request = read_webhook(event(body="e30=", isBase64Encoded=True))
    assert (request.body, request.is_base64) == ("e30=", True)


@pytest.mark.parametrize("missing", ["body", "queryStringParameters", "isBase64Encoded", "headers"])
def test_what_a_request_may_lack_is_empty(missing: str) -> None:
    lacking = {name: value for name, value in event().items() if name != missing}
    request = read_webhook(lacking)
    assert request.query == {}
    assert request.body == ("" if missing == "body" else '{"id": 1}')
    assert read_webhook(event(body=None)).body == ""


def test_the_address_is_the_one_that_was_called() -> None:
    context = {"http": {"method": "GET"}, "requestId": "1", "domainName": "hub.example.com"}
    request = read_webhook(event(requestContext=context))
    assert request.address == "https://hub.example.com/webhooks/shopify/example-shop"


def test_the_query_is_read() -> None:
    assert read_webhook(event(queryStringParameters={"challenge": "x"})).query == {"challenge": "x"}


@pytest.mark.parametrize(
    "foreign",
    [
        {},
        {"Records": []},
        [],
        None,
        "event",
        5,
        event(requestContext=None),
        event(requestContext={}),
        event(requestContext={"http": {"method": "POST"}}),
        event(requestContext={"http": None, "requestId": "1"}),
        event(pathParameters=None),
        event(pathParameters={"kind": "shopify"}),
        event(pathParameters={"connection": "example-shop"}),
        event(headers=None),
        event(headers=[]),
        event(headers={1: "x"}),
        {"httpMethod": "POST", "path": "/webhooks/shopify/example-shop", "headers": {}},  # payload format 1.0
    ],
)
def test_b68_any_other_event_is_refused_without_a_word_of_it(foreign: Any) -> None:
    with pytest.raises(UnexpectedEventError) as caught:
        read_webhook(foreign)
    assert caught.value.args == ("unexpected_event",)
    assert caught.value.__suppress_context__


def test_an_accepted_webhook_is_told_so() -> None:
    answer = write_answer(WebhookAnswer(status=202, code="accepted"), "request-1")
    assert answer["statusCode"] == 202
    assert json.loads(answer["body"]) == {"status": "accepted"}
    assert answer["headers"] == {"Content-Type": "application/json"}


@pytest.mark.parametrize("code", sorted(set(CODES) - {"accepted"}))
def test_a_refusal_names_its_code_says_why_and_holds_the_requests_id(code: str) -> None:
    answer = write_answer(WebhookAnswer(status=CODES[code], code=code), "request-1")
    assert answer["statusCode"] == CODES[code]
    assert json.loads(answer["body"]) == {"code": code, "message": MESSAGES[code], "request_id": "request-1"}


def test_headers_of_an_answer_are_passed_on() -> None:
    refusal = WebhookAnswer(status=405, code="method_not_allowed", headers={"Allow": "POST"})
    assert write_answer(refusal, "1")["headers"] == {"Content-Type": "application/json", "Allow": "POST"}


@pytest.mark.parametrize("raw", ["challenge", ""])
def test_a_handshake_is_answered_in_the_channels_own_words(raw: str) -> None:
    handshake = WebhookAnswer(status=200, code="handshake", raw=raw, media_type="text/plain")
    answer = write_answer(handshake, "1")
    assert (answer["statusCode"], answer["body"]) == (200, raw)
    assert answer["headers"] == {"Content-Type": "text/plain"}
