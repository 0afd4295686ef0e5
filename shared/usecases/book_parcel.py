"""Book a parcel at the merchant's carrier account, or cancel the booking: once, and asked for before again.

A carrier knows a parcel by our reference. So whoever comes second, for whatever reason, asks under it
first; who comes first books at once. The label is fetched and stored before the order says that the parcel
is booked: what is booked can be printed. An account that gives no label yet is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from shared.adapters import booking_of, capabilities_of
from shared.carriers.detect import carrier_named
from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection
from shared.orders.commands import ConfirmBooking
from shared.orders.facts import Address, Customer
from shared.orders.model import Package
from shared.orders.statuses import PackageStatus
from shared.storage.labels import Labels
from shared.storage.records import EffectMessage, EffectState
from shared.storage.store import FullOrder
from shared.usecases.guard_adapter import guarded
from shared.usecases.owed_work import Work, WorkDesk, WorkDone, take
from shared.wire.api import Api
from shared.wire.booking import MEDIA_TYPES, Booked, Consignment, Withdrawn


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
    full = desk.store.read_full(work.order_id)
    assert full is not None  # noqa: S101  an input that owes is written with its order
    work.is_of(full.order)
    try:
        settings = desk.connections(full.order.connection).settings
        if not settings.carrier_account:
            return work.mark(EffectState.SKIPPED, reason="no_carrier_account")
        account = desk.connections(settings.carrier_account)
    except UnknownConnectionError:
        return work.fail("unknown_connection")
    if not account.settings.api_url or not capabilities_of(account.kind).books:
        return work.fail("account_books_nothing")
    work.goes_to(account)
    step = _cancel if work.name == "cancel" else _book
    return work.carry_out(lambda: step(work, full, account, desk))


def _book(work: Work, full: FullOrder, account: Connection, desk: BookingDesk) -> WorkDone:
    """Raises ApiError, MissingCredentialError, SecretsUnavailableError."""
    package = _package(full, work)
    reference = reference_of(work.order_id, package.id)
    if package.status is PackageStatus.CANCELED:
        # If it was booked after all, its cancellation finds it.
        return work.mark(EffectState.SKIPPED, reason="package_canceled")
    consignment = _consignment(full, reference)
    with guarded(desk.log):
        api, adapter = desk.api(account), booking_of(account.kind)
        booked = adapter.find(reference, api) if work.is_repeated else None
        if booked is None and consignment is not None:
            booked = adapter.book(consignment, api)
        label = adapter.fetch_label(booked, api) if booked is not None else None
    if booked is None:
        return work.fail("no_address")
    if label is None:
        return work.wait("no_label_yet")
    if label.media_type not in MEDIA_TYPES:
        return work.fail("label_of_another_kind")
    desk.labels.keep(work.order_id, package.id, label)
    work.tell_order(_confirmation(package, booked))
    return work.mark(EffectState.DONE, proof=booked.reference)


def _cancel(work: Work, full: FullOrder, account: Connection, desk: BookingDesk) -> WorkDone:
    """Raises ApiError, MissingCredentialError, SecretsUnavailableError."""
    package = _package(full, work)
    reference = package.reference
    with guarded(desk.log):
        api, adapter = desk.api(account), booking_of(account.kind)
        if not reference:
            # It may have been booked by a worker that could not say so any more.
            booked = adapter.find(reference_of(work.order_id, package.id), api)
            reference = booked.reference if booked is not None else ""
        withdrawn = adapter.withdraw(reference, api) if reference else None
    if withdrawn is None:
        return work.mark(EffectState.SKIPPED, reason="not_booked")
    if withdrawn is Withdrawn.REFUSED:
        return work.fail("not_canceled")
    return work.mark(EffectState.DONE, proof=reference)


def reference_of(order_id: str, package_id: str) -> str:
    """Return our reference of a parcel: 32 hex digits, the same however often it is booked."""
    return hashlib.sha256(f"{order_id}/booking/{package_id}".encode()).hexdigest()[:32]


def _package(full: FullOrder, work: Work) -> Package:
    return next(package for package in full.order.packages if package.id == work.target)


def _consignment(full: FullOrder, reference: str) -> Consignment | None:
    customer = full.customer
    to = _destination(customer)
    if to is None or customer is None:
        return None
    number = full.seen.number if full.seen else full.order.external_id
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
