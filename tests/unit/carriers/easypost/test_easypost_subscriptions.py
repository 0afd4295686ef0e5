"""EasyPost's webhook, looked after: against the simulated account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.easypost import KEY, EasyPost
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock
from shared.adapters import capabilities_of, subscriptions_of
from shared.carriers.easypost.subscriptions import ensure
from shared.wire.api import Api, MissingCredentialError
from shared.wire.http import ApiError, AuthError, HttpAnswer, UnreadableAnswerError
from shared.wire.polls import SubscriptionsModule

ADDRESS = "https://hub.example.com/webhooks/easypost/postage"
SECRET = "s\u00e9cret"
CLOCK = Clock(datetime(2026, 3, 10, 12, tzinfo=UTC))


@pytest.fixture
def account() -> EasyPost:
    return EasyPost(CLOCK)


@pytest.fixture
def line(account: EasyPost) -> Faulty:
    return Faulty(account)


@pytest.fixture
def api(line: Faulty) -> Api:
    return Api(base_url="https://api.easypost.com", transport=line, credentials={"api_key": KEY}, now=CLOCK)


def ensured(api: Api) -> tuple[str, ...]:
    return ensure(ADDRESS, SECRET, api)


def test_the_adapter_keeps_the_protocol_and_says_so() -> None:
    module: SubscriptionsModule = subscriptions_of("easypost")

    assert module.ensure is ensure
    assert capabilities_of("easypost").subscriptions


def test_a_webhook_that_is_missing_is_made_and_one_that_is_there_is_left(account: EasyPost, api: Api) -> None:
    assert ensured(api) == ("events",)
    assert ensured(api) == ()
    [webhook] = account.webhooks
    assert (webhook["url"], account.webhook_secrets) == (ADDRESS, {"hook_1": SECRET})


def test_f20_a_webhook_that_was_disabled_is_enabled_with_the_secret(account: EasyPost, api: Api) -> None:
    ensured(api)
    account.webhooks[0]["disabled_at"] = "2026-03-09T12:00:00Z"
    account.webhook_secrets.clear()
    assert ensured(api) == ("events",)
    assert [webhook["disabled_at"] for webhook in account.webhooks] == [None]
    assert account.webhook_secrets == {"hook_1": SECRET}


def test_webhooks_of_others_are_left_alone(account: EasyPost, api: Api) -> None:
    theirs = {"id": "hook_0", "url": "https://other.example.com", "disabled_at": "2026-03-09T12:00:00Z"}
    account.webhooks.append(dict(theirs))
    assert ensured(api) == ("events",)
    assert account.webhooks[0] == theirs
    assert ensured(api) == ()


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMIT, Fault.HTML, Fault.ERROR_IN_OK, Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_f42_f45_what_meets_a_fault_is_said_and_made_the_next_day(
    fault: Fault, method: str, account: EasyPost, line: Faulty, api: Api
) -> None:
    if method == "PATCH":
        ensured(api)
        account.webhooks[0]["disabled_at"] = "2026-03-09T12:00:00Z"
    line.plan(fault, method=method)
    with pytest.raises(ApiError):
        ensured(api)
    ensured(api)
    assert ensured(api) == ()
    assert [webhook["disabled_at"] for webhook in account.webhooks] == [None]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"webhooks": [1]}', b'{"webhooks": {}}'])
def test_a_list_of_another_shape_is_none(body: bytes, api: Api) -> None:
    with pytest.raises(UnreadableAnswerError):
        ensured(replace(api, transport=lambda _request: HttpAnswer(status=200, body=body)))


def test_f46_wrong_and_missing_keys_are_said_as_such(api: Api) -> None:
    def known(**credentials: Any) -> Api:
        return replace(api, credentials=credentials)

    with pytest.raises(AuthError):
        ensured(known(api_key="wrong"))
    with pytest.raises(MissingCredentialError):
        ensured(known())
