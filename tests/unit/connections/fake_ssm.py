"""A parameter store of a dictionary, that counts how often it is asked and can be down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

PATH = "/orderhub/webhooks"


class ParameterNotFoundError(ClientError):
    """What the real client calls ``exceptions.ParameterNotFound``."""


class FakeSsm:
    """``parameters`` maps full names to values. ``failure`` is raised instead of any answer."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        self.asked: list[str] = []
        self.failure: Exception | None = None

    def set(self, kind: str, connection: str, current: str, previous: str = "") -> None:
        self.parameters[f"{PATH}/{kind}/{connection}"] = json.dumps(
            {"current": current, "previous": previous}
        )

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        self.asked.append(Name)
        if self.failure is not None:
            raise self.failure
        if Name not in self.parameters:
            raise ParameterNotFoundError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.parameters[Name]}}


def throttled() -> Exception:
    """Return what the store says when it is asked too often."""
    return ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")


def key_disabled() -> Exception:
    """Return what the store says when its key cannot be used."""
    return ClientError({"Error": {"Code": "KMSInvalidStateException"}}, "GetParameter")


def unreachable() -> Exception:
    """Return what the client says when nobody answers."""
    return EndpointConnectionError(endpoint_url="https://ssm.example.com")


FAILURES: list[Callable[[], Exception]] = [throttled, key_disabled, unreachable]
