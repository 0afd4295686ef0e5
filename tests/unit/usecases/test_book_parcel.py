"""Parcels are booked once, asked for before again, kept with their label, and canceled with their package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.orders import commands as c
from shared.orders.facts import Address, Customer
from shared.orders.statuses import PackageStatus, Status
from shared.storage.records import EffectState
from shared.usecases.book_parcel import reference_of
from shared.wire.api import MissingCredentialError
from shared.wire.booking import Booked, Label, Withdrawn
from shared.wire.http import AuthError, NoAnswerError, RateLimitedError, RefusedError, UnavailableError
from tests.support.channel import Script, registered
from tests.support.channel.booking import BOOKED
from tests.support.desk import START, Desk

ORDER = "shop:A-1"
BOOK, CANCEL = "booking/book/1", "booking/cancel/1"
REFERENCE = reference_of(ORDER, "1")
TO = Address(
    name="Example Customer", street=("Example Street 1",), postal_code="10115", city="Berlin", country="DE"
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect("shop", carrier_account="account")
        desk.connect("account")
        yield desk


@pytest.fixture
def account(desk: Desk) -> Script:
    return desk.scripts["account"]


def ready(desk: Desk, to: Address | None = TO) -> str:
    desk.say("shop", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})
    customer = Customer(name="Example Customer", email="customer@example.com", phone="+49 30 1", shipping=to)
    desk.give(ORDER, c.ChangeAddress(customer=customer))
    desk.give(ORDER, c.ReadyToShip())
    return ORDER


def attention(desk: Desk) -> set[tuple[str, str]]:
    return {(entry.code, entry.subject) for entry in desk.order(ORDER).attention}


def test_a_ready_parcel_is_booked_with_reference_number_and_label(desk: Desk, account: Script) -> None:
    assert desk.work(ready(desk), BOOK).state is EffectState.DONE
    [consignment] = account.booked
    assert (consignment.reference, consignment.to, consignment.email) == (
        REFERENCE,
        TO,
        "customer@example.com",
    )
    [package] = desk.order(ORDER).packages
    assert (package.reference, package.tracking_number, package.carrier, package.status) == (
        BOOKED.reference,
        BOOKED.tracking_number,
        "ups",
        PackageStatus.READY_TO_SHIP,
    )
    assert desk.labels.kept[ORDER, "1"] == Label(body=b"%PDF-1", media_type="application/pdf")
    assert account.sought == []


def test_a_parcel_is_booked_once_however_often_its_message_comes(desk: Desk, account: Script) -> None:
    for _ in range(3):
        assert desk.work(ready(desk), BOOK).state is EffectState.DONE
    assert len(account.booked) == 1


def test_each_parcel_of_an_order_is_booked_for_itself(desk: Desk, account: Script) -> None:
    desk.say("shop", {"id": "A-1", "at": START.isoformat(), "status": "open", "lines": {"1": 2}})
    desk.give(ORDER, c.ChangeAddress(customer=Customer(shipping=TO)))
    for _ in range(2):
        desk.give(ORDER, c.ReadyToShip(contents=(("1", 1),)))
    assert desk.work(ORDER, "booking/book/2").state is EffectState.DONE
    assert [package.reference for package in desk.order(ORDER).packages] == ["", BOOKED.reference]
    assert list(desk.labels.kept) == [(ORDER, "2")]
    assert [consignment.reference for consignment in account.booked] == [reference_of(ORDER, "2")]


def test_a_parcel_goes_to_the_billing_address_where_no_other_is_named(desk: Desk, account: Script) -> None:
    ready(desk, to=None)
    desk.give(ORDER, c.ChangeAddress(customer=Customer(billing=TO)))
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert [consignment.to for consignment in account.booked] == [TO]


def test_a_ready_parcel_owes_no_booking_without_a_carrier_account(desk: Desk) -> None:
    desk.connect("shop")
    assert BOOK not in desk.owed(ready(desk))


@pytest.mark.parametrize("fault", [NoAnswerError("no_answer"), UnavailableError("http_503")])
def test_f43_a_booking_without_an_answer_is_found_and_not_made_twice(
    desk: Desk, account: Script, fault: Exception
) -> None:
    account.bookings.append(fault)
    ready(desk)
    assert desk.work(ORDER, BOOK).state is EffectState.OWED
    account.found[REFERENCE] = BOOKED
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert len(account.booked) == 1
    assert desk.order(ORDER).packages[0].reference == BOOKED.reference


def test_f43_a_booking_that_certainly_was_not_made_is_made_again(desk: Desk, account: Script) -> None:
    account.bookings.append(NoAnswerError("no_answer"))
    ready(desk)
    desk.work(ORDER, BOOK)
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert (account.sought, len(account.booked)) == ([REFERENCE], 2)
    assert {consignment.reference for consignment in account.booked} == {REFERENCE}


def test_a_worker_that_vanished_leaves_a_booking_that_is_asked_for(desk: Desk, account: Script) -> None:
    ready(desk)
    record = desk.record_owing(ORDER, BOOK)
    desk.store.claim(record.pk, record.sk, BOOK, now=desk.at, lease=timedelta(minutes=3))
    held = desk.work(ORDER, BOOK)
    assert (held.reason, held.again_after) == ("claimed", timedelta(minutes=3))
    desk.at += timedelta(minutes=4)
    account.found[REFERENCE] = BOOKED
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert account.booked == []


def test_a_label_that_fails_to_come_is_fetched_again_and_the_parcel_not_booked_again(
    desk: Desk, account: Script
) -> None:
    account.labels += [None, UnavailableError("http_503")]
    ready(desk)
    waiting = desk.work(ORDER, BOOK)
    assert (waiting.state, waiting.reason) == (EffectState.OWED, "no_label_yet")
    account.found[REFERENCE] = BOOKED
    assert desk.work(ORDER, BOOK).reason == "http_503"
    assert desk.order(ORDER).packages[0].reference == ""
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert len(account.booked) == 1
    assert (ORDER, "1") in desk.labels.kept


def test_f42_the_delay_that_the_carrier_asks_for_is_kept(desk: Desk, account: Script) -> None:
    account.bookings.append(RateLimitedError("rate_limited", again_after=timedelta(seconds=47)))
    assert desk.work(ready(desk), BOOK).again_after == timedelta(seconds=47)


def test_a_refused_booking_is_shown_and_can_be_asked_for_again(desk: Desk, account: Script) -> None:
    account.bookings.append(RefusedError("service_not_offered"))
    ready(desk)
    assert desk.work(ORDER, BOOK).state is EffectState.FAILED
    assert ("channel_refused:book", "1") in attention(desk)
    desk.give(ORDER, c.Resend(effect_key=BOOK))
    [again] = [key for key in desk.owed(ORDER) if key.startswith(f"{BOOK}@")]
    assert desk.work(ORDER, again).state is EffectState.DONE
    assert account.sought == [REFERENCE]


def test_what_failed_for_three_days_is_given_up_and_shown(desk: Desk, account: Script) -> None:
    account.bookings += [UnavailableError("http_503")] * 2
    ready(desk)
    assert desk.work(ORDER, BOOK).state is EffectState.OWED
    desk.at += timedelta(days=3, minutes=1)
    assert desk.work(ORDER, BOOK).state is EffectState.FAILED
    assert ("channel_refused:book", "1") in attention(desk)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(AuthError("http_401"), "http_401"), (MissingCredentialError("api_key"), "missing_credentials")],
)
def test_f46_a_carrier_account_that_is_not_known_waits_for_the_merchant(
    desk: Desk, account: Script, fault: Exception, code: str
) -> None:
    account.bookings.append(fault)
    made = desk.work(ready(desk), BOOK)
    assert (made.state, made.reason, made.again_after) == (EffectState.OWED, code, timedelta(minutes=5))
    assert desk.states.read("account").calls_state == code


def test_an_adapter_that_breaks_leaves_a_booking_that_is_asked_for(desk: Desk, account: Script) -> None:
    account.labels.append(KeyError("customer@example.com"))
    ready(desk)
    made = desk.work(ORDER, BOOK)
    assert (made.state, made.reason, made.again_after) == (
        EffectState.OWED,
        "adapter_failed",
        timedelta(seconds=30),
    )
    assert desk.states.read("account").calls_state == "adapter_failed"
    account.found[REFERENCE] = BOOKED
    assert desk.work(ORDER, BOOK).state is EffectState.DONE
    assert len(account.booked) == 1
    assert desk.states.read("account").calls_state == ""


@pytest.mark.parametrize("to", [None, replace(TO, street=()), replace(TO, country="")])
def test_a_parcel_without_an_address_is_not_booked_but_shown(
    desk: Desk, account: Script, to: Address | None
) -> None:
    assert desk.work(ready(desk, to=to), BOOK).reason == "no_address"
    assert account.booked == []
    assert ("channel_refused:book", "1") in attention(desk)


def test_a_label_of_another_kind_is_not_passed_on(desk: Desk, account: Script) -> None:
    account.labels.append(Label(body=b"<html>", media_type="text/html"))
    assert desk.work(ready(desk), BOOK).reason == "label_of_another_kind"
    assert desk.labels.kept == {}


@pytest.mark.parametrize("settings", [{"carrier_account": "nobody"}, {"carrier_account": "listener"}])
def test_an_account_that_books_nothing_is_said(desk: Desk, settings: dict[str, str]) -> None:
    desk.connect("listener", api_url="")
    desk.connect("shop", **settings)
    assert desk.work(ready(desk), BOOK).state is EffectState.FAILED
    assert ("channel_refused:book", "1") in attention(desk)


def test_the_booking_is_canceled_with_its_package(desk: Desk, account: Script) -> None:
    desk.work(ready(desk), BOOK)
    desk.give(ORDER, c.CancelPackage(package_id="1"))
    assert desk.work(ORDER, CANCEL).state is EffectState.DONE
    assert account.withdrawn == [BOOKED.reference]


def test_the_booking_is_canceled_with_its_order(desk: Desk, account: Script) -> None:
    desk.work(ready(desk), BOOK)
    desk.give(ORDER, c.CancelPackage(package_id="1"))
    desk.give(ORDER, c.Cancel(reason="test"))
    assert desk.order(ORDER).status is Status.CANCELED
    assert desk.work(ORDER, CANCEL).state is EffectState.DONE
    assert len(account.withdrawn) == 1


def test_a_package_canceled_before_it_was_booked_is_not_booked(desk: Desk, account: Script) -> None:
    ready(desk)
    desk.give(ORDER, c.CancelPackage(package_id="1"))
    assert desk.work(ORDER, BOOK).reason == "package_canceled"
    assert desk.work(ORDER, CANCEL).reason == "not_booked"
    assert (account.booked, account.withdrawn) == ([], [])


def test_a_booking_in_doubt_of_a_canceled_package_is_found_and_canceled(desk: Desk, account: Script) -> None:
    account.bookings.append(NoAnswerError("no_answer"))
    desk.work(ready(desk), BOOK)
    desk.give(ORDER, c.CancelPackage(package_id="1"))
    account.found[REFERENCE] = replace(BOOKED, reference="booking-9")
    assert desk.work(ORDER, BOOK).reason == "package_canceled"
    assert desk.work(ORDER, CANCEL).state is EffectState.DONE
    assert account.withdrawn == ["booking-9"]


def test_a_cancellation_that_the_carrier_does_not_take_is_shown(desk: Desk, account: Script) -> None:
    account.withdrawals.append(Withdrawn.REFUSED)
    desk.work(ready(desk), BOOK)
    desk.give(ORDER, c.CancelPackage(package_id="1"))
    assert desk.work(ORDER, CANCEL).reason == "not_canceled"
    assert ("channel_refused:cancel_booking", "1") in attention(desk)


def test_a_number_that_the_carrier_gives_later_still_leaves_the_parcel_booked(
    desk: Desk, account: Script
) -> None:
    account.bookings.append(Booked(reference="booking-1", label="1"))
    assert desk.work(ready(desk), BOOK).state is EffectState.DONE
    [package] = desk.order(ORDER).packages
    assert (package.reference, package.tracking_number) == ("booking-1", "")
