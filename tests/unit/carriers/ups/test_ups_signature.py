from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.carriers.ups import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
BODY = b'{"trackingNumber": "1Z999AA10123456784"}'
SECRET = "a secret: 100%+"
GRANT = b"grant_type=client_credentials"


def basic(client: str = "ups", secret: str = "a+secret%3A+100%25%2B") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def ask(
    headers: dict[str, str], body: bytes = GRANT, secrets: tuple[str, ...] = (SECRET,)
) -> tuple[int, Any]:
    answer = signature.answer_token(headers, body, secrets, now=NOW)
    return answer.status, json.loads(answer.body)


def headers_with(token: str, client: str = "ups") -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "x-api-key": client}


def a_token(client: str = "ups") -> str:
    token: str = ask(basic(client))[1]["access_token"]
    return token


def holds(headers: dict[str, str], at: datetime = NOW, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    return signature.verify(headers, BODY, secrets, now=at)


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("ups")
    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "authorization",
        200,
        "application/json",
    )


def test_who_knows_the_secret_gets_a_token_that_proves_its_events() -> None:
    status, said = ask(basic())
    assert (status, said["token_type"], said["expires_in"]) == (200, "Bearer", 3600)
    assert holds(headers_with(said["access_token"]))


def test_the_secret_may_also_stand_in_the_form() -> None:
    form = b"grant_type=client_credentials&client_id=ups&client_secret=a+secret%3A+100%25%2B"
    assert ask({}, form)[0] == 200


@pytest.mark.parametrize(
    ("headers", "body", "status", "error"),
    [
        (basic(secret="another"), GRANT, 401, "invalid_client"),
        (basic(secret=""), GRANT, 401, "invalid_client"),
        (basic(client="with space"), GRANT, 401, "invalid_client"),
        ({}, GRANT, 401, "invalid_client"),
        ({"authorization": "Basic ???"}, GRANT, 401, "invalid_client"),
        ({"authorization": "Bearer x"}, GRANT, 401, "invalid_client"),
        (basic(), b"", 400, "invalid_request"),
        (basic(), b"\xff", 400, "invalid_request"),
        (basic(), b"grant_type=password", 400, "unsupported_grant_type"),
        (basic(), GRANT + b"&" + GRANT, 400, "invalid_request"),
    ],
)
def test_b03_nobody_else_gets_a_token(headers: dict[str, str], body: bytes, status: int, error: str) -> None:
    assert ask(headers, body) == (status, {"error": error})


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_a_connection_without_a_secret_gives_no_token(secrets: tuple[str, ...]) -> None:
    assert ask(basic(secret=""), secrets=secrets)[0] == 401
    assert not holds(headers_with(a_token()), secrets=secrets)


def test_b01_an_event_without_token_or_client_is_refused() -> None:
    assert not holds({})
    assert not holds({"authorization": f"Bearer {a_token()}"})
    assert not holds({"x-api-key": "ups"})
    assert not holds({"authorization": a_token(), "x-api-key": "ups"})


def test_a_token_is_good_for_the_client_that_asked_for_it() -> None:
    assert not holds(headers_with(a_token("ups"), "another"))


def test_b05_a_token_ends_with_its_time_and_its_end_cannot_be_moved() -> None:
    token = a_token()
    assert holds(headers_with(token), NOW + timedelta(seconds=3599))
    assert not holds(headers_with(token), NOW + timedelta(seconds=3600))
    end, mark = token.split(".")
    assert not holds(headers_with(f"{int(end) + 1}.{mark}"), NOW)


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    token = a_token()
    assert holds(headers_with(token), secrets=("new", SECRET))
    assert not holds(headers_with(token), secrets=("new",))
    status, said = ask(basic(), secrets=("new", SECRET))
    assert status == 200
    assert holds(headers_with(said["access_token"]), secrets=("new",))


def test_the_scheme_is_read_in_any_case() -> None:
    assert holds({"authorization": f"bearer {a_token()}", "x-api-key": "ups"})


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    authorization=st.text() | st.text().map("Bearer {}".format) | st.text().map("Basic {}".format),
    client=st.text(),
    body=st.binary() | st.text().map(str.encode),
    secrets=st.lists(st.text(st.characters(categories=None)).map("never equal: {}".format)),
)
def test_s1_no_header_body_or_secret_makes_it_raise(
    authorization: str, client: str, body: bytes, secrets: list[str]
) -> None:
    headers = {"authorization": authorization, "x-api-key": client}
    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert signature.answer_token(headers, body, secrets, now=NOW).status in (400, 401)
    assert isinstance(signature.entity_hint(headers, body), str)


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("POST", {}, {}, GRANT) is None
    assert signature.topic({}, BODY) == ""
