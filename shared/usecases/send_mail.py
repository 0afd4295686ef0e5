"""Send one owed mail, once: claim, send, mark.

SES has no idempotency token. So a mail is claimed before it is sent, sent with a client that
tries once, and marked after. A worker that vanished in between leaves a claim behind
whose lease ends: nobody knows then whether the mail went out, and it is marked ``ambiguous``
and shown, not sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from shared.connections.model import Connection
from shared.connections.store import ConnectionStore
from shared.notifications.addresses import deliverable_address
from shared.notifications.build import UndeliverableAddressError, build_send_email
from shared.notifications.catalogue import MissingMailDataError, UnknownMailKindError
from shared.notifications.locales import choose_locale
from shared.notifications.mailer import Delivery, Sent
from shared.notifications.render import render_mail
from shared.storage import keys
from shared.storage.records import FINISHED, EffectMessage, EffectState
from shared.storage.signing_key import KeyUnavailableError
from shared.storage.store import Claim, FullOrder, OrderStore
from shared.usecases.describe_order import branding_of, describe_order

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

    from shared.notifications.render import RenderedMail


class Mailer(Protocol):
    """The mail service."""

    def send(self, request: SendEmailRequestTypeDef) -> Delivery:
        """Hand one mail over, trying once. Never raises for what the service answers."""


class Addresses(Protocol):
    """What is known of mail addresses, by their digests."""

    def digest(self, address: str) -> str:
        """Return what an address is known by. Raises KeyUnavailableError."""

    def is_suppressed(self, digest: str) -> bool:
        """Return whether an address gets no more mails."""


class StillClaimedError(Exception):
    """Another worker has this mail, and its lease is not over: look again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDesk:
    """What sending needs."""

    store: OrderStore
    connections: ConnectionStore
    mailer: Mailer
    sender: str
    configuration_set: str
    addresses: Addresses
    page_url: Callable[[str], str] = lambda _order_id: ""
    lease: timedelta
    now: Callable[[], datetime]


def send_mail(message: EffectMessage, desk: MailDesk) -> EffectState:
    """Send the mail that ``message`` names, if it is still owed; return what became of it.

    Raises StillClaimedError, StoreBusyError: the message then comes again.
    """
    claim = desk.store.claim(message.pk, message.sk, message.effect, now=desk.now(), lease=desk.lease)
    if not claim.granted:
        return _settle_foreign_claim(message, claim, desk)
    try:
        prepared = _prepare(message, desk)
    except KeyUnavailableError:
        # Nothing was sent: the sweeper brings it back.
        return _mark(message, claim, desk, EffectState.OWED, reason="address_key_unavailable")
    if isinstance(prepared, _Skip):
        return _mark(message, claim, desk, EffectState.SKIPPED, reason=prepared.reason)
    delivery = desk.mailer.send(prepared)
    state = _STATES[delivery.sent]
    return _mark(message, claim, desk, state, proof=delivery.proof, reason=delivery.reason)


_STATES = {
    Sent.ACCEPTED: EffectState.DONE,
    Sent.REJECTED: EffectState.FAILED,
    # Owed again: the sweeper brings it back, for as long as the account is throttled or paused.
    Sent.POSTPONED: EffectState.OWED,
    Sent.UNKNOWN: EffectState.AMBIGUOUS,
}


@dataclass(frozen=True, slots=True)
class _Skip:
    reason: str


def _settle_foreign_claim(message: EffectMessage, claim: Claim, desk: MailDesk) -> EffectState:
    effect = claim.effect
    if effect is None:
        # The order was erased, or the message is not ours: nothing is owed.
        return EffectState.SKIPPED
    if effect.state in FINISHED:
        return effect.state
    if effect.lease_until is None or desk.now() <= effect.lease_until:
        raise StillClaimedError(message.effect)
    taken_over = desk.store.claim(
        message.pk,
        message.sk,
        message.effect,
        now=desk.now(),
        lease=desk.lease,
        abandoned_attempt=effect.attempt,
    )
    if not taken_over.granted:
        raise StillClaimedError(message.effect)
    return _mark(message, taken_over, desk, EffectState.AMBIGUOUS, reason="worker_vanished")


def _prepare(message: EffectMessage, desk: MailDesk) -> SendEmailRequestTypeDef | _Skip:
    full = desk.store.read_full(message.pk.removeprefix("ORDER#"))
    if full is None or full.seen is None:
        return _Skip("no_order")
    if full.customer is None or deliverable_address(full.customer.email) is None:
        return _Skip("no_valid_address")
    recipient = desk.addresses.digest(full.customer.email)
    if desk.addresses.is_suppressed(recipient):
        return _Skip("suppressed")
    connection = desk.connections.get(full.order.connection)
    page_url = desk.page_url(full.order.id)
    try:
        return build_send_email(
            _render(message, full, connection, page_url),
            recipient=full.customer.email,
            sender=desk.sender,
            branding=branding_of(connection),
            order_id=full.order.id,
            effect_key=message.effect,
            configuration_set=desk.configuration_set,
            input_key=message.sk.removeprefix(keys.INPUT),
            recipient_digest=recipient,
        )
    except (MissingMailDataError, UnknownMailKindError, UndeliverableAddressError) as error:
        return _Skip(str(error))


def _render(message: EffectMessage, full: FullOrder, connection: Connection, page_url: str) -> RenderedMail:
    kind, _, target = message.effect.removeprefix("mail/").partition("/")
    spoken = full.customer.locale if full.customer else ""
    locale = choose_locale(spoken, connection.settings.locale).code
    data = replace(describe_order(kind, target, full, connection), page_url=page_url)
    return render_mail(kind, data, locale=locale, branding=branding_of(connection))


def _mark(
    message: EffectMessage,
    claim: Claim,
    desk: MailDesk,
    state: EffectState,
    *,
    proof: str = "",
    reason: str = "",
) -> EffectState:
    desk.store.mark(
        message.pk,
        message.sk,
        message.effect,
        claim=claim,
        state=state,
        now=desk.now(),
        proof=proof,
        reason=reason,
    )
    return state
