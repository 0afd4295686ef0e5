"""bol's own keys, asked for and stored as the secret of the connection's webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.bol import KEYS, PUBLIC_KEY, SECRET
from shared.channels.bol import signature
from shared.channels.bol.subscriptions import renewed_secret
from shared.wire.api import Api
from shared.wire.http import AuthError, HttpAnswer, HttpRequest, UnreadableAnswerError

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


class Bol:
    """Answers with keys, and remembers what it was asked."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.answer, self.status = answer, status
        self.asked: list[str] = []

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        if request.url.startswith("https://login.bol.com"):
            return HttpAnswer(status=200, body=b'{"access_token": "t", "expires_in": 299}')
        self.asked.append(f"{request.method} {request.url}")
        return HttpAnswer(status=self.status, body=json.dumps(self.answer).encode())


def renewed(stored: str, answer: Any, status: int = 200) -> str:
    bol = Bol(answer, status)
    credentials = {"client_id": "id", "client_secret": "secret"}
    api = Api(base_url="https://api.bol.com", transport=bol, credentials=credentials, now=lambda: NOW)
    try:
        return renewed_secret(stored, api, "")
    finally:
        assert bol.asked == ["GET https://api.bol.com/retailer/subscriptions/signature-keys"]


def entry(name: str, key: str = PUBLIC_KEY) -> dict[str, str]:
    return {"id": name, "type": "RSA", "publicKey": key}


@pytest.mark.parametrize("stored", ["", "a random secret", PUBLIC_KEY, '{"signatureKeys": []}'])
def test_keys_that_are_not_stored_are_returned_as_a_secret_by_which_notifications_hold(stored: str) -> None:
    secret = renewed(stored, KEYS)
    body = b"{}"
    headers = signature.sign(body, SECRET, topic="", now=NOW)
    assert signature.verify({"signature": headers["Signature"]}, body, (secret,), now=NOW)


def test_keys_that_are_stored_are_left_as_they_are() -> None:
    assert renewed(json.dumps(KEYS), KEYS) == ""
    assert renewed(SECRET, KEYS) == ""
    assert renewed(json.dumps({"signatureKeys": [entry("0"), entry("1")]}), KEYS) == ""


def test_a_key_that_took_the_place_of_another_or_joined_it_is_new() -> None:
    stored = json.dumps({"signatureKeys": [entry("0", "AAAA")]})
    assert signature.given_keys(renewed(stored, KEYS)) == {"0": PUBLIC_KEY}
    both = {"signatureKeys": [entry("0"), entry("1")]}
    assert signature.given_keys(renewed(json.dumps(KEYS), both)) == {"0": PUBLIC_KEY, "1": PUBLIC_KEY}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"signatureKeys": []},
        {"signatureKeys": None},
        {"signatureKeys": [entry("0", "AAAA"), 5, {"id": 1}]},
    ],
)
def test_an_answer_without_a_key_that_can_be_read_takes_the_place_of_none(answer: Any) -> None:
    with pytest.raises(UnreadableAnswerError, match="no_public_key"):
        renewed("", answer)


def test_keys_that_are_denied_are_said_to_be() -> None:
    with pytest.raises(AuthError):
        renewed("", {}, status=403)
