"""How a channel is asked what changed: its adapter's ``polls.py``, a :class:`PollsModule`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.wire.api import Api
from shared.wire.http import UnreadableAnswerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is asked for: everything that changed in [since, until], UTC; ``token`` "" is the first page."""

    since: datetime
    until: datetime
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One document as it came: ``body`` goes through the adapter's mapping under ``topic``, as if pushed."""

    body: bytes
    topic: str = ""
    order_id: str = ""  # the channel's own id, at a glance: it groups messages, nothing is decided on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; ``next_token`` "" is the last. ``covers_until``: where the channel itself says so."""

    documents: tuple[Polled, ...]
    next_token: str = ""
    covers_until: datetime | None = None


class PollsModule(Protocol):
    """``polls.py``: pure but for its requests by ``api``. Raises ApiError, MissingCredentialError."""

    def read_page(self, window: Window, api: Api) -> Page:
        """Return one page of what changed.

        An order that cannot be read stays a document: it is quarantined later. :func:`slices` cuts a page
        into its orders without reading them.
        """

    def read_order(self, order_id: str, api: Api) -> Polled | None:
        """Return one order as it stands, None where the channel does not know it."""


class SubscriptionsModule(Protocol):
    """``subscriptions.py``, where a channel's API lets webhooks be listed and made.

    ``renewed_secret(stored, api, key)``, where a channel signs with keys of its own that its API gives out,
    returns them as the secret to store, "" where the stored one has them all. ``key`` is the id of one that
    a webhook named and no secret has (``unknown_key`` of the signature module), "" at the daily look.
    """

    def ensure(self, address: str, secret: str, api: Api) -> tuple[str, ...]:
        """See to it that every topic we read is sent to ``address``; return what was missing or switched off.

        ``address`` is the ARN of a queue where they come by one (``by_queue``). ``secret`` is that of the
        connection's webhooks, "" where there is none. Raises ApiError, MissingCredentialError.
        """


class LevelsModule(Protocol):
    """``levels.py``, where a channel takes stock levels."""

    AT_ONCE: int
    """How many levels one request takes."""

    def push(self, levels: dict[str, int], api: Api) -> dict[str, str]:
        """Set the available pieces of each SKU; return a stable code for each SKU that was not taken.

        At most :data:`AT_ONCE` SKUs. Raises ApiError, MissingCredentialError.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Levels that a channel took to carry them out later: what it refused at once, and what to ask it by.

    ``ticket`` "" where nothing is under way.
    """

    refused: dict[str, str]
    ticket: str = ""


class LaterLevelsModule(Protocol):
    """``levels.py``, where a channel carries stock levels out later (``levels_later``)."""

    AT_ONCE: int
    """How many levels one request takes."""

    def submit(self, levels: dict[str, int], api: Api) -> Submitted:
        """Hand the available pieces of each SKU over. At most :data:`AT_ONCE` SKUs.

        Raises ApiError, MissingCredentialError.
        """

    def outcome(self, ticket: str, api: Api) -> dict[str, str] | None:
        """Return a stable code for each SKU that was not taken, None while it is under way.

        {} also where the channel has forgotten. Raises ApiError, and NothingTakenError where none was taken.
        """


class NothingTakenError(Exception):
    """Levels that were handed over were not taken at all, and nobody says of which SKUs."""


_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def slices(body: bytes, *path: str) -> Iterator[bytes]:
    """Yield the elements of the array at ``path`` in ``body``, each as the bytes it came as.

    The elements are only skipped over, so that one with doubled keys, numbers that are none or
    an id that is missing spoils nothing but itself. Raises UnreadableAnswerError where there is no array.
    """
    try:
        text = body.decode("utf-8", "surrogateescape")
        at = _space(text, 0)
        for name in path:
            at = _member(text, at, name)
        yield from _elements(text, at)
    except (ValueError, IndexError, RecursionError):
        raise UnreadableAnswerError("invalid_json") from None


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _member(text: str, at: int, name: str) -> int:
    """Return where the value of ``name`` begins in the object at ``at``. Raises ValueError."""
    if text[at] != "{":
        raise ValueError(name)
    at = _space(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _space(text, at)
        if text[at] != ":":
            raise ValueError(name)
        at = _space(text, at + 1)
        if key == name:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _space(text, at)
        if text[at] == ",":
            at = _space(text, at + 1)
    raise ValueError(name)


def _elements(text: str, at: int) -> Iterator[bytes]:
    if text[at] != "[":
        raise ValueError("no array")
    at = _space(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield text[at:end].encode("utf-8", "surrogateescape")
        at = _space(text, end)
        if text[at] == ",":
            at = _space(text, at + 1)
        elif text[at] != "]":
            raise ValueError("no array")
