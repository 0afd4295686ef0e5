"""What bol is told of the stock: the amount of an offer by its id, and what became of its process."""

from __future__ import annotations

import json
from datetime import timedelta

from local.channels.bol import BOLS_OFFER, OFFER, BolSimulator
from local.channels.bol_orders import FailedError
from local.channels.simulator import Clock, Recording
from shared.channels.bol.levels import outcome, submit
from shared.wire.api import Api

NOBODYS = "00000000-8182-d161-5422-4a0a1caab5c8"


def test_an_amount_is_told_as_the_retailers_own(bol: BolSimulator, api: Api, recording: Recording) -> None:
    ticket = submit({OFFER: 7}, api).ticket
    assert outcome(ticket, api) == {}
    assert bol.stock(OFFER) == 7
    [told] = [json.loads(sent.body) for sent in recording.requests if sent.method == "PUT"]
    assert told == {"amount": 7, "managedByRetailer": True}


def test_skus_without_an_offer_and_offers_that_bol_sends_are_refused(bol: BolSimulator, api: Api) -> None:
    submitted = submit({"MUG": 1, NOBODYS: 2, BOLS_OFFER: 3}, api)
    assert submitted.ticket == ""
    assert submitted.refused == {
        "MUG": "offer_id_needed",
        NOBODYS: "unmapped_sku",
        BOLS_OFFER: "fulfilled_by_bol",
    }
    assert bol.stock(BOLS_OFFER) == 3


def test_a_process_is_pending_until_it_is_carried_out(bol: BolSimulator, api: Api, clock: Clock) -> None:
    bol.ledger.delay = timedelta(minutes=1)
    ticket = submit({OFFER: 7}, api).ticket
    assert outcome(ticket, api) is None
    clock.at += timedelta(minutes=1)
    assert outcome(ticket, api) == {}


def test_a_process_that_failed_took_nothing(bol: BolSimulator, api: Api) -> None:
    def fail() -> None:
        raise FailedError("Example.")

    ticket = submit({OFFER: 7}, api).ticket
    bol.ledger.processes[ticket.partition("=")[2]].work = fail
    assert outcome(ticket, api) == {OFFER: "process_failure"}
    assert bol.stock(OFFER) == 3


def test_a_process_that_bol_has_forgotten_tells_nothing(api: Api) -> None:
    assert outcome(f"{OFFER}=99999", api) == {}
