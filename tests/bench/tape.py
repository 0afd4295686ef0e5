"""AWS calls of a handler, recorded once and answered from the recording by a process of its own.

Each is a whole call of boto3: built, signed, sent over HTTP, its answer read. What takes the other side's
time is not in our CPU time. ``Tape.repeat`` makes the same calls with boto3 alone, so that one can be held
against the other. Without TLS, which both would pay alike.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from moto.core.models import botocore_stubber

from tests.support.template import ROOT

_OF_THE_CONNECTION = ("content-length", "transfer-encoding", "connection")


class OffTheTapeError(AssertionError):
    """A call that was not recorded, or in another order: what is timed is not what was recorded."""


@dataclass(frozen=True, slots=True)
class _Call:
    client: BaseClient
    operation: str
    parameters: dict[str, Any]
    status: int
    headers: dict[str, str]
    content: bytes

    def response(self) -> bytes:
        """Return the answer as it goes over the wire."""
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_CONNECTION
        }
        headers["Content-Length"] = str(len(self.content))
        lines = [f"HTTP/1.1 {self.status} Recorded", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.content


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

    def send_to(self, port: int) -> Callable[..., None]:
        """Return a handler of botocore's event ``before-send``: it sends each request to the player there."""

        def aim(request: AWSPreparedRequest, **_: Any) -> None:
            if self._next >= len(self.calls):
                raise OffTheTapeError("one call more than was recorded")
            request.url = f"http://127.0.0.1:{port}/{self._next}"
            self._next += 1

        return aim


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
    with _player([call.response() for call in tape.calls]) as port:
        aim = tape.send_to(port)
        for client in clients:
            client.meta.events.register_first("before-send", aim)
        botocore_stubber.enabled = False  # moto answers before anything is sent
        try:
            yield
        finally:
            botocore_stubber.enabled = True
            for client in clients:
                client.meta.events.unregister("before-send", aim)


@contextmanager
def _player(answers: list[bytes]) -> Iterator[int]:
    """Start a player, and end it afterwards; give its port."""
    command = [sys.executable, "-m", "tests.bench.player"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(pickle.dumps(answers))
        process.stdin.flush()
        yield int(process.stdout.readline())
