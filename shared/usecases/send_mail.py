"""Send one owed mail, once: claim, send, mark.

SES has no idempotency token. So a mail is claimed before it is sent, sent with a client that
tries once, and marked after. A worker that vanished in between leaves a claim behind
whose lease ends: nobody knows then whether the mail went out, and it is marked ``ambiguous``
and shown, not sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from shared.connections.mail_templates import TemplatesUnavailableError
from shared.connections.model import Connection
from shared.connections.store import ConnectionStore
from shared.notifications.addresses import deliverable_address
from shared.notifications.build import UndeliverableAddressError, build_send_email
from shared.notifications.catalogue import MissingMailDataError, UnknownMailKindError
from shared.notifications.locales import choose_locale
from shared.notifications.mailer import Delivery, Sent
from shared.notifications.overrides import TemplateRefusedError, render_override
from shared.notifications.render import render_mail
from shared.orders.statuses import PackageStatus
from shared.orders.values import value
from shared.storage import keys
from shared.storage.owed_effects import Claim
from shared.storage.records import FINISHED, EffectMessage, EffectState
from shared.storage.signing_key import KeyUnavailableError
from shared.storage.store import FullOrder, OrderStore
from shared.usecases.describe_order import branding_of, describe_order
from shared.usecases.gather_mails import GATHERED, Gathered, claim_others, order_of, wait_for_others
from shared.usecases.repeats import first_of

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

    from shared.notifications.render import RenderedMail


MAX_PREPARATIONS = 20
"""How often in a row a mail may fail to be prepared: far more often than a table is too busy for it."""
NOT_PREPARED = "not_prepared"


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


def _no_templates(_connection: str, _kind: str, _locale: str) -> Mapping[str, str]:
    return {}


def _count_nothing(_name: str) -> None:
    return None


@value(frozen=True, slots=True, kw_only=True)
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
    # A merchant's own template of a connection, a kind and a language; {} where there is none.
    templates: Callable[[str, str, str], Mapping[str, str]] = _no_templates
    count: Callable[[str], None] = _count_nothing


def send_mail(message: EffectMessage, desk: MailDesk) -> EffectState:
    """Send the mail that ``message`` names, if it is still owed; return what became of it.

    Several parcels that are shipped together get one mail: see :mod:`shared.usecases.gather_mails`.
    Raises StillClaimedError, StillGatheringError, StoreBusyError: the message then comes again.
    """
    wait_for_others(message, store=desk.store, connections=desk.connections, now=desk.now)
    claim = desk.store.claim(message.pk, message.sk, message.effect, now=desk.now(), lease=desk.lease)
    if not claim.granted:
        return _settle_foreign_claim(message, claim, desk)
    others: tuple[Gathered, ...] = ()
    try:
        full = desk.store.read_full(order_of(message))
        others = _claim_others(message, full, desk)
        prepared = _prepare(message, full, others, _told(message, claim, desk), desk)
    except KeyUnavailableError:
        # Nothing was sent: the sweeper brings it back.
        _mark_others(message, others, desk, EffectState.OWED, "address_key_unavailable")
        return _mark(message, claim, desk, EffectState.OWED, reason="address_key_unavailable")
    except Exception:
        # Nothing was sent, and nobody has to doubt it: who comes next may try. What never works is given up.
        times = _times_not_prepared(claim) + 1
        state = EffectState.OWED if times < MAX_PREPARATIONS else EffectState.FAILED
        _mark_others(message, others, desk, EffectState.OWED, NOT_PREPARED)
        _mark(message, claim, desk, state, reason=f"{NOT_PREPARED}:{times}")
        raise
    if isinstance(prepared, _Skip):
        _mark_others(message, others, desk, EffectState.SKIPPED, prepared.reason)
        return _mark(message, claim, desk, EffectState.SKIPPED, reason=prepared.reason)
    delivery = desk.mailer.send(prepared)
    state = _STATES[delivery.sent]
    # The others first: of this one the mail service's events tell what became of it, should we vanish.
    _mark_others(message, others, desk, state, delivery.reason)
    return _mark(message, claim, desk, state, proof=delivery.proof, reason=delivery.reason)


def _times_not_prepared(claim: Claim) -> int:
    name, _, times = (claim.effect.reason if claim.effect else "").partition(":")
    return int(times or 0) if name == NOT_PREPARED else 0


_STATES = {
    Sent.ACCEPTED: EffectState.DONE,
    Sent.REJECTED: EffectState.FAILED,
    # Owed again: the sweeper brings it back, for as long as the account is throttled or paused.
    Sent.POSTPONED: EffectState.OWED,
    Sent.UNKNOWN: EffectState.AMBIGUOUS,
}


@value(frozen=True, slots=True)
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


def _claim_others(message: EffectMessage, full: FullOrder | None, desk: MailDesk) -> tuple[Gathered, ...]:
    if full is None:
        return ()
    return claim_others(
        message,
        full.order,
        store=desk.store,
        connections=desk.connections,
        now=desk.now,
        lease=desk.lease,
    )


def _mark_others(
    message: EffectMessage, others: tuple[Gathered, ...], desk: MailDesk, state: EffectState, reason: str
) -> None:
    """Write what became of the mails that this one stood for: sent with it, or whatever became of it."""
    if state is EffectState.DONE:
        state, reason = EffectState.SKIPPED, f"gathered:{message.effect}"
    for other in others:
        _mark(other.message, other.claim, desk, state, reason=reason)


def _told(message: EffectMessage, claim: Claim, desk: MailDesk) -> Mapping[str, str]:
    """Return what the effect itself says; one that was asked for again says what the first one said."""
    effect = claim.effect
    if effect is None or "resend" not in effect.data:
        return effect.data if effect else {}
    return first_of(effect, desk.store.history(order_of(message))).data


def _prepare(
    message: EffectMessage,
    full: FullOrder | None,
    others: tuple[Gathered, ...],
    told: Mapping[str, str],
    desk: MailDesk,
) -> SendEmailRequestTypeDef | _Skip:
    if full is None or full.seen is None:
        return _Skip("no_order")
    if full.customer is None or deliverable_address(full.customer.email) is None:
        return _Skip("no_valid_address")
    if _is_off(message, full):
        return _Skip("package_canceled")
    recipient = desk.addresses.digest(full.customer.email)
    if desk.addresses.is_suppressed(recipient):
        return _Skip("suppressed")
    connection = desk.connections.get(full.order.connection)
    page_url = desk.page_url(full.order.id)
    try:
        return build_send_email(
            _render(message, full, others, told, connection, desk, page_url),
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


def _is_off(message: EffectMessage, full: FullOrder) -> bool:
    """Whether the parcel of a *shipped* mail was canceled while the mail waited."""
    canceled = (package.id for package in full.order.packages if package.status is PackageStatus.CANCELED)
    return message.effect in {f"{GATHERED}{package}" for package in canceled}


def _render(
    message: EffectMessage,
    full: FullOrder,
    others: tuple[Gathered, ...],
    told: Mapping[str, str],
    connection: Connection,
    desk: MailDesk,
    page_url: str,
) -> RenderedMail:
    """Write a mail, with the merchant's own template where there is one that works: no mail is lost by it."""
    kind, _, target = message.effect.removeprefix("mail/").partition("/")
    spoken = full.customer.locale if full.customer else ""
    locale = choose_locale(spoken, connection.settings.locale).code
    gathered = {other.package for other in others}
    described = describe_order(kind, target, full, connection, others=gathered, told=told)
    data = replace(described, page_url=page_url)
    branding = branding_of(connection)
    try:
        parts = desk.templates(connection.id, kind, locale)
        if parts:
            return render_override(parts, kind, data, locale=locale, branding=branding)
    except (TemplateRefusedError, TemplatesUnavailableError):
        desk.count("MailTemplateFailed")
    return render_mail(kind, data, locale=locale, branding=branding)


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
