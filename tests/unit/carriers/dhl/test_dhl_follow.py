"""DHL asked how a parcel stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.carriers.dhl.follow import follow
from shared.wire.api import Api, MissingCredentialError
from shared.wire.http import AuthError, HttpAnswer, HttpRequest, RateLimitedError
from shared.wire.polls import Polled

NUMBER = "00340434161094000009"
BODY = b'{"shipments": []}'


def api(answer: HttpAnswer, asked: list[HttpRequest], **credentials: str) -> Api:
    def transport(request: HttpRequest) -> HttpAnswer:
        asked.append(request)
        return answer

    now = datetime(2026, 3, 6, tzinfo=UTC)
    return Api(
        base_url="https://api-eu.dhl.com", transport=transport, credentials=credentials, now=lambda: now
    )


def test_a_parcel_is_asked_for_by_its_number_and_the_answer_passed_on_as_it_came() -> None:
    asked: list[HttpRequest] = []
    followed = follow([NUMBER], "0" * 32, api(HttpAnswer(status=200, body=BODY), asked, api_key="key"))
    assert followed.documents == (Polled(body=BODY, order_id=NUMBER),)
    assert asked[0].url == f"https://api-eu.dhl.com/track/shipments?trackingNumber={NUMBER}"
    assert asked[0].headers["DHL-API-Key"] == "key"


def test_a_parcel_that_dhl_does_not_know_yet_says_nothing_and_is_not_refused() -> None:
    followed = follow([NUMBER], "0" * 32, api(HttpAnswer(status=404, body=b"{}"), [], api_key="key"))
    assert (followed.documents, followed.refused) == ((), {})


@pytest.mark.parametrize(("status", "error"), [(401, AuthError), (429, RateLimitedError)])
def test_f42_f46_what_fails_says_how(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        follow([NUMBER], "0" * 32, api(HttpAnswer(status=status), [], api_key="key"))
    with pytest.raises(MissingCredentialError):
        follow([NUMBER], "0" * 32, api(HttpAnswer(status=200), []))
