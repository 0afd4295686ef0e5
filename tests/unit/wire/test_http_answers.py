"""What an answer of a channel means: done, certainly not done, or nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from shared.wire.http import (
    ApiError,
    AuthError,
    HttpAnswer,
    NoAnswerError,
    NotSentError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
    check,
    json_body,
    retry_after,
    with_query,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, RefusedError, "http_400"),
        (401, AuthError, "http_401"),
        (403, AuthError, "http_403"),
        (404, RefusedError, "http_404"),
        (408, UnavailableError, "http_408"),
        (409, RefusedError, "http_409"),
        (429, RateLimitedError, "rate_limited"),
        (500, UnavailableError, "http_500"),
        (503, UnavailableError, "http_503"),
        (301, RefusedError, "http_301"),
    ],
)
def test_every_status_that_is_no_success_has_its_meaning(
    status: int, error: type[ApiError], code: str
) -> None:
    with pytest.raises(error) as raised:
        check(HttpAnswer(status=status))
    assert raised.value.code == code


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_is_returned_as_it_is(status: int) -> None:
    answer = HttpAnswer(status=status)
    assert check(answer) is answer


def test_only_what_certainly_did_not_happen_may_simply_be_sent_again() -> None:
    certain = {kind.__name__ for kind in ApiError.__subclasses__() if kind.is_certain}
    assert certain == {"NotSentError", "RateLimitedError", "AuthError", "RefusedError"}
    assert {NoAnswerError, UnavailableError, UnreadableAnswerError} == {
        kind for kind in ApiError.__subclasses__() if not kind.is_certain
    }
    assert NotSentError("connection_failed").is_certain


def _code(document: Any) -> str:
    found: str = document["errors"][0]["code"]
    return found


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"errors": [{"code": "ORDER_INVALID_STATE"}]}', "ORDER_INVALID_STATE"),
        (b'{"errors": []}', "http_422"),
        (b"<html>", "http_422"),
        (b'{"errors": [{"code": "buyer@example.com is unknown"}]}', "http_422"),
        (b'{"errors": [{"code": 7}]}', "http_422"),
        (b'{"errors": [{"code": " Invalid State "}]}', "Invalid_State"),
        (b'{"errors": [{"code": "order:M\xc3\xbcller"}]}', "http_422"),
        (b'{"errors": [{"code": "a\\nb"}]}', "http_422"),
        (b'{"errors": [{"code": "' + b"a" * 65 + b'"}]}', "http_422"),
        (b'{"errors": [{"code": " "}]}', "http_422"),
    ],
)
def test_a_refusal_is_named_by_the_channels_code_but_never_by_what_may_be_a_message(
    body: bytes, code: str
) -> None:
    with pytest.raises(RefusedError) as raised:
        check(HttpAnswer(status=422, body=body), code=_code)
    assert raised.value.code == code


@pytest.mark.parametrize("kind", ["ebay", "trendyol", "kaufland"])
def test_no_adapter_makes_a_code_of_what_may_be_a_message(kind: str) -> None:
    said = "buyer@example.com is unknown"
    bodies = {
        "ebay": {"errors": [{"errorId": said}]},
        "trendyol": {"errors": [{"key": said}]},
        "kaufland": {"type": f"https://sellerapi.kaufland.com/problems/{said}", "errors": [said]},
    }
    client = import_module(f"shared.channels.{kind}.client")
    answer = HttpAnswer(status=200, body=json_body(bodies[kind]))
    reads = {
        "ebay": lambda: client.read(answer, "orderId"),
        "trendyol": lambda: client._refuse_errors(answer),
        "kaufland": lambda: client._checked(replace(answer, status=422)),
    }
    with pytest.raises(RefusedError, match=r"^[A-Za-z0-9_.-]{1,64}$") as raised:
        reads[kind]()
    assert "buyer" not in raised.value.code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("30", timedelta(seconds=30)),
        ("2.0", timedelta(seconds=2)),
        ("0", timedelta(seconds=1)),
        ("0.2", timedelta(seconds=1)),
        ("86400", timedelta(hours=1)),
        ("9" * 400, timedelta(hours=1)),
        ("Mon, 02 Mar 2026 09:00:10 GMT", timedelta(seconds=10)),
        ("Mon, 02 Mar 2026 08:00:00 GMT", timedelta(seconds=1)),
        ("Mon, 02 Mar 2027 08:00:00 GMT", timedelta(hours=1)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_f42_the_wait_that_a_channel_asks_for_is_read_and_bounded(
    value: str, expected: timedelta | None
) -> None:
    assert retry_after(HttpAnswer(status=429, headers={"retry-after": value}), now=NOW) == expected


def test_a_rate_limit_says_when_to_come_again() -> None:
    with pytest.raises(RateLimitedError) as raised:
        check(HttpAnswer(status=429, headers={"retry-after": "7"}))
    assert raised.value.again_after == timedelta(seconds=7)


@pytest.mark.parametrize("body", [b"<html>", b"", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff"])
def test_what_is_no_strict_json_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        HttpAnswer(status=200, body=body).json()


def test_amounts_are_written_with_exactly_their_digits() -> None:
    document = {
        "amount": Decimal("12.50"),
        "tiny": Decimal("1E-7"),
        "lines": [{"n": 1, "ok": True}],
        "s": 'ü"',
    }
    expected = b'{"amount":12.50,"tiny":0.0000001,"lines":[{"n":1,"ok":true}],"s":"\\u00fc\\""}'
    assert json_body(document) == expected


def test_a_query_is_escaped_and_leaves_out_what_is_empty() -> None:
    assert with_query("https://a.example/b", {"since": "2026-03-02T09:00:00+00:00", "token": "", "n": 5}) == (
        "https://a.example/b?since=2026-03-02T09%3A00%3A00%2B00%3A00&n=5"
    )
    assert with_query("https://a.example/b", {"token": ""}) == "https://a.example/b"
