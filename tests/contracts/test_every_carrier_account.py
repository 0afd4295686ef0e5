"""What every adapter of a carrier account has to show, against its simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.channels.accounts import ACCOUNTS
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import ADAPTERS, booking_of, capabilities_of, mapping_of
from shared.carriers.detect import carrier_named
from shared.orders.facts import Address
from shared.wire.adapter import Reading
from shared.wire.api import Api, MissingCredentialError
from shared.wire.booking import MEDIA_TYPES, Consignment, Withdrawn
from shared.wire.http import ApiError, AuthError, RefusedError
from shared.wire.strict_json import parse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PARCEL = Consignment(
    reference="0123456789abcdef0123456789abcdef",
    order_number="#1001",
    to=Address(
        name="Example Customer",
        street=("Example Street 1", "2nd floor"),
        postal_code="10115",
        city="Berlin",
        country="DE",
    ),
    email="customer@example.com",
)
BOOKING = [kind for kind in ADAPTERS if capabilities_of(kind).books]


class Connected:
    """One kind's simulation, and an API to it on which faults can be planned."""

    def __init__(self, kind: str) -> None:
        row = ACCOUNTS[kind]
        self.kind = kind
        self.clock = Clock(NOW)
        self.simulator = row.make(self.clock)
        self.faulty = Faulty(self.simulator)
        self.sent = Recording(self.faulty)
        self.adapter = booking_of(kind)
        self.api = Api(
            base_url=row.api_url,
            transport=self.sent,
            credentials=row.credentials,
            options=row.options,
            now=self.clock,
        )

    def live(self) -> int:
        """How many parcels the account would be charged for."""
        shipments = self.simulator.shipments.values()
        return sum(
            self.adapter.find(shipment["external_reference_id"], self.api) is not None
            if self.kind == "sendcloud"
            else bool(shipment["postage_label"]) and not shipment["refund_status"]
            for shipment in shipments
        )


@pytest.fixture(params=BOOKING)
def account(request: pytest.FixtureRequest) -> Connected:
    return Connected(request.param)


def outcome_of(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ApiError as error:
        return error


def test_every_carrier_account_is_simulated_with_what_it_declares() -> None:
    assert set(BOOKING) == set(ACCOUNTS)
    for kind, row in ACCOUNTS.items():
        declared = capabilities_of(kind)
        assert set(row.credentials) == set(declared.credentials)
        assert set(row.options) <= set(declared.options)
        assert row.api_url == declared.base_url


def test_a_parcel_is_booked_with_number_and_label(account: Connected) -> None:
    booked = account.adapter.book(PARCEL, account.api)
    label = account.adapter.fetch_label(booked, account.api)
    assert booked.reference in account.simulator.shipments
    assert booked.tracking_number
    assert carrier_named(booked.carrier) in ("postnl", "usps")
    assert booked.tracking_url.startswith("https://")
    assert label is not None
    assert label.media_type in MEDIA_TYPES
    assert label.body


def test_every_line_of_an_address_is_on_the_label(account: Connected) -> None:
    """bol, Mirakl and Amazon have three: a pick-up point or a company's department above the street."""
    street = ("Example Street 1", "Rear building", "2nd floor")
    account.adapter.book(replace(PARCEL, to=replace(PARCEL.to, street=street)), account.api)
    [asked] = [request for request in account.sent.requests if b"Example Street 1" in request.body]
    assert b"Rear building, 2nd floor" in asked.body


def test_what_was_booked_is_found_under_our_reference(account: Connected) -> None:
    assert account.adapter.find(PARCEL.reference, account.api) is None
    booked = account.adapter.book(PARCEL, account.api)
    assert account.adapter.find(PARCEL.reference, account.api) == booked
    assert account.adapter.find("f" * 32, account.api) is None


def test_a_parcel_that_is_booked_twice_is_booked_once(account: Connected) -> None:
    first = account.adapter.book(PARCEL, account.api)
    assert account.adapter.book(PARCEL, account.api) == first
    assert account.live() == 1


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("write", [0, 1])
def test_f43_a_booking_that_took_effect_without_an_answer_is_not_made_twice(
    account: Connected, fault: Fault, write: int
) -> None:
    clean = Connected(account.kind)
    clean.adapter.book(PARCEL, clean.api)
    writes = [request for request in clean.sent.requests if request.method == "POST"]
    account.faulty.plan_request(fault, writes[min(write, len(writes) - 1)])
    came = outcome_of(lambda: account.adapter.book(PARCEL, account.api))
    assert isinstance(came, ApiError)
    assert not came.is_certain
    found = account.adapter.find(PARCEL.reference, account.api)
    booked = found or account.adapter.book(PARCEL, account.api)
    assert account.adapter.fetch_label(booked, account.api) is not None
    assert account.live() == 1


@pytest.mark.parametrize(
    ("fault", "certain"),
    [
        (Fault.RATE_LIMIT, True),
        (Fault.REFUSED_CONNECTION, True),
        (Fault.HTML, False),
        (Fault.TIMEOUT_BEFORE, False),
        (Fault.ERROR_IN_OK, False),
    ],
)
def test_f42_f45_a_booking_that_meets_a_fault_never_says_that_it_is_made(
    account: Connected, fault: Fault, certain: bool
) -> None:
    account.faulty.plan(fault, method="POST")
    came = outcome_of(lambda: account.adapter.book(PARCEL, account.api))
    assert isinstance(came, ApiError)
    assert came.is_certain is certain


def test_a_booking_is_canceled_and_is_not_found_any_more(account: Connected) -> None:
    booked = account.adapter.book(PARCEL, account.api)
    assert account.adapter.withdraw(booked.reference, account.api) is Withdrawn.DONE
    assert account.adapter.find(PARCEL.reference, account.api) is None


def test_a_booking_that_is_canceled_already_is_answered_alike(account: Connected) -> None:
    booked = account.adapter.book(PARCEL, account.api)
    for _ in range(2):
        assert account.adapter.withdraw(booked.reference, account.api) is Withdrawn.DONE


def test_a_cancellation_that_the_carrier_does_not_take_is_refused(account: Connected) -> None:
    booked = account.adapter.book(PARCEL, account.api)
    account.simulator.locked = True
    assert account.adapter.withdraw(booked.reference, account.api) is Withdrawn.REFUSED


def test_f46_wrong_and_missing_credentials_are_said_as_such(account: Connected) -> None:
    wrong = replace(account.api, credentials=dict.fromkeys(account.api.credentials, "wrong"))
    with pytest.raises(AuthError):
        account.adapter.book(PARCEL, wrong)
    with pytest.raises(MissingCredentialError):
        account.adapter.book(PARCEL, replace(account.api, credentials={}))


def test_an_option_that_is_missing_is_named_and_nothing_is_booked(account: Connected) -> None:
    for name in account.api.options:
        options = {key: value for key, value in account.api.options.items() if key != name}
        with pytest.raises(RefusedError, match=f"missing_option:{name}"):
            account.adapter.book(PARCEL, replace(account.api, options=options))
    assert account.live() == 0


def test_an_address_that_the_carrier_does_not_take_is_refused_for_good(account: Connected) -> None:
    nowhere = replace(PARCEL, to=replace(PARCEL.to, city=""))
    with pytest.raises(RefusedError):
        account.adapter.book(nowhere, account.api)
    assert account.live() == 0


def test_the_parcel_that_was_booked_is_the_one_that_is_scanned(account: Connected) -> None:
    booked = account.adapter.book(PARCEL, account.api)
    account.simulator.act(booked.reference, "in_transit")
    [event] = account.simulator.events
    reading = Reading(received_at=account.clock())
    [report] = mapping_of(account.kind).normalize(parse(event.body)[0], topic=event.topic, reading=reading)
    assert report.tracking_number == booked.tracking_number


def test_a_label_that_is_not_there_yet_is_none() -> None:
    sendcloud = Connected("sendcloud")
    booked = sendcloud.adapter.book(PARCEL, sendcloud.api)
    sendcloud.simulator.labels_after = 1  # type: ignore[union-attr]
    assert sendcloud.adapter.fetch_label(booked, sendcloud.api) is None
    assert sendcloud.adapter.fetch_label(booked, sendcloud.api) is not None


@pytest.mark.parametrize(
    "where", ["https://169.254.169.254/x", "https://example.com/x", "https://evileasypost.com/", "file:///x"]
)
def test_a_label_is_fetched_from_where_easypost_keeps_them_and_nowhere_else(where: str) -> None:
    easypost = Connected("easypost")
    booked = replace(easypost.adapter.book(PARCEL, easypost.api), label=where)
    easypost.sent.requests.clear()
    with pytest.raises(RefusedError, match="label_elsewhere"):
        easypost.adapter.fetch_label(booked, easypost.api)
    assert easypost.sent.requests == []


def test_s10_a_label_is_fetched_without_the_key() -> None:
    easypost = Connected("easypost")
    booked = easypost.adapter.book(PARCEL, easypost.api)
    easypost.sent.requests.clear()
    easypost.adapter.fetch_label(booked, easypost.api)
    assert "authorization" not in {name.lower() for name in easypost.sent.requests[0].headers}


def test_a_shipment_that_was_made_and_not_bought_is_bought_and_not_made_again() -> None:
    easypost = Connected("easypost")
    easypost.faulty.plan(Fault.REFUSED_CONNECTION, method="POST", path="/buy")
    assert isinstance(outcome_of(lambda: easypost.adapter.book(PARCEL, easypost.api)), ApiError)
    easypost.adapter.book(PARCEL, easypost.api)
    assert len(easypost.simulator.shipments) == 1


def test_the_service_that_the_options_name_is_bought_and_no_other() -> None:
    easypost = Connected("easypost")
    booked = easypost.adapter.book(PARCEL, easypost.api)
    assert easypost.simulator.shipments[booked.reference]["selected_rate"]["service"] == "Priority"
    overnight = replace(easypost.api, options={**easypost.api.options, "service": "Overnight"})
    with pytest.raises(RefusedError, match="service_not_offered"):
        easypost.adapter.book(replace(PARCEL, reference="e" * 32), overnight)
