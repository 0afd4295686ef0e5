"""Book a parcel at the merchant's carrier account, or cancel the booking: once, and asked for before again.

A carrier knows a parcel by our reference. So whoever comes second, for whatever reason, asks under it
first; who comes first books at once. The label is fetched and stored before the order says that the parcel
is booked: what is booked can be printed. An account that gives no label yet is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.adapters import booking_of, capabilities_of
from shared.carriers.detect import carrier_named
from shared.connections.errors import SecretsUnavailableError, UnknownConnectionError
from shared.connections.model import Connection
from shared.orders.commands import ConfirmBooking
from shared.orders.facts import Address, Customer
from shared.orders.model import Package
from shared.orders.statuses import PackageStatus
from shared.storage.labels import Labels
from shared.storage.records import EffectMessage, EffectState
from shared.usecases.owed_work import Work, WorkDesk, WorkDone, take
from shared.wire.api import Api, MissingCredentialError
from shared.wire.booking import MEDIA_TYPES, Booked, BookingModule, Consignment, Withdrawn
from shared.wire.http import ApiError, AuthError, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDesk(WorkDesk):
    """What booking needs besides. ``api`` opens a connection's API."""

    api: Callable[[Connection], Api]
    labels: Labels


def book_parcel(message: EffectMessage, desk: BookingDesk) -> WorkDone:
    """Do what ``message`` names, if it is still owed. Raises StoreBusyError, LostRaceError."""
    work = take(message, desk)
    if isinstance(work, WorkDone):
        return work
    try:
        settings = desk.connections(work.order.connection).settings
        if not settings.carrier_account:
            return work.mark(EffectState.SKIPPED, reason="no_carrier_account")
        account = desk.connections(settings.carrier_account)
    except UnknownConnectionError:
        return work.fail("unknown_connection")
    if not account.settings.api_url or not capabilities_of(account.kind).books:
        return work.fail("account_books_nothing")
    retry = timedelta(seconds=account.settings.retry_seconds)
    try:
        api, adapter = desk.api(account), booking_of(account.kind)
        return (_cancel if work.name == "cancel" else _book)(work, adapter, api, desk, retry)
    except MissingCredentialError:
        return work.wait_for_merchant(account, "missing_credentials", retry=retry)
    except SecretsUnavailableError:
        return work.wait("credentials_unavailable", retry=retry)
    except AuthError as error:
        return work.wait_for_merchant(account, error.code, retry=retry)
    except RefusedError as error:
        return work.fail(error.code)
    except ApiError as error:
        return work.wait(error.code, retry=retry, again_after=error.again_after)


def _book(work: Work, adapter: BookingModule, api: Api, desk: BookingDesk, retry: timedelta) -> WorkDone:
    """Raises ApiError, MissingCredentialError."""
    package = _package(work)
    reference = reference_of(work.order.id, package.id)
    if package.status is PackageStatus.CANCELED:
        # If it was booked after all, its cancellation finds it.
        return work.mark(EffectState.SKIPPED, reason="package_canceled")
    booked = adapter.find(reference, api) if work.is_repeated else None
    if booked is None:
        consignment = _consignment(work, reference)
        if consignment is None:
            return work.fail("no_address")
        booked = adapter.book(consignment, api)
    label = adapter.fetch_label(booked, api)
    if label is None:
        return work.wait("no_label_yet", retry=retry)
    if label.media_type not in MEDIA_TYPES:
        return work.fail("label_of_another_kind")
    desk.labels.keep(work.order.id, package.id, label)
    work.tell_order(_confirmation(package, booked))
    return work.mark(EffectState.DONE, proof=booked.reference)


def _cancel(work: Work, adapter: BookingModule, api: Api, _desk: BookingDesk, _retry: timedelta) -> WorkDone:
    """Raises ApiError, MissingCredentialError."""
    package = _package(work)
    reference = package.reference
    if not reference:
        # It may have been booked by a worker that could not say so any more.
        booked = adapter.find(reference_of(work.order.id, package.id), api)
        if booked is None:
            return work.mark(EffectState.SKIPPED, reason="not_booked")
        reference = booked.reference
    if adapter.withdraw(reference, api) is Withdrawn.REFUSED:
        return work.fail("not_canceled")
    return work.mark(EffectState.DONE, proof=reference)


def reference_of(order_id: str, package_id: str) -> str:
    """Return our reference of a parcel: 32 hex digits, the same however often it is booked."""
    return hashlib.sha256(f"{order_id}/booking/{package_id}".encode()).hexdigest()[:32]


def _package(work: Work) -> Package:
    return next(package for package in work.order.packages if package.id == work.target)


def _consignment(work: Work, reference: str) -> Consignment | None:
    full = work.desk.store.read_full(work.order.id)
    customer = full.customer if full else None
    to = _destination(customer)
    if to is None or customer is None:
        return None
    number = full.seen.number if full and full.seen else work.order.external_id
    return Consignment(
        reference=reference, order_number=number, to=to, email=customer.email, phone=customer.phone
    )


def _destination(customer: Customer | None) -> Address | None:
    address = (customer.shipping or customer.billing) if customer else None
    return address if address and address.street and address.country else None


def _confirmation(package: Package, booked: Booked) -> ConfirmBooking:
    return ConfirmBooking(
        package_id=package.id,
        tracking_number=booked.tracking_number,
        carrier=carrier_named(booked.carrier),
        reference=booked.reference,
    )
