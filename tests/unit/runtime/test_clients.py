"""How AWS is called: how often, how long, and SES once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from shared.runtime import clients

CALLS: dict[str, Callable[[Any], Any]] = {
    "dynamodb": lambda client: client.get_item(TableName="t", Key={"pk": {"S": "x"}}),
    "sqs": lambda client: client.send_message(QueueUrl="https://sqs.example.com/q", MessageBody="x"),
    "s3": lambda client: client.put_object(Bucket="bucket", Key="key", Body=b"x"),
    "ssm": lambda client: client.get_parameter(Name="x"),
    "events": lambda client: client.put_events(Entries=[]),
    "sesv2": lambda client: client.send_email(Content={}, FromEmailAddress="shop@example.com"),
}


class Network:
    """Takes every request and answers none."""

    def __init__(self) -> None:
        self.sent = 0
        self.failure: Exception = ReadTimeoutError(endpoint_url="https://aws.example.com")

    def send(self, _session: Any, _request: Any) -> Any:
        self.sent += 1
        raise self.failure


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    # What an operator may set elsewhere must not make SES try twice.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    fake = Network()
    monkeypatch.setattr(URLLib3Session, "send", lambda session, request: fake.send(session, request))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    forget()
    yield fake
    forget()


def forget() -> None:
    for name in CALLS:
        getattr(clients, name).cache_clear()


def test_every_client_is_tried() -> None:
    assert set(CALLS) == {name for name, value in vars(clients).items() if hasattr(value, "cache_clear")}


@pytest.mark.parametrize("service", sorted(set(CALLS) - {"sesv2"}))
def test_f30_a_call_without_an_answer_is_tried_three_times(network: Network, service: str) -> None:
    with pytest.raises(BotoCoreError):
        CALLS[service](getattr(clients, service)())
    assert network.sent == 3


@pytest.mark.parametrize("failure", [ReadTimeoutError, ConnectTimeoutError])
def test_f15_a_mail_without_an_answer_is_not_sent_again_by_the_client(
    network: Network, failure: type[Exception]
) -> None:
    network.failure = failure(endpoint_url="https://aws.example.com")  # type: ignore[call-arg]
    with pytest.raises(failure):
        CALLS["sesv2"](clients.sesv2())
    assert network.sent == 1


@pytest.mark.parametrize("service", CALLS)
def test_a_client_is_made_once_and_waits_seconds_not_minutes(network: Network, service: str) -> None:
    client = getattr(clients, service)()
    assert getattr(clients, service)() is client
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert "orderhub" in config.user_agent_extra


def test_requests_are_not_checked_a_second_time(network: Network) -> None:
    # The builders' own tests do that. With its check on, botocore would refuse this before it is sent.
    dynamodb: Any = clients.dynamodb()
    with pytest.raises(ReadTimeoutError):
        dynamodb.get_item()


def test_all_of_dynamodb_has_one_endpoint(network: Network) -> None:
    config: Any = clients.dynamodb().meta.config
    assert config.account_id_endpoint_mode == "disabled"
