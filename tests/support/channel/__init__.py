"""A channel for tests: it says what its script says, and remembers what it was told. Kind ``scripted``.

The script is the API's transport, so that each test has its own; nothing is global but the registry line that
:func:`registered` adds for the time of a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from shared import adapters
from shared.wire.api import Api
from shared.wire.booking import Booked, Consignment, Label, Withdrawn
from shared.wire.calls import Answered, Call, Told
from shared.wire.follow import Followed
from shared.wire.http import HttpAnswer, HttpRequest
from shared.wire.polls import Page, Polled, Window

KIND = "scripted"
URL = "https://channel.example.com"


@dataclass
class Script:
    """What the channel answers next, and what it was told and asked so far."""

    answers: list[Answered | Exception] = field(default_factory=list)
    looks: list[Answered | Exception] = field(default_factory=list)
    pages: list[Page | Exception] = field(default_factory=list)
    orders: dict[str, Polled] = field(default_factory=dict)
    restored: tuple[str, ...] | Exception = ()
    renewed: str | Exception = ""  # keys of the channel's own
    keys: list[str] = field(default_factory=list)  # for which of them it was asked; "": for all
    told: list[Call] = field(default_factory=list)
    looked: list[tuple[Call, str]] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    ensured: list[tuple[str, str]] = field(default_factory=list)
    bookings: list[Booked | Exception] = field(default_factory=list)
    found: dict[str, Booked] = field(default_factory=dict)
    labels: list[Label | Exception | None] = field(default_factory=list)
    withdrawals: list[Withdrawn | Exception] = field(default_factory=list)
    follows: list[Followed | Exception] = field(default_factory=list)
    booked: list[Consignment] = field(default_factory=list)
    sought: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    levels: list[dict[str, int]] = field(default_factory=list)
    level_failures: list[Exception] = field(default_factory=list)
    on_levels: list[Callable[[], None]] = field(default_factory=list)  # what happens while levels are told
    outcomes: list[dict[str, str] | Exception | None] = field(default_factory=list)  # of levels, later
    refused_skus: dict[str, str] = field(default_factory=dict)
    on_page: Callable[[], None] = lambda: None

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        raise AssertionError(f"{request.method}: the script speaks without HTTP")


def script_of(api: Api) -> Script:
    """Return the script behind an API."""
    return cast("Script", api.transport)


def next_of(answers: list[Answered | Exception], otherwise: Told) -> Answered:
    """Return the next scripted answer, or raise it."""
    answer = answers.pop(0) if answers else Answered(told=otherwise)
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def registered() -> Iterator[None]:
    """Let the registry know this channel."""
    adapters.ADAPTERS[KIND] = __name__
    try:
        yield
    finally:
        del adapters.ADAPTERS[KIND]
