"""AWS does not answer the API for now, or never will: a 503 that says when to come again, or a failure."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.runtime import clients
from tests.support.api import CLERK, Api
from tests.support.hub import Hub


def refusal(code: str, status: int) -> ClientError:
    said: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "Query")


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let every read of the table end so, when the client has tried often enough."""

    def fail(**_: object) -> None:
        raise error

    for operation in ("get_item", "query", "batch_get_item"):
        monkeypatch.setattr(clients.dynamodb(), operation, fail)


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException", 400),
        refusal("ProvisionedThroughputExceededException", 400),
        refusal("InternalServerError", 500),
        EndpointConnectionError(endpoint_url="https://dynamodb.example"),
        ReadTimeoutError(endpoint_url="https://dynamodb.example"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_table_does_not_serve_now_is_to_be_asked_again(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing(monkeypatch, error)
    answer = Api(hub, CLERK).get("/v1/orders/shop-one:1")
    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_what_somebody_has_to_mend_is_a_failure_that_is_noticed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, refusal("AccessDeniedException", 400))
    with pytest.raises(ClientError):
        Api(hub, CLERK).get("/v1/orders/shop-one:1")
