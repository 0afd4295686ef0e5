"""AWS calls of a handler, recorded once and answered from the recording: what is timed has no network in it.

What is left is CPU: our own, and boto3's (building, signing and reading each call). ``Tape.repeat`` makes the
same calls with boto3 alone, so that one can be held against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber


class OffTheTapeError(AssertionError):
    """A call that was not recorded, or in another order: what is timed is not what was recorded."""


class _Body:
    """The body of a recorded answer, as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content

    def read(self, *_: Any, **__: Any) -> bytes:
        return self._content


@dataclass(frozen=True, slots=True)
class _Call:
    client: BaseClient
    operation: str
    parameters: dict[str, Any]
    status: int
    headers: dict[str, str]
    content: bytes


@dataclass
class Tape:
    """The calls of one invocation, in their order."""

    calls: list[_Call] = field(default_factory=list)
    _next: int = 0

    @property
    def operations(self) -> list[str]:
        """Return the names of the recorded operations."""
        return [call.operation for call in self.calls]

    def rewind(self) -> None:
        """Play from the beginning."""
        self._next = 0

    def repeat(self) -> None:
        """Make the recorded calls with boto3 alone."""
        self.rewind()
        for call in self.calls:
            call.client._make_api_call(call.operation, call.parameters)  # type: ignore[attr-defined]

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """Answer a request by the recording; a handler of botocore's event ``before-send``."""
        if self._next >= len(self.calls):
            raise OffTheTapeError("one call more than was recorded")
        call = self.calls[self._next]
        self._next += 1
        headers = HTTPHeaders()
        for name, value in call.headers.items():
            headers[name] = value
        return AWSResponse(request.url, call.status, headers, _Body(call.content))


@contextmanager
def recording(tape: Tape) -> Iterator[None]:
    """Record every call that is made meanwhile."""
    original: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]

    def record(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        seen: list[Any] = []
        event = f"before-parse.{client.meta.service_model.service_id.hyphenize()}.{operation}"
        keep = lambda response_dict, **_: seen.append(response_dict)  # noqa: E731  registered and taken back
        client.meta.events.register(event, keep)
        try:
            return original(client, operation, parameters)
        finally:
            client.meta.events.unregister(event, keep)
            if seen:
                last = seen[-1]
                headers = {str(name): str(value) for name, value in last["headers"].items()}
                tape.calls.append(
                    _Call(client, operation, dict(parameters), last["status_code"], headers, last["body"])
                )

    BaseClient._make_api_call = record  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseClient._make_api_call = original  # type: ignore[attr-defined]


@contextmanager
def playing(tape: Tape) -> Iterator[None]:
    """Answer every call of the recorded clients from the tape."""
    clients: list[Any] = list({id(call.client): call.client for call in tape.calls}.values())
    for client in clients:
        client.meta.events.register_first("before-send", tape.answer)
    # botocore asks every handler and takes the first answer: moto would do the work all the same.
    botocore_stubber.enabled = False
    try:
        yield
    finally:
        botocore_stubber.enabled = True
        for client in clients:
            client.meta.events.unregister("before-send", tape.answer)
