"""What a channel is told: once, in order, asked for where in doubt, done only where the channel shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.connections.store import ConnectionStore
from shared.orders import commands as c
from shared.orders.facts import Restock
from shared.orders.statuses import PackageStatus, Status
from shared.storage.records import EffectMessage, EffectState
from shared.usecases.call_channel import PATIENT_LOOKS, call_channel
from shared.wire.api import MissingCredentialError
from shared.wire.calls import Answered, Told
from shared.wire.http import (
    AuthError,
    NoAnswerError,
    NotSentError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)
from tests.support.channel import Script, registered
from tests.support.desk import START, Desk
from tests.support.engine import Client, Dynamo

MARKET = "market"
ORDER = "market:A-1"
NUMBER = "00340434161094000009"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with registered():
        desk = Desk()
        desk.connect(MARKET)
        yield desk


@pytest.fixture
def script(desk: Desk) -> Script:
    return desk.scripts[MARKET]


def ordered(desk: Desk, status: str = "open", lines: dict[str, int] | None = None) -> str:
    desk.say(MARKET, {"id": "A-1", "at": START.isoformat(), "status": status, "lines": lines or {"1": 2}})
    return ORDER


def shipped(desk: Desk) -> str:
    order = ordered(desk)
    desk.give(order, c.Ship(tracking_number=NUMBER, carrier="dhl"))
    return order


def attention(desk: Desk) -> set[str]:
    return {entry.code for entry in desk.order(ORDER).attention}


def test_a_shipment_is_told_with_carrier_number_and_pieces(desk: Desk, script: Script) -> None:
    made = desk.call(shipped(desk), "ship/1")

    [call] = script.told
    assert made.state is EffectState.DONE
    assert (call.name, call.order_id, call.is_rest) == ("ship", "A-1", True)
    assert [(piece.line_id, piece.quantity, piece.sku) for piece in call.pieces] == [("1", 2, "SKU-1")]
    assert call.parcel is not None
    assert (call.parcel.tracking_number, call.parcel.carrier, call.parcel.carrier_code) == (
        NUMBER,
        "dhl",
        "DHL-CODE",
    )
    assert call.parcel.shipped_at == START


def test_a_call_is_made_once_however_often_its_message_comes(desk: Desk, script: Script) -> None:
    order = shipped(desk)
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1


def test_the_channels_name_for_the_package_is_kept(desk: Desk, script: Script) -> None:
    script.answers.append(Answered(told=Told.CONFIRMED, external_id="parcel-77"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    assert desk.order(order).packages[0].external_ids == ("parcel-77",)
    assert desk.effect(order, "ship/1").proof == "parcel-77"


def test_a_call_that_the_channel_has_not_carried_out_yet_is_pending_until_it_shows(
    desk: Desk, script: Script
) -> None:
    script.answers.append(Answered(told=Told.PENDING, ticket="process-5"))
    script.looks += [Answered(told=Told.PENDING, ticket="process-5"), Answered(told=Told.CONFIRMED)]
    order = shipped(desk)

    waiting = desk.call(order, "ship/1")
    assert (waiting.state, waiting.again_after) == (EffectState.PENDING, timedelta(seconds=30))
    still = desk.call(order, "ship/1")
    assert (still.state, still.again_after) == (EffectState.PENDING, timedelta(seconds=60))
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1
    assert [ticket for _, ticket in script.looked] == ["process-5", "process-5"]


def test_f43_a_call_without_an_answer_is_asked_for_before_it_is_made_again(
    desk: Desk, script: Script
) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    script.looks.append(Answered(told=Told.CONFIRMED, external_id="parcel-77"))
    order = shipped(desk)

    assert desk.call(order, "ship/1").state is EffectState.OWED
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1
    assert desk.order(order).packages[0].external_ids == ("parcel-77",)


@pytest.mark.parametrize(
    "fault", [NoAnswerError("x"), UnavailableError("http_503"), UnreadableAnswerError("invalid_json")]
)
def test_f43_what_the_channel_has_certainly_not_done_is_made_again(
    desk: Desk, script: Script, fault: Exception
) -> None:
    script.answers.append(fault)
    order = shipped(desk)
    desk.call(order, "ship/1")
    assert desk.effect(order, "ship/1").reason.startswith("in_doubt:")
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert (len(script.told), len(script.looked)) == (2, 1)


def test_the_same_call_has_the_same_reference_each_time(desk: Desk, script: Script) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    desk.call(order, "ship/1")
    first, second = script.told
    assert first.reference == second.reference
    assert len(first.reference) == 32


def test_a_call_that_was_taken_is_not_told_again_because_it_could_not_be_asked_for(
    desk: Desk, script: Script
) -> None:
    script.answers.append(Answered(told=Told.PENDING, ticket="process-5"))
    script.looks += [
        UnavailableError("http_503"),
        AuthError("http_401"),
        Answered(told=Told.UNSEEN),
        Answered(told=Told.CONFIRMED),
    ]
    order = shipped(desk)
    for _ in range(4):
        assert desk.call(order, "ship/1").state is EffectState.PENDING
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1
    assert {ticket for _, ticket in script.looked} == {"process-5"}


def test_tries_before_a_call_was_taken_take_nothing_from_the_patience_after_it(
    desk: Desk, script: Script
) -> None:
    script.answers += [RateLimitedError("rate_limited")] * 10
    script.answers.append(Answered(told=Told.PENDING))
    order = shipped(desk)
    for _ in range(10 + 1 + PATIENT_LOOKS):
        desk.call(order, "ship/1")
    assert len(script.told) == 11
    desk.call(order, "ship/1")
    assert len(script.told) == 12


def test_a_refused_question_is_no_refused_call(desk: Desk, script: Script) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    script.looks.append(RefusedError("http_404"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    assert desk.call(order, "ship/1").state is EffectState.AMBIGUOUS
    assert "channel_in_doubt:ship" in attention(desk)


def test_a_call_of_an_order_whose_connection_is_gone_comes_to_an_end(desk: Desk) -> None:
    order = shipped(desk)
    calls = replace(desk.calls, connections=ConnectionStore(_nobody(), "connections", lambda: desk.at).get)
    record = desk.record_owing(order, "channel/ship/1")
    made = call_channel(EffectMessage(pk=record.pk, sk=record.sk, effect="channel/ship/1"), calls)
    assert (made.state, made.reason) == (EffectState.FAILED, "unknown_connection")


def _nobody() -> Any:
    return Client(Dynamo({"connections": {}}).execute)


def test_doubt_stays_when_the_channel_cannot_be_asked_for_now(desk: Desk, script: Script) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    script.looks += [RateLimitedError("rate_limited"), Answered(told=Told.CONFIRMED)]
    order = shipped(desk)
    for _ in range(3):
        desk.call(order, "ship/1")
    assert desk.effect(order, "ship/1").state is EffectState.DONE
    assert len(script.told) == 1


def test_a_worker_that_vanished_leaves_a_call_that_is_asked_for(desk: Desk, script: Script) -> None:
    script.looks.append(Answered(told=Told.CONFIRMED))
    order = shipped(desk)
    desk.vanish(order, "ship/1")
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert script.told == []


def test_a_call_that_another_worker_has_comes_again_when_its_lease_ends(desk: Desk, script: Script) -> None:
    order = shipped(desk)
    record = desk.record_owing(order, "channel/ship/1")
    desk.store.claim(record.pk, record.sk, "channel/ship/1", now=desk.at, lease=timedelta(minutes=3))
    made = desk.call(order, "ship/1")
    assert (made.state, made.again_after) == (EffectState.CLAIMED, timedelta(minutes=3))
    assert script.told == []


def test_what_cannot_be_asked_for_and_must_not_happen_twice_is_shown_as_in_doubt(
    desk: Desk, script: Script
) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    order = shipped(desk)
    desk.call(order, "ship/1")
    assert desk.call(order, "ship/1").state is EffectState.AMBIGUOUS
    assert "channel_in_doubt:ship" in attention(desk)
    assert len(script.told) == 1


def test_what_does_no_harm_twice_is_simply_made_again(desk: Desk, script: Script) -> None:
    script.answers.append(NoAnswerError("no_answer"))
    script.looks.append(Answered(told=Told.UNKNOWABLE))
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    desk.call(order, "accept")
    assert desk.call(order, "accept").state is EffectState.DONE
    assert len(script.told) == 2


def test_f42_the_delay_that_the_channel_asks_for_is_kept(desk: Desk, script: Script) -> None:
    script.answers.append(RateLimitedError("rate_limited", again_after=timedelta(seconds=47)))
    order = shipped(desk)
    made = desk.call(order, "ship/1")
    assert (made.state, made.again_after) == (EffectState.OWED, timedelta(seconds=47))
    assert desk.effect(order, "ship/1").again_at == START + timedelta(seconds=47)
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert script.looked == []


def test_tries_become_rarer_and_end_visibly_after_three_days(desk: Desk, script: Script) -> None:
    script.answers += [NotSentError("connection_failed")] * 200
    order = shipped(desk)
    waits = []
    while (made := desk.call(order, "ship/1")).again_after is not None:
        waits.append(made.again_after.total_seconds())
        desk.at += made.again_after
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) == 3600
    assert made.state is EffectState.FAILED
    assert timedelta(days=3) < desk.at - START < timedelta(days=3, hours=2)
    assert "channel_refused:ship" in attention(desk)


def test_f44_a_refusal_for_good_is_shown_on_the_order_and_not_tried_again(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("ORDER_INVALID_STATE"))
    order = shipped(desk)
    made = desk.call(order, "ship/1")
    assert (made.state, made.reason, made.again_after) == (EffectState.FAILED, "ORDER_INVALID_STATE", None)
    assert "channel_refused:ship" in attention(desk)
    assert desk.call(order, "ship/1").state is EffectState.FAILED
    assert len(script.told) == 1


def test_a_failed_call_is_made_once_more_where_the_merchant_asks_for_it(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("CARRIER_UNKNOWN"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    version = desk.order(order).version
    desk.give(order, c.Resend(effect_key="channel/ship/1"))
    assert desk.call(order, f"ship/1@{version + 1}").state is EffectState.DONE
    first, second = script.told
    assert first.reference == second.reference
    assert second.parcel == first.parcel or second.parcel is not None


def test_a_resent_call_says_what_the_first_said(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("NOT_NOW"))
    order = ordered(desk, lines={"1": 2, "2": 1})
    desk.give(order, c.CancelLines(lines=(("1", 1),), reason="out_of_stock"))
    version = desk.order(order).version
    desk.call(order, f"cancel_lines/@{version}")
    desk.give(order, c.Resend(effect_key=f"channel/cancel_lines/@{version}"))
    again = desk.order(order).version
    desk.call(order, f"cancel_lines/@{again}")
    first, second = script.told
    assert first.reason == second.reason == "out_of_stock"
    assert [(p.line_id, p.quantity) for p in second.pieces] == [("1", 1)]


def test_a_refund_whose_name_looks_like_a_repeat_is_told_as_itself(desk: Desk, script: Script) -> None:
    order = ordered(desk)
    for name, amount in (("goodwill", "1.00"), ("goodwill@2", "2.50")):
        desk.give(order, c.RefundAmount(amount=Decimal(amount), refund_id=name))
    desk.call(order, "refund/goodwill@2")
    version = desk.order(order).version
    desk.give(order, c.Resend(effect_key="channel/refund/goodwill@2"))
    desk.call(order, f"refund/goodwill@2@{version + 1}")
    assert [call.target for call in script.told] == ["goodwill@2", "goodwill@2"]


def test_f46_wrong_credentials_wait_for_new_ones_and_show_on_the_connection(
    desk: Desk, script: Script
) -> None:
    script.answers.append(AuthError("http_401"))
    order = shipped(desk)
    made = desk.call(order, "ship/1")
    assert (made.state, made.again_after) == (EffectState.OWED, timedelta(minutes=5))
    assert desk.states.read(MARKET).calls_state == "http_401"
    assert desk.call(order, "ship/1").state is EffectState.DONE


def test_missing_credentials_are_no_refusal(desk: Desk, script: Script) -> None:
    script.answers.append(MissingCredentialError("api_key"))
    order = shipped(desk)
    assert desk.call(order, "ship/1").reason == "missing_credentials"
    assert desk.states.read(MARKET).calls_state == "missing_credentials"
    assert desk.call(order, "ship/1").state is EffectState.DONE


def test_a_channel_that_refuses_our_accept_for_good_gets_no_shipment(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("OFFER_GONE"))
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    desk.call(order, "accept")
    assert desk.order(order).acceptance_failed
    assert "channel_refused:accept" in attention(desk)


def test_a_call_that_came_too_early_waits_for_the_one_before_it(desk: Desk, script: Script) -> None:
    script.answers.append(RefusedError("ORDER_INVALID_STATE"))
    order = ordered(desk, "asked")
    desk.give(order, c.Accept())
    desk.give(order, c.Ship(tracking_number=NUMBER))

    early = desk.call(order, "ship/1")
    assert (early.state, early.reason) == (EffectState.OWED, "waits_for_earlier")
    # Its message must not stay in front of the one that it waits for.
    assert early.again_after is None
    assert desk.effect(order, "ship/1").again_at is not None
    assert desk.call(order, "accept").state is EffectState.DONE
    assert desk.call(order, "ship/1").state is EffectState.DONE
    assert attention(desk) == set()


def test_what_the_channel_has_shown_meanwhile_is_not_told(desk: Desk, script: Script) -> None:
    order = shipped(desk)
    seen = {"id": "p-1", "lines": {"1": 2}, "number": NUMBER}
    desk.say(MARKET, {"id": "A-1", "at": (START + timedelta(hours=1)).isoformat(), "packages": [seen]})
    made = desk.call(order, "ship/1")
    assert (made.state, made.reason) == (EffectState.DONE, "shown")
    assert script.told == []


def test_a_package_canceled_before_its_shipment_was_told_is_not_told_at_all(
    desk: Desk, script: Script
) -> None:
    order = shipped(desk)
    desk.give(order, c.CancelPackage(package_id="1"))
    assert desk.call(order, "ship/1").reason == "package_canceled"
    assert desk.call(order, "cancel_shipment/1").reason == "unknown_to_channel"
    assert script.told == []


def test_a_canceled_package_that_the_channel_knows_is_canceled_there(desk: Desk, script: Script) -> None:
    script.answers.append(Answered(told=Told.CONFIRMED, external_id="parcel-77"))
    order = shipped(desk)
    desk.call(order, "ship/1")
    desk.give(order, c.CancelPackage(package_id="1"))
    assert desk.order(order).packages[0].status is PackageStatus.CANCELED
    desk.call(order, "cancel_shipment/1")
    call = script.told[-1]
    assert call.parcel is not None
    assert (call.name, call.parcel.external_ids) == ("cancel_shipment", ("parcel-77",))


def test_a_refund_is_told_with_its_amount_and_its_lines(desk: Desk, script: Script) -> None:
    order = ordered(desk)
    desk.give(order, c.RefundProducts(lines=(("1", 1, Restock.NONE),), refund_id="r1", reason="damaged"))
    desk.call(order, "refund/r1")
    [call] = script.told
    assert call.money is not None
    assert (call.money.id, call.money.amount, call.money.currency) == ("r1", Decimal("10.00"), "EUR")
    assert [(p.line_id, p.quantity, p.amount) for p in call.pieces] == [("1", 1, Decimal("10.00"))]
    assert call.reason == "damaged"


def test_a_connection_without_an_api_is_told_nothing(desk: Desk, script: Script) -> None:
    order = shipped(desk)
    desk.connect(MARKET, api_url="")
    desk.at += timedelta(minutes=2)
    assert desk.call(order, "ship/1").reason == "no_api"
    assert script.told == []


def test_nothing_is_owed_to_a_channel_without_an_api(desk: Desk) -> None:
    desk.connect(MARKET, api_url="")
    assert [key for key in desk.owed(shipped(desk)) if key.startswith("channel/")] == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({}, "DHL-CODE"),
        ({"dhl": "MINE"}, "MINE"),
        ({"dh*": "PATTERN"}, "PATTERN"),
        ({"*": "ANY"}, "DHL-CODE"),
    ],
)
def test_the_connections_own_rows_name_the_carrier_first(
    desk: Desk, script: Script, rows: dict[str, str], expected: str
) -> None:
    desk.connect(MARKET, carriers=rows)
    desk.call(shipped(desk), "ship/1")
    assert script.told[0].parcel is not None
    assert script.told[0].parcel.carrier_code == expected


@pytest.mark.parametrize(
    ("rows", "reason", "expected"),
    [
        ({}, "out_of_stock", ""),
        ({"out_of_stock": "15"}, "out_of_stock", "15"),
        ({"out_of_stock": "15"}, "customer", ""),
        ({"out_*": "15", "*": "19"}, "out_of_stock", "15"),
        ({"out_of_stock": "15", "*": "19"}, "customer", "19"),
        ({"*": "19"}, "", "19"),
        ({"out_of_stock": "15", "*": "19"}, "15", ""),
        ({"*": "OTHER"}, "NO_STOCK", ""),
        ({"out_of_stock": "inventory", "*": "other"}, "inventory", ""),
        ({"15": "41", "*": "19"}, "15", "41"),
    ],
)
def test_the_connections_own_rows_name_the_reason_and_a_code_of_the_channels_stays(
    desk: Desk, script: Script, rows: dict[str, str], reason: str, expected: str
) -> None:
    desk.connect(MARKET, reasons=rows)
    order = ordered(desk, "asked")
    desk.give(order, c.Refuse(reason=reason))
    desk.call(order, "refuse")
    [call] = script.told
    assert (call.reason, call.reason_code) == (reason, expected)


def test_every_call_that_says_why_says_it_in_the_connections_words(desk: Desk, script: Script) -> None:
    desk.connect(MARKET, reasons={"damaged": "17", "*": "19"})
    order = ordered(desk, lines={"1": 3})
    desk.give(order, c.CancelLines(lines=(("1", 1),), reason="damaged"))
    desk.call(order, f"cancel_lines/@{desk.order(order).version}")
    desk.give(order, c.RefundProducts(lines=(("1", 1, Restock.NONE),), refund_id="r1", reason="damaged"))
    desk.call(order, "refund/r1")
    desk.give(order, c.Cancel(reason="whim"))
    desk.call(order, "cancel")
    assert [(call.name, call.reason_code) for call in script.told] == [
        ("cancel_lines", "17"),
        ("refund", "17"),
        ("cancel", "19"),
    ]


def test_a_code_that_a_channel_writes_as_we_write_ours_is_left_to_the_call_that_it_is_for(
    desk: Desk, script: Script
) -> None:
    desk.connect(MARKET, reasons={"*": "19"})
    order = ordered(desk, lines={"1": 3})
    desk.give(order, c.CancelLines(lines=(("1", 1),), reason="delivery_delay"))
    desk.call(order, f"cancel_lines/@{desk.order(order).version}")
    products = c.RefundProducts(lines=(("1", 1, Restock.NONE),), refund_id="r1", reason="delivery_delay")
    desk.give(order, products)
    desk.call(order, "refund/r1")
    assert [(call.name, call.reason_code) for call in script.told] == [("cancel_lines", "19"), ("refund", "")]


def test_a_call_that_says_no_why_has_no_code_for_it(desk: Desk, script: Script) -> None:
    desk.connect(MARKET, reasons={"*": "19"})
    desk.call(shipped(desk), "ship/1")
    assert script.told[0].reason_code == ""


def test_the_order_is_refused_at_the_channel_with_the_merchants_reason(desk: Desk, script: Script) -> None:
    order = ordered(desk, "asked")
    desk.give(order, c.Refuse(reason="out_of_stock"))
    desk.call(order, "refuse")
    assert desk.order(order).status is Status.REFUSED
    assert (script.told[0].name, script.told[0].reason) == ("refuse", "out_of_stock")


def test_two_equal_cancellations_of_a_line_are_told_apart_by_what_is_canceled_in_all(
    desk: Desk, script: Script
) -> None:
    order = ordered(desk, lines={"1": 3})
    versions = []
    for _ in range(2):
        desk.give(order, c.CancelLines(lines=(("1", 1),)))
        versions.append(desk.order(order).version)
    for version in versions:
        desk.call(order, f"cancel_lines/@{version}")
    assert [[(p.quantity, p.canceled) for p in call.pieces] for call in script.told] == [[(1, 1)], [(1, 2)]]
