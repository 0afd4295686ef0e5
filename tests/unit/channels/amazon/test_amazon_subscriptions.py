"""Amazon's notifications, looked after: destination and subscription, against the simulated one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from local.channels.amazon import Amazon
from local.channels.faults import Fault, Faulty
from shared.adapters import subscriptions_of
from shared.channels.amazon.subscriptions import ensure
from shared.wire.api import Api
from shared.wire.http import ApiError, AuthError, RefusedError, UnreadableAnswerError
from shared.wire.polls import SubscriptionsModule

ARN = "arn:aws:sqs:eu-central-1:123456789012:stack-AmazonQueue-1"
OTHER = "arn:aws:sqs:eu-central-1:123456789012:of-somebody-else"
ORDER = "302-0000001-0000001"


@pytest.fixture
def api(api: Api) -> Api:
    return replace(api, options={**api.options, "seller_id": "AEXAMPLESELLER"})


def ensured(api: Api) -> tuple[str, ...]:
    return ensure(ARN, "", api)


def a_destination(name: str, arn: str) -> dict[str, Any]:
    return {"name": "x", "destinationId": name, "resource": {"sqs": {"arn": arn}, "eventBridge": None}}


def test_the_adapter_keeps_the_protocol() -> None:
    module: SubscriptionsModule = subscriptions_of("amazon")

    assert module.ensure is ensure


def test_what_is_missing_is_made_and_what_is_there_is_left(amazon: Amazon, api: Api) -> None:
    assert ensured(api) == ("destination", "ORDER_CHANGE")
    told = amazon.notifications
    [destination] = told.destinations
    assert destination["resource"]["sqs"] == {"arn": ARN}
    assert told.subscriptions["ORDER_CHANGE"]["destinationId"] == destination["destinationId"]
    assert ensured(api) == ()
    assert told.made == 2


def test_orders_are_told_from_then_on(amazon: Amazon, api: Api) -> None:
    amazon.place(ORDER)
    assert amazon.events == []
    ensured(api)
    amazon.act(ORDER, "ask_to_cancel")
    assert [event.topic for event in amazon.events] == ["ORDER_CHANGE"]


def test_f20_a_subscription_that_is_gone_is_back_at_the_destination_that_is_there(
    amazon: Amazon, api: Api
) -> None:
    ensured(api)
    amazon.notifications.subscriptions.clear()
    assert ensured(api) == ("ORDER_CHANGE",)
    assert len(amazon.notifications.destinations) == 1


def test_another_sellers_destination_is_the_applications_and_used(amazon: Amazon, api: Api) -> None:
    amazon.notifications.destinations += [a_destination("theirs", OTHER), a_destination("ours", ARN)]
    assert ensured(api) == ("ORDER_CHANGE",)
    assert amazon.notifications.subscriptions["ORDER_CHANGE"]["destinationId"] == "ours"


def test_a_subscription_to_another_queue_is_left_there_and_said(amazon: Amazon, api: Api) -> None:
    amazon.notifications.destinations.append(a_destination("theirs", OTHER))
    there = {"subscriptionId": "1", "payloadVersion": "1.0", "destinationId": "theirs"}
    amazon.notifications.subscriptions["ORDER_CHANGE"] = dict(there)
    with pytest.raises(RefusedError, match=r"^subscribed_elsewhere$"):
        ensured(api)
    assert amazon.notifications.subscriptions == {"ORDER_CHANGE": there}


def test_destinations_that_are_no_queues_are_passed_over(amazon: Amazon, api: Api) -> None:
    bus = {"name": "x", "destinationId": "bus", "resource": {"sqs": None, "eventBridge": {"name": "y"}}}
    amazon.notifications.destinations.append(bus)
    with pytest.raises(RefusedError):
        ensure("no arn", "", api)
    amazon.notifications.destinations.clear()
    assert ensured(api) == ("destination", "ORDER_CHANGE")


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMIT, Fault.HTML, Fault.ERROR_IN_OK, Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/destinations", "/subscriptions/"])
def test_f42_f45_what_meets_a_fault_is_said_and_made_the_next_day(
    fault: Fault, method: str, path: str, amazon: Amazon, line: Faulty, api: Api
) -> None:
    line.plan(fault, method=method, path=path)
    with pytest.raises(ApiError):
        ensured(api)
    ensured(api)
    assert ensured(api) == ()
    assert (len(amazon.notifications.destinations), len(amazon.notifications.subscriptions)) == (1, 1)


def test_without_the_sellers_id_nothing_is_subscribed_to_that_no_connection_would_take(
    amazon: Amazon, api: Api
) -> None:
    with pytest.raises(RefusedError, match=r"^missing_option:seller_id$"):
        ensured(replace(api, options={}))
    assert amazon.notifications.made == 0


def test_a_role_that_is_missing_is_said(line: Faulty, api: Api) -> None:
    line.plan(Fault.FORBIDDEN, path="/subscriptions/", times=2)
    with pytest.raises(AuthError, match=r"^http_403$"):
        ensured(api)


def test_a_token_that_has_ended_is_renewed(amazon: Amazon, api: Api) -> None:
    ensured(api)
    amazon.end_tokens()
    assert ensured(api) == ()


@pytest.mark.parametrize("answer", [b'{"payload": {}}', b'{"payload": [{}]}', b'{"payload": [5]}', b"[]"])
def test_a_list_of_another_shape_is_none(answer: bytes, amazon: Amazon, api: Api) -> None:
    api.transport = lambda request: (
        replace(amazon(request), status=200, body=answer)
        if request.url.endswith("/destinations")
        else amazon(request)
    )
    with pytest.raises(UnreadableAnswerError):
        ensured(api)
