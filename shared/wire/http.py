"""HTTP to a channel's API, as far as adapters need it: a request, an answer, and what an answer means.

An adapter says *what* is sent; whether it may be sent again is decided elsewhere, and depends on one thing:
is it certain that the channel did not do it? Each error says so by its class. No error holds a value
from a request or an answer: they may be personal data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from shared.orders.values import value
from shared.wire.errors import UnusableError
from shared.wire.strict_json import parse

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
"""A channel that asks for more, or for less than the shortest, is asked again after these times."""


@value(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, complete. ``url`` is absolute, header names are as they are sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@value(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """One answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return the body as strict JSON; fractions are decimals. Raises UnreadableAnswerError."""
        try:
            return parse(self.body)[0]
        except UnusableError as error:
            raise UnreadableAnswerError(error.code) from None


_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)

Transport = Callable[[HttpRequest], HttpAnswer]
"""Sends one request once: no retries, no redirects. Raises NotSentError, NoAnswerError."""


class ApiError(Exception):
    """A channel's API did not do what it was asked, or nobody knows. ``code`` is stable, without values."""

    is_certain = True
    """True where the channel certainly did not do it: then it may simply be sent again."""

    def __init__(self, code: str, *, again_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.again_after = again_after  # as the channel asked, None where it did not


class NotSentError(ApiError):
    """The request did not reach the channel: no name, no connection, no TLS."""


class NoAnswerError(ApiError):
    """The request was sent and no answer came."""

    is_certain = False


class RateLimitedError(ApiError):
    """The channel takes no more requests for now (429)."""


class UnavailableError(ApiError):
    """The channel failed (5xx): it may have done it before."""

    is_certain = False


class UnreadableAnswerError(ApiError):
    """An answer that says *done* and cannot be read: HTML, no JSON, another shape."""

    is_certain = False


class AuthError(ApiError):
    """The channel does not know us or does not let us (401, 403): the connection needs new credentials."""


class RefusedError(ApiError):
    """The channel refused this request for good (another 4xx, or an error inside a 200)."""


def check(answer: HttpAnswer, *, code: Callable[[Any], str] = lambda _document: "") -> HttpAnswer:
    """Return ``answer`` where it is a success (2xx), else raise the ApiError that it means.

    ``code`` finds the channel's own stable error code in the body of a refusal ("" for none): only codes,
    never messages, which may repeat what was sent.
    """
    status = answer.status
    if 200 <= status < 300:
        return answer
    if status in (401, 403):
        raise AuthError(f"http_{status}")
    if status == 429:
        raise RateLimitedError("rate_limited", again_after=retry_after(answer))
    if status >= 500 or status == 408:
        raise UnavailableError(f"http_{status}", again_after=retry_after(answer))
    raise RefusedError(_code_of(answer, code) or f"http_{status}")


def _code_of(answer: HttpAnswer, code: Callable[[Any], str]) -> str:
    try:
        found = code(answer.json())
    except (UnreadableAnswerError, LookupError, TypeError, AttributeError):
        return ""
    return word_of(found)


def word_of(code: Any) -> str:
    """Return a channel's code as a word, "" where it is none: it may be a message about somebody."""
    word = code.strip().replace(" ", "_") if isinstance(code, str) else ""
    return word if _WORD.fullmatch(word) else ""


def retry_after(answer: HttpAnswer, *, now: datetime | None = None) -> timedelta | None:
    """Return how long the channel asks to wait: seconds or an HTTP date (RFC 9110, section 10.2.3).

    Shopify writes seconds with a fraction ("2.0").
    """
    value = answer.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return _bounded(timedelta(seconds=float(value[:12])))
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        wait = moment.astimezone(UTC) - (now or datetime.now(UTC))
    except (ValueError, OverflowError):
        return None
    return _bounded(wait)


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def json_body(document: Any) -> bytes:
    """Return ``document`` as JSON bytes; a decimal becomes a number with exactly its digits."""
    return _write(document).encode("ascii")


def _write(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{json.dumps(str(key))}:{_write(item)}' for key, item in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_write, value))}]"
    return json.dumps(value)


def with_query(url: str, query: Mapping[str, str | int]) -> str:
    """Return ``url`` with a query, every value percent-encoded; empty values are left out."""
    given = {name: str(value) for name, value in query.items() if value != ""}
    return f"{url}?{urlencode(given)}" if given else url
