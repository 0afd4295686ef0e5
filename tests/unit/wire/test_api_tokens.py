"""Access tokens are asked for when they are needed, kept while they are good, renewed once after a 401."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.wire.api import EARLY, Api, MissingCredentialError
from shared.wire.http import HttpAnswer, HttpRequest

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Clock:
    at = START

    def __call__(self) -> datetime:
        return self.at


def api(clock: Callable[[], datetime], answers: list[int] | None = None) -> tuple[Api, list[HttpRequest]]:
    sent: list[HttpRequest] = []
    statuses = answers or []

    def transport(request: HttpRequest) -> HttpAnswer:
        sent.append(request)
        return HttpAnswer(status=statuses.pop(0) if statuses else 200)

    made = Api(
        base_url="https://api.example.com/v1",
        transport=transport,
        credentials={"user": "ä", "password": "b:c", "empty": ""},
        now=clock,
    )
    return made, sent


def test_a_path_is_below_the_base_address_and_a_url_is_as_it_is() -> None:
    made, sent = api(Clock())
    made.send("GET", "/orders")
    made.send("POST", "https://login.example.com/token", body=b"x")
    assert [request.url for request in sent] == [
        "https://api.example.com/v1/orders",
        "https://login.example.com/token",
    ]


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    clock = Clock()
    made, _ = api(clock)
    fetched: list[int] = []

    def fetch() -> tuple[str, timedelta]:
        fetched.append(1)
        return f"token-{len(fetched)}", timedelta(minutes=5)

    assert made.token("access", fetch) == made.token("access", fetch) == "token-1"
    clock.at = START + timedelta(minutes=5) - EARLY
    assert made.token("access", fetch) == "token-2"
    assert made.token("other", fetch) == "token-3"


@pytest.mark.parametrize(
    ("answers", "status", "asked"), [([200], 200, 1), ([401, 200], 200, 2), ([401, 401], 401, 2)]
)
def test_f46_a_token_that_is_not_good_any_more_is_renewed_once(
    answers: list[int], status: int, asked: int
) -> None:
    made, sent = api(Clock(), answers)
    fetched: list[str] = []

    def fetch() -> tuple[str, timedelta]:
        fetched.append("x")
        return f"token-{len(fetched)}", timedelta(hours=1)

    answer = made.send_with_token("access", fetch, lambda token: made.send("GET", f"/{token}"))
    assert answer.status == status
    assert len(sent) == len(fetched) == asked


def test_what_hardly_changes_is_asked_for_again_after_its_time() -> None:
    clock = Clock()
    made, _ = api(clock)
    asked: list[int] = []

    def carriers() -> int:
        asked.append(1)
        return len(asked)

    assert made.kept("carriers", timedelta(days=1), carriers) == 1
    clock.at += timedelta(hours=23)
    assert made.kept("carriers", timedelta(days=1), carriers) == 1
    clock.at += timedelta(hours=2)
    assert made.kept("carriers", timedelta(days=1), carriers) == 2


def test_basic_authorization_is_utf_8() -> None:
    assert api(Clock())[0].basic("user", "password") == "Basic w6Q6Yjpj"


@pytest.mark.parametrize("name", ["token", "empty"])
def test_a_missing_credential_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(MissingCredentialError, match=f"connection credentials ID {name}="):
        api(Clock())[0].credential(name)
