"""What every channel and carrier adapter offers. A package under ``channels/`` or ``carriers/``.

Modules with module-level functions, so that each function of the hub imports only what it uses:

* ``signature``: :class:`SignatureModule`; standard library only, no pydantic, no boto3.
* ``mapping``: :class:`MappingModule`; pure: a parsed document in, reports out.

Channels with an API have more (carriers as far as theirs goes):

* ``capabilities``: one constant, :class:`shared.wire.capabilities.Capabilities`; standard library only.
* ``client``: the requests of its API, each a function; nothing but HTTP by :class:`shared.wire.api.Api`.
* ``calls``: :class:`shared.wire.calls.CallsModule`; what the channel is told.
* ``polls``: :class:`shared.wire.polls.PollsModule`; what changed out there.
* ``booking``, ``follow``: :mod:`shared.wire.booking`, :mod:`shared.wire.follow`; of carriers.
* ``subscriptions``, ``levels``: see :mod:`shared.wire.polls`; where the API has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from shared.orders.values import value

if TYPE_CHECKING:
    # Every signature module is loaded with this one, and who answers webhooks reads no facts and no zones.
    from zoneinfo import ZoneInfo

    from shared.orders.facts import Report
    from shared.wire.privacy import PrivacyRequest


@value(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plain answer to a handshake, outside the way of events."""

    status: int
    body: str = ""
    content_type: str = "application/json"


@value(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one connection's documents are to be read."""

    received_at: datetime  # UTC; times more than a day later are refused
    zone: ZoneInfo | None = None  # of zone-less times; None: such times are refused
    currency: str = ""  # where the channel gives none
    decimal_comma: bool = False  # in amounts that a shop writes as text: "12,50", and no point
    back_office: bool = False  # a shop in which orders of other channels are shipped


def no_handshake(
    method: str,  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    query: Mapping[str, str],  # noqa: ARG001
    body: bytes,  # noqa: ARG001
) -> Answer | None:
    """Return None: the ``handshake`` of senders that send events only."""
    return None


class SignatureModule(Protocol):
    """``signature.py``: who sent it, and what is it about at a glance."""

    SIGNATURE_HEADERS: tuple[str, ...]  # lower case; a request with none of them is unsigned
    SUCCESS_STATUS: int  # the channel's one success answer: 202, or 200 where it insists
    MEDIA_TYPE: str  # what the channel sends: application/json

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime
    ) -> bool:
        """True where ``body`` (raw bytes) was signed with one of ``secrets``. Never raises.

        Header names are lower case. All candidates are compared in constant time. ``now``
        is for signatures that carry their time: those too far from it do not hold. The address's query
        is there like a header, ``?<name>``: for senders that sign nothing.
        """

    def sign(self, body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:
        """Return the headers the channel itself would send with ``body``, signature included.

        ``?<name>`` among them belongs into the address.
        """

    def topic(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return what kind of document this is, in the channel's own words; "" if it does not say."""

    def entity_hint(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the order's id or the tracking number by a shallow look, "" if not seen.

        It only groups messages of one order; nothing is decided on it. Never raises.
        """

    def handshake(
        self, method: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> Answer | None:
        """Return the answer to a request that is no event (a ping, a challenge), else None.

        Where an answer takes the connection's secret, the module has one function more, asked for each GET:
        ``answer_challenge(query, address, secrets) -> Answer | None``; ``address`` is the webhook's own.
        Where the sender proves itself by a token of ours, it asks for it at ``<address>/token``:
        ``answer_token(headers, body, secrets, *, now) -> Answer``; 401 where the secret is another one.
        Where it signs with keys of its own that its API gives out: ``unknown_key(headers, secrets) -> str``,
        the id of the key that a webhook names and none of ``secrets`` has, else "". Never raises.
        """


class PrivacyModule(Protocol):
    """``mapping.py`` of a channel that passes on what customers ask of their own data."""

    PRIVACY_TOPICS: frozenset[str]  # those of its topics

    def privacy_request(self, document: Any, topic: str) -> PrivacyRequest:
        """Return what ``document`` asks for. Raises UnusableError."""


class MappingModule(Protocol):
    """``mapping.py``: the channel's words in ours."""

    TOPICS: tuple[str, ...]  # the topics it understands; "" where documents are not told apart by topic

    def normalize(self, document: Any, *, topic: str, reading: Reading) -> list[Report]:
        """Return what ``document`` (parsed by :mod:`shared.wire.strict_json`) says.

        Several entities in one document give several reports. ``topic`` "" means: tell by shape.
        Raises UnusableError where it cannot be used, IrrelevantError where it is about
        something else, SignalError where it only says that the order has to be read again.
        """
