"""What every simulated channel is: a state machine behind HTTP, without sockets.

A simulator is itself a transport (:data:`shared.wire.http.Transport`): tests hand it to an adapter as it is;
the local run puts it behind a server on 127.0.0.1 (:mod:`local.channels.server`). It is written from the
channel's contract, not from the adapter: it refuses what the channel refuses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.wire.http import HttpAnswer, HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A webhook that the channel would send now: signed and posted by whoever drains it."""

    topic: str
    body: bytes


class Simulator(Protocol):
    """One simulated channel."""

    kind: str
    events: list[Event]  # webhooks not sent yet, oldest first; whoever sends them takes them out

    @property
    def orders(self) -> Mapping[Any, Any]:
        """The channel's own documents, by its own ids."""

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as the channel would."""

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order; ``wishes`` are the channel's own fields to differ from the sample."""

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen out there (``debit``, ``cancel``, ``ship``): see the simulator's table."""


class Stocked(Protocol):
    """A simulated channel that takes stock levels."""

    def stock(self, sku: str) -> int:
        """Return the pieces that it shows of a SKU."""


@dataclass(slots=True)
class Asked:
    """A request, taken apart."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # lower-case names
    body: bytes

    @property
    def document(self) -> Any:
        """The JSON body, None where it is empty. Raises ValueError."""
        return json.loads(self.body) if self.body else None


def take_apart(request: HttpRequest) -> Asked:
    """Return ``request`` in its parts."""
    url = urlsplit(request.url)
    return Asked(
        method=request.method,
        path=unquote(url.path),
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )


def answer(status: int, document: Any = None, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """Return a JSON answer; ``document`` None gives an empty body."""
    body = b"" if document is None else json.dumps(document).encode()
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json", **{k.lower(): v for k, v in (headers or {}).items()}},
        body=body,
    )


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self.at


@dataclass(slots=True)
class Recording:
    """A transport around another one that remembers what was asked."""

    inner: Callable[[HttpRequest], HttpAnswer]
    requests: list[HttpRequest] = field(default_factory=list)

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Pass the request on."""
        self.requests.append(request)
        return self.inner(request)
