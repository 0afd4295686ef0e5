"""The booked parcels of the scripted day fit the accounts that book them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.aftermath import LINKING, complaints_of_labels, complaints_of_links
from local.channels.accounts import ACCOUNTS
from local.channels.demo import DEMO_CHANNELS, document_of, field_of
from local.channels.faults import Fault
from local.channels.server import ServedChannel, served
from local.connections import DEMO_CONNECTIONS
from local.errors import LocalError
from local.ledger import Ledger
from local.mailbox import Mail
from local.parcels import BOOKED_WITH, BOOKINGS, DHL, PARCEL_STANDINGS, PARCEL_STEPS, UPS
from local.steps import Happening
from shared.carriers.sendcloud.mapping import PHASES
from shared.notifications.overrides import render_override
from shared.notifications.samples import BRANDING, FULL
from shared.orders.changes import Outcome
from shared.orders.effects import MAILS
from shared.storage.records import EffectRecord, EffectState, InputRecord
from shared.usecases.book_parcel import reference_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNTS_OF_THE_DEMO = {channel.id: channel for channel in DEMO_CHANNELS if channel.kind in ACCOUNTS}


def test_every_carrier_account_is_in_the_demo_and_books_for_a_shop() -> None:
    assert {channel.kind for channel in ACCOUNTS_OF_THE_DEMO.values()} == set(ACCOUNTS)
    settings = {demo.id: demo.settings for demo in DEMO_CONNECTIONS}
    booked = {
        shop: found["carrier_account"] for shop, found in settings.items() if "carrier_account" in found
    }
    assert booked == BOOKED_WITH
    assert set(BOOKINGS) == set(BOOKED_WITH.values()) == set(ACCOUNTS_OF_THE_DEMO)


def test_the_carriers_say_what_their_contract_lists() -> None:
    said = {step.action for step in PARCEL_STEPS if isinstance(step, Happening) and step.channel == "parcels"}
    assert said - {"fail"} <= set(PHASES)


def test_every_fault_of_the_day_is_one_that_simulators_know() -> None:
    failing = [step for step in PARCEL_STEPS if isinstance(step, Happening) and step.action == "fail"]
    assert len(failing) == len(BOOKINGS)
    assert {step.details["fault"] for step in failing} <= {fault.value for fault in Fault}


def test_the_standings_are_of_accounts_and_of_the_carriers_that_are_asked() -> None:
    assert {standing.channel for standing in PARCEL_STANDINGS} == {*BOOKINGS, UPS, DHL}


@pytest.fixture
def account() -> ServedChannel:
    simulator = ACCOUNTS["sendcloud"].make(lambda: NOW)
    with served(simulator, webhook_url="", secret="") as channel:
        return channel


def test_a_parcel_is_found_by_the_reference_that_it_was_booked_under(account: ServedChannel) -> None:
    reference = reference_of("shop:1", "2")
    status = {"parcels": [{"status": {"code": "CANCELLED"}}]}
    account.simulator.shipments["s1"] = {"external_reference_id": reference, **status}  # type: ignore[attr-defined]
    found = document_of(account, "parcel 2 of shop:1")
    assert field_of(found, "parcels/0/status/code") == "CANCELLED"
    assert field_of(found, "parcels/1/status/code") is None
    with pytest.raises(LocalError):
        document_of(account, "parcel 1 of shop:1")


def test_a_fault_that_no_request_has_met_is_counted(account: ServedChannel) -> None:
    account.fail("rate_limit", method="POST", times=2)
    assert account.faults.waiting == 2


def test_labels_are_compared_with_what_the_carriers_made(account: ServedChannel) -> None:
    posted = ServedChannel(ACCOUNTS["easypost"].make(lambda: NOW), "", account.faults, "", "", 0)
    channels = {"parcels": account, "postage": posted}
    account.simulator.labels |= {"1": b"a", "2": b"b", "3": b"c"}  # type: ignore[attr-defined]
    posted.simulator.labels |= {"1": b"d"}  # type: ignore[attr-defined]
    assert complaints_of_labels([b"a", b"c", b"d"], channels) == []
    assert complaints_of_labels([b"e"], channels) == ["a label is not what its carrier made"]
    posted.simulator.labels["2"] = b"f"  # type: ignore[attr-defined]
    assert complaints_of_labels([b"f"], channels) == ["postage made 2 labels, not 1"]


@pytest.mark.parametrize("kind", MAILS)
def test_the_demo_knows_which_mails_link_to_the_page(kind: str) -> None:
    mail = render_override({}, kind, FULL, locale="en", branding=BRANDING)
    assert (FULL.page_url in mail.text) is (FULL.page_url in mail.html) is (kind in LINKING)


@pytest.mark.parametrize(
    ("kind", "text", "complaint"),
    [
        ("shipped", "see http://hub/track/right now", False),
        ("shipped", "see http://hub/track/wrong now", True),
        ("shipped", "nothing to see", True),
        ("refund", "nothing to see", False),
        ("refund", "see http://hub/track/right now", True),
    ],
)
def test_a_mail_about_a_parcel_links_to_the_page_of_its_order(kind: str, text: str, complaint: bool) -> None:
    effect = EffectRecord(key=f"mail/{kind}/1", state=EffectState.DONE, proof="m1")
    record = InputRecord(
        pk="ORDER#shop-one:1",
        sk="INPUT#a",
        outcome=Outcome.APPLIED,
        reason="",
        source="webhook",
        actor="shop-one",
        received_at=NOW,
        order_id="shop-one:1",
        effects=(effect,),
    )
    mail = Mail(id="m1", subject="", text=text, html="")
    urls = {"shop-one:1": "http://hub/track/right"}
    complaints = complaints_of_links(Ledger(records=(record,)), [mail], urls, "http://hub")
    assert bool(complaints) is complaint
