"""What eBay is told, against the simulated one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.channels.ebay import Ebay
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.ebay import calls
from shared.channels.ebay.calls import clean_number, look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Money, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

MUGS = Piece(line_id="12-34-1", quantity=2, sku="MUG")
PEN = Piece(line_id="12-34-2", quantity=1, sku="PEN")
PARCEL = Parcel(
    id="1",
    tracking_number="00340434-1610 94000007",
    carrier="dhl",
    carrier_code="DHL",
    shipped_at=datetime(2026, 3, 10, 8, 30, 0, 123_456, tzinfo=UTC),
)
NUMBER = "00340434161094000007"
FIVE = Money(id="r1", amount=Decimal("5.00"), currency="EUR")


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id="12-34", reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


SHIP = call("ship", is_rest=True)
REFUND = call("refund", pieces=(), parcel=None, money=FIVE)
CANCEL = call("cancel", reason="out_of_stock")
ACCEPT = call("answer_cancellation", answer="accepted")
REJECT = call("answer_cancellation", answer="rejected")


@pytest.fixture(autouse=True)
def _placed(ebay: Ebay) -> None:
    ebay.place("12-34")


def sent(recording: Recording, path: str) -> list[Any]:
    return [
        json.loads(request.body or b"null")
        for request in recording.requests
        if request.method == "POST" and path in request.url
    ]


def made_in_doubt(api: Api, made: Call) -> Answered:
    """Make a call that gets no answer, ask, and make it again where it was not done."""
    with pytest.raises((NoAnswerError, UnavailableError)):
        perform(made, api)
    found = look(made, "", api)
    return perform(made, api) if found.told is Told.UNSEEN else found


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("ebay")

    assert module.REPEATABLE <= capabilities_of("ebay").calls <= CALLS
    assert set(calls._PERFORM) == set(calls._LOOK) == capabilities_of("ebay").calls


def test_a_package_is_told_with_its_lines_and_its_number_in_letters_and_digits(
    ebay: Ebay, recording: Recording, api: Api
) -> None:
    answered = perform(call("ship", pieces=(MUGS,)), api)

    assert answered == Answered(told=Told.CONFIRMED, external_id=NUMBER)
    assert sent(recording, "shipping_fulfillment") == [
        {
            "lineItems": [{"lineItemId": "12-34-1", "quantity": 2}],
            "shippedDate": "2026-03-10T08:30:00.123Z",
            "shippingCarrierCode": "DHL",
            "trackingNumber": NUMBER,
        }
    ]
    assert ebay.orders["12-34"]["orderFulfillmentStatus"] == "IN_PROGRESS"


def test_a_package_without_a_number_names_no_carrier(ebay: Ebay, recording: Recording, api: Api) -> None:
    answered = perform(replace(SHIP, parcel=replace(PARCEL, tracking_number="")), api)

    assert answered.told is Told.CONFIRMED
    assert answered.external_id == ebay.fulfillments["12-34"][0]["fulfillmentId"]
    [document] = sent(recording, "shipping_fulfillment")
    assert {"trackingNumber", "shippingCarrierCode"}.isdisjoint(document)


def test_a_carrier_that_ebay_does_not_know_is_another_one(recording: Recording, api: Api) -> None:
    perform(replace(SHIP, parcel=replace(PARCEL, carrier="local", carrier_code="")), api)

    assert sent(recording, "shipping_fulfillment")[0]["shippingCarrierCode"] == "Other"


@pytest.mark.parametrize(
    ("number", "cleaned"),
    [("1Z 001-985", "1Z001985"), ("ABC123", "ABC123"), ("ä-1", "1"), ("--", ""), ("", "")],
)
def test_a_number_is_cleaned(number: str, cleaned: str) -> None:
    assert clean_number(number) == cleaned


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("parcel", [PARCEL, replace(PARCEL, tracking_number="")])
def test_f43_a_package_that_was_made_is_found_and_not_made_twice(
    fault: Fault, parcel: Parcel, ebay: Ebay, faulty: Faulty, api: Api
) -> None:
    faulty.plan(fault, method="POST", path="shipping_fulfillment")
    answered = made_in_doubt(api, replace(SHIP, parcel=parcel))

    [made] = ebay.fulfillments["12-34"]
    assert answered == Answered(told=Told.CONFIRMED, external_id=made["fulfillmentId"])


def test_f43_a_package_that_was_not_made_is_made(ebay: Ebay, faulty: Faulty, api: Api) -> None:
    faulty.plan(Fault.TIMEOUT_BEFORE, method="POST", path="shipping_fulfillment")

    assert made_in_doubt(api, SHIP).told is Told.CONFIRMED
    assert len(ebay.fulfillments["12-34"]) == 1


def test_another_package_is_not_taken_for_this_one(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "ship", number="OTHER1", carrier="UPS")
    ebay.act("12-34", "ship")

    assert look(SHIP, "", api).told is Told.UNSEEN
    later = replace(PARCEL, tracking_number="", shipped_at=datetime(2026, 3, 10, 9, 0, 1, tzinfo=UTC))
    assert look(replace(SHIP, parcel=later), "", api).told is Told.UNSEEN
    nameless = replace(SHIP, parcel=replace(PARCEL, tracking_number=""))
    perform(nameless, api)
    assert look(replace(nameless, pieces=(PEN,)), "", api).told is Told.UNSEEN


def test_f44_a_package_of_a_canceled_order_is_refused(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "request_cancellation")
    ebay.act("12-34", "finish_cancellation")

    with pytest.raises(RefusedError, match="32500"):
        perform(SHIP, api)


def test_f44_a_line_that_is_not_the_orders_is_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="32220"):
        perform(call("ship", pieces=(Piece(line_id="99", quantity=1),)), api)


def test_a_refund_is_pending_until_the_order_shows_it(ebay: Ebay, recording: Recording, api: Api) -> None:
    answered = perform(REFUND, api)

    assert answered.told is Told.PENDING
    assert answered.ticket == answered.external_id != ""
    assert sent(recording, "issue_refund") == [
        {
            "reasonForRefund": "OTHER_ADJUSTMENT",
            "orderLevelRefundAmount": {"value": "5.00", "currency": "EUR"},
        }
    ]
    assert look(REFUND, answered.ticket, api).told is Told.PENDING
    ebay.act("12-34", "settle_refunds")
    assert look(REFUND, answered.ticket, api) == replace(answered, told=Told.CONFIRMED)


def test_a_refund_by_product_names_its_lines(recording: Recording, api: Api) -> None:
    pieces = (
        Piece(line_id="12-34-1", quantity=1, amount=Decimal("4.00")),
        Piece(line_id="12-34-1", quantity=1, amount=Decimal("0.50")),
        Piece(line_id="12-34-2", quantity=1, amount=Decimal("0.50")),
    )
    perform(replace(REFUND, pieces=pieces, reason="customer"), api)

    assert sent(recording, "issue_refund") == [
        {
            "reasonForRefund": "BUYER_CANCEL",
            "refundItems": [
                {"lineItemId": "12-34-1", "refundAmount": {"value": "4.50", "currency": "EUR"}},
                {"lineItemId": "12-34-2", "refundAmount": {"value": "0.50", "currency": "EUR"}},
            ],
        }
    ]


@pytest.mark.parametrize("amount", [None, Decimal("4.00")])
def test_a_refund_whose_lines_are_not_all_of_it_is_one_of_the_order(
    amount: Decimal | None, recording: Recording, api: Api
) -> None:
    pieces = (Piece(line_id="12-34-1", quantity=1, amount=amount),)
    perform(replace(REFUND, pieces=pieces), api)

    assert "refundItems" not in sent(recording, "issue_refund")[0]


def test_a_refund_that_failed_later_is_refused(ebay: Ebay, api: Api) -> None:
    answered = perform(REFUND, api)
    ebay.act("12-34", "settle_refunds", status="FAILED")

    assert look(REFUND, answered.ticket, api) == Answered(told=Told.REFUSED, reason="refund_failed")


def test_f43_a_refund_that_was_made_is_found_and_not_made_twice(ebay: Ebay, faulty: Faulty, api: Api) -> None:
    ebay.act("12-34", "refund", amount="3.00")
    ebay.act("12-34", "settle_refunds")
    faulty.plan(Fault.TIMEOUT_AFTER, method="POST", path="issue_refund")
    answered = made_in_doubt(api, REFUND)

    refunds = ebay.orders["12-34"]["paymentSummary"]["refunds"]
    assert [refund["amount"]["value"] for refund in refunds] == ["3.00", "5.00"]
    assert (answered.told, answered.external_id) == (Told.PENDING, refunds[1]["refundId"])


def test_f43_a_refund_that_was_not_made_is_made_once(ebay: Ebay, faulty: Faulty, api: Api) -> None:
    faulty.plan(Fault.SERVER_ERROR, method="POST", path="issue_refund")

    assert made_in_doubt(api, REFUND).told is Told.PENDING
    assert len(ebay.orders["12-34"]["paymentSummary"]["refunds"]) == 1


def test_of_several_equal_refunds_none_is_guessed(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "refund", amount="5.00")
    ebay.act("12-34", "settle_refunds", status="FAILED")
    assert look(REFUND, "", api).told is Told.UNSEEN
    ebay.act("12-34", "refund", amount="5.00")
    ebay.act("12-34", "refund", amount="5.00")

    assert look(REFUND, "", api).told is Told.UNKNOWABLE


def test_of_several_refunds_the_one_that_the_ticket_names_is_looked_at(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "refund", amount="3.00")
    ebay.act("12-34", "settle_refunds", status="FAILED")
    ticket = perform(REFUND, api).ticket
    assert look(REFUND, ticket, api).told is Told.PENDING
    ebay.act("12-34", "settle_refunds")
    assert look(REFUND, ticket, api).told is Told.CONFIRMED


def test_f43_an_equal_refund_before_is_not_taken_for_this_one(ebay: Ebay, faulty: Faulty, api: Api) -> None:
    first = perform(REFUND, api).external_id
    ebay.act("12-34", "settle_refunds")
    second = call("refund", pieces=(), parcel=None, money=replace(FIVE, id="r2", others=(first,)))
    assert look(second, "", api).told is Told.UNSEEN

    faulty.plan(Fault.TIMEOUT_AFTER, method="POST", path="issue_refund")
    answered = made_in_doubt(api, second)
    refunds = ebay.orders["12-34"]["paymentSummary"]["refunds"]
    assert [refund["refundId"] for refund in refunds] == [first, answered.external_id]


def test_f42_a_refund_waits_for_the_one_before_it(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "refund", amount="3.00")

    with pytest.raises(RateLimitedError, match="34922"):
        perform(REFUND, api)
    ebay.act("12-34", "settle_refunds")
    assert perform(REFUND, api).told is Told.PENDING


def test_f44_a_refund_of_what_is_refunded_is_refused(ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "refund", amount="29.90")
    ebay.act("12-34", "settle_refunds")

    with pytest.raises(RefusedError, match="34917"):
        perform(REFUND, api)


def test_a_cancellation_is_pending_until_the_order_shows_it(
    ebay: Ebay, recording: Recording, api: Api
) -> None:
    answered = perform(CANCEL, api)

    assert answered.told is Told.PENDING
    assert sent(recording, "/cancellation") == [
        {
            "legacyOrderId": "legacy-12-34",
            "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
            "buyerPaid": True,
        }
    ]
    assert look(CANCEL, answered.ticket, api) == answered
    ebay.act("12-34", "finish_cancellation")
    assert look(CANCEL, answered.ticket, api).told is Told.CONFIRMED


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("out_of_stock", "OUT_OF_STOCK_OR_CANNOT_FULFILL"),
        ("customer", "BUYER_ASKED_CANCEL"),
        ("address", "ADDRESS_ISSUES"),
        ("price", "OUT_OF_STOCK_OR_CANNOT_FULFILL"),
        ("", "OUT_OF_STOCK_OR_CANNOT_FULFILL"),
        ("BUYER_ASKED_CANCEL", "BUYER_ASKED_CANCEL"),
    ],
)
def test_a_reason_is_told_in_ebays_words(reason: str, told: str, recording: Recording, api: Api) -> None:
    perform(replace(CANCEL, reason=reason), api)

    assert sent(recording, "/cancellation")[0]["cancelReason"] == told


@pytest.mark.parametrize(
    ("code", "told"), [("ADDRESS_ISSUES", "ADDRESS_ISSUES"), ("BUYER_RETURN", "BUYER_ASKED_CANCEL")]
)
def test_a_code_of_the_settings_is_taken_where_it_is_one_of_cancellations(
    code: str, told: str, recording: Recording, api: Api
) -> None:
    perform(replace(CANCEL, reason="customer", reason_code=code), api)

    assert sent(recording, "/cancellation")[0]["cancelReason"] == told


def test_f43_a_cancellation_that_was_made_is_not_made_twice(ebay: Ebay, faulty: Faulty, api: Api) -> None:
    faulty.plan(Fault.TIMEOUT_AFTER, method="POST", path="/cancellation")

    assert made_in_doubt(api, CANCEL).told is Told.PENDING
    assert len(ebay.orders["12-34"]["cancelStatus"]["cancelRequests"]) == 1


def test_the_buyers_own_request_is_not_taken_for_our_cancellation(ebay: Ebay, api: Api) -> None:
    assert look(CANCEL, "", api).told is Told.UNSEEN
    ebay.act("12-34", "request_cancellation")
    assert look(CANCEL, "", api).told is Told.UNSEEN


def test_f45_an_order_that_may_not_be_canceled_is_refused_although_the_answer_is_200(
    ebay: Ebay, api: Api
) -> None:
    ebay.act("12-34", "ship")

    with pytest.raises(RefusedError, match="not_eligible"):
        perform(CANCEL, api)


@pytest.mark.parametrize(("made", "state"), [(ACCEPT, "CANCELED"), (REJECT, "NONE_REQUESTED")])
def test_a_buyers_request_is_answered_and_read_back(made: Call, state: str, ebay: Ebay, api: Api) -> None:
    ebay.act("12-34", "request_cancellation")

    answered = perform(made, api)
    assert answered.told is Told.PENDING
    assert ebay.orders["12-34"]["cancelStatus"]["cancelState"] == state
    assert look(made, answered.ticket, api) == Answered(told=Told.CONFIRMED)


@pytest.mark.parametrize("made", [ACCEPT, REJECT])
def test_f43_a_request_that_was_answered_is_not_answered_twice(
    made: Call, ebay: Ebay, faulty: Faulty, api: Api
) -> None:
    ebay.act("12-34", "request_cancellation")
    faulty.plan(Fault.TIMEOUT_AFTER, method="POST", path="/cancellation/")

    assert made_in_doubt(api, made).told is Told.CONFIRMED


def test_a_request_that_ended_otherwise_is_refused(ebay: Ebay, api: Api) -> None:
    assert perform(ACCEPT, api) == Answered(told=Told.REFUSED, reason="no_open_request")
    ebay.act("12-34", "request_cancellation")
    ebay.act("12-34", "reject_request")
    assert perform(ACCEPT, api) == Answered(told=Told.REFUSED, reason="already_rejected")
    ebay.act("12-34", "request_cancellation")
    ebay.act("12-34", "finish_cancellation")
    assert perform(REJECT, api) == Answered(told=Told.REFUSED, reason="already_canceled")


@pytest.mark.parametrize("made", [CANCEL, ACCEPT])
def test_f44_an_order_that_ebay_does_not_know_is_refused(made: Call, api: Api) -> None:
    assert perform(replace(made, order_id="99"), api) == Answered(told=Told.REFUSED, reason="unknown_order")


@pytest.mark.parametrize("made", [SHIP, REFUND, CANCEL])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_f42_to_f45_what_was_not_done_is_no_success(
    made: Call, fault: Fault, error: type[ApiError], faulty: Faulty, api: Api
) -> None:
    faulty.plan(fault, method="POST", path={"cancel": "/cancellation"}.get(made.name, "/order/12-34/"))

    with pytest.raises(error) as raised:
        perform(made, api)
    if fault is Fault.RATE_LIMIT:
        assert raised.value.again_after == timedelta(seconds=30)


@pytest.mark.parametrize("made", [SHIP, REFUND, CANCEL, ACCEPT])
def test_f45_an_error_where_the_state_is_read_back_is_not_taken_for_undone(
    made: Call, faulty: Faulty, api: Api
) -> None:
    faulty.plan(Fault.ERROR_IN_OK, method="GET")

    with pytest.raises(UnreadableAnswerError):
        look(made, "", api)


def test_f46_a_token_that_has_ended_is_asked_for_anew_once(
    ebay: Ebay, clock: Clock, recording: Recording, api: Api
) -> None:
    perform(call("ship", pieces=(PEN,)), api)
    clock.at += timedelta(hours=3)
    perform(replace(REFUND, order_id="12-34"), api)
    ebay.tokens.clear()  # ended before its time
    assert look(REFUND, "", api).told is Told.PENDING

    assert len(sent_tokens(recording)) == 3


def sent_tokens(recording: Recording) -> list[str]:
    return [request.url for request in recording.requests if "oauth2" in request.url]


def test_f46_a_refresh_token_that_was_withdrawn_needs_the_merchant(ebay: Ebay, api: Api) -> None:
    ebay.refresh_token = "another"

    with pytest.raises(AuthError):
        perform(SHIP, api)


def test_a_credential_that_is_missing_is_named(api: Api) -> None:
    api.credentials = {"client_id": "x", "client_secret": "y"}

    with pytest.raises(MissingCredentialError, match="refresh_token"):
        perform(SHIP, api)
