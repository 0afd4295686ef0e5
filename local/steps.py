"""The kinds of steps that a scripted day is made of, each with what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Twist(Enum):
    """What is odd about a webhook, with the answer it must get."""

    NONE = "", 202
    TWICE_AT_ONCE = "twice at the same time", 202
    AGAIN = "the same once more", 202
    EARLY = "before the order it is about", 202
    LATE = "late, overtaken by newer news", 202
    UNUSABLE = "signed, but its currency is none", 202
    BAD_SIGNATURE = "signed with a wrong secret", 401
    FORM = "an unsigned form", 415
    PING = "the shop's unsigned ping", 200

    def __init__(self, words: str, answer: int) -> None:
        self.words = words
        self.answer = answer

    @property
    def copies(self) -> int:
        """How many requests are sent."""
        return 2 if self is Twist.TWICE_AT_ONCE else 1

    @property
    def is_event(self) -> bool:
        """An authentic webhook: it must leave exactly one outcome for each copy."""
        return self.answer == 202


@dataclass(frozen=True, slots=True)
class Webhook:
    """A file of ``events/<kind>/`` is sent for a connection.

    ``outcome`` is what must be stored; of what is no event, nothing is. ``parcel`` is a tracking
    number: the carrier's file is sent as if it told of that parcel.
    """

    connection: str
    file: str
    topic: str
    outcome: str = "applied"
    twist: Twist = Twist.NONE
    parcel: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A scheduled function is invoked with a time so many seconds from now.

    ``then``: words that the order ``about`` must wear after it.
    """

    function: str
    seconds_ahead: int
    why: str
    about: str = ""
    then: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something happens at a simulated channel, without us: a buyer orders, a customer pays, a parcel leaves.

    ``action`` is ``place`` or a row of the simulator's table; ``fail`` plans a fault, which the next request
    that fits the details meets. ``order`` is the channel's own id, ``copy of ID`` (the order that was created
    there for one of ours), or ``parcel 1 of ID`` (the parcel that was booked there for one). ``polls``: the
    hub asks afterwards, where the channel tells nothing by itself. ``then``: words that our order ``about``
    must wear after it. ``later``: seconds that pass before it, where the channel tells its changes apart by
    the second.
    """

    channel: str
    order: str
    action: str
    details: Mapping[str, Any] = field(default_factory=dict)
    polls: bool = False
    about: str = ""
    then: Mapping[str, str] = field(default_factory=dict)
    later: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order must stand at a simulated channel in the end: the value of a field of its own document.

    ``field`` is a path where it lies deeper: ``parcels/0/status/code``.
    """

    channel: str
    order: str
    field: str
    value: str


class Seen(Enum):
    """Which version of the order a clerk has on the screen: what ``If-Match`` names."""

    NOT_SAID = None
    LATEST = 0
    OUTDATED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A clerk gives one order a command over the API.

    ``then`` are the words the order must wear in the answer, by axis. A refusal must have ``code``
    and offer ``offers`` instead. ``key`` "" is a key of its own; a key that came before must bring
    the first answer again, or be refused for another command.
    """

    order: str
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, str] = field(default_factory=dict)
    answer: int = 200
    code: str = ""
    offers: tuple[str, ...] = ()
    seen: Seen = Seen.NOT_SAID
    key: str = ""
    copies: int = 1
    why: str = ""

    @property
    def is_stored(self) -> bool:
        """Done or refused by the order's own state, it is in the history; what was asked wrongly is not."""
        return self.answer in (200, 201, 409)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an order must end: its status and all its mails, in any order, each once.

    ``withheld`` are mails that are not sent, because their address gets no more.
    """

    order: str
    status: str
    mails: tuple[str, ...]
    refund: str = "none"
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSaid:
    """The mail service says something of each mail of an order so far: ``said`` is a row of its words.

    ``then``: words that the order must wear after it.
    """

    order: str
    said: str
    then: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The merchant counts the pieces of a SKU and says so over the API; from then on its stock moves."""

    sku: str
    on_hand: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The hub tells the channels what changed in the stock. ``shown``: the pieces that each shows then."""

    sku: str
    shown: Mapping[str, int]
    why: str = ""


Step = Webhook | Invocation | Command | Happening | MailSaid | Counting | Levels


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the day: what it shows, in a line, and its steps."""

    title: str
    steps: tuple[Step, ...]
