"""One connection's API: where it is, with which credentials, by which transport."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, cast

from shared.orders.values import value
from shared.wire.http import HttpAnswer, HttpRequest, Transport

T = TypeVar("T")
EARLY = timedelta(seconds=30)
"""An access token is renewed this long before it ends."""


class MissingCredentialError(Exception):
    """A credential that the adapter needs is not stored with the connection. ``name`` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"store the credential {name!r}: python -m local connection credentials ID {name}=…")
        self.name = name


@value(frozen=True, slots=True)
class _Token:
    value: str
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class Api:
    """What an adapter's ``client`` gets.

    ``base_url`` has no slash at its end. ``options`` are the connection's settings for this kind alone (a
    marketplace's id, a seller's id). Access tokens are kept here, for as long as this object lives.
    """

    base_url: str
    transport: Transport
    credentials: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], datetime]
    _tokens: dict[str, _Token] = field(default_factory=dict)
    _kept: dict[str, tuple[datetime, object]] = field(default_factory=dict)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpAnswer:
        """Send one request; ``url`` is absolute, or a path below ``base_url``.

        Raises NotSentError, NoAnswerError.
        """
        absolute = url if "://" in url else f"{self.base_url}{url}"
        return self.transport(HttpRequest(method=method, url=absolute, headers=headers or {}, body=body))

    def credential(self, name: str) -> str:
        """Return one credential. Raises MissingCredentialError."""
        value = self.credentials.get(name, "")
        if not value:
            raise MissingCredentialError(name)
        return value

    def basic(self, user: str, password: str) -> str:
        """Return the value of an ``Authorization`` header from two credentials' names (RFC 7617)."""
        pair = f"{self.credential(user)}:{self.credential(password)}"
        return f"Basic {base64.b64encode(pair.encode('utf-8')).decode('ascii')}"

    def kept(self, name: str, lifetime: timedelta, fetch: Callable[[], T]) -> T:
        """Return what ``fetch`` gave at most ``lifetime`` ago, else ask anew: lists that hardly change."""
        now = self.now()
        kept = self._kept.get(name)
        if kept is not None and now < kept[0] + lifetime:
            return cast("T", kept[1])
        value = fetch()
        self._kept[name] = (now, value)
        return value

    def token(self, name: str, fetch: Callable[[], tuple[str, timedelta]], *, renew: bool = False) -> str:
        """Return an access token, asked for by ``fetch`` (value, lifetime) where none is good enough.

        ``renew`` asks anew: for the one repetition after the API said that a token is not good any more.
        """
        now = self.now()
        kept = self._tokens.get(name)
        if kept is None or renew or now >= kept.ends_at - EARLY:
            value, lifetime = fetch()
            kept = self._tokens[name] = _Token(value, now + lifetime)
        return kept.value

    def send_with_token(
        self, name: str, fetch: Callable[[], tuple[str, timedelta]], request: Callable[[str], HttpAnswer]
    ) -> HttpAnswer:
        """Send ``request`` with the token ``name``; once more with a new one after a 401."""
        answer = request(self.token(name, fetch))
        return request(self.token(name, fetch, renew=True)) if answer.status == 401 else answer
