"""What Kaufland is told, against the simulated Kaufland."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.kaufland import KauflandSimulator
from local.channels.simulator import Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.kaufland import calls
from shared.channels.kaufland.calls import look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Money, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    HttpAnswer,
    HttpRequest,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

ORDER = "MEXMP01"
FIRST, SECOND, THIRD = (f"31456789658000{count}" for count in (1, 2, 3))
PIECES = tuple(Piece(line_id=unit, quantity=1) for unit in (FIRST, SECOND, THIRD))
PARCEL = Parcel(id="1", tracking_number="00340434161094000007", carrier="dhl", carrier_code="DHL")


@pytest.fixture(autouse=True)
def _an_order(kaufland: KauflandSimulator) -> None:
    kaufland.place(ORDER)


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id=ORDER, reference=f"{name:0<32}", pieces=PIECES, parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


def refund_of(amount: str, *units: str, currency: str = "EUR") -> Call:
    pieces = tuple(Piece(line_id=unit, quantity=1) for unit in units)
    money = Money(id="r1", amount=Decimal(amount), currency=currency)
    return call("refund", pieces=pieces, parcel=None, money=money)


SHIP = call("ship", is_rest=True)
CANCEL = call("cancel", parcel=None)
CONFIRMED = Answered(told=Told.CONFIRMED)


def statuses(kaufland: KauflandSimulator) -> list[str]:
    return [unit["status"] for unit in kaufland.orders[ORDER]["order_units"]]


def changes(recording: Recording) -> list[str]:
    return [request.url.partition("/v2")[2] for request in recording.requests if request.method != "GET"]


def done(api: Api, made: Call) -> Answered:
    """Make a call as its use case does: ask first where it is in doubt, make it again where it is unseen."""
    try:
        return perform(made, api)
    except (NoAnswerError, UnavailableError):
        seen = look(made, "", api)
        return perform(made, api) if seen.told is Told.UNSEEN else seen


def test_the_module_takes_the_calls_that_it_declares(api: Api) -> None:
    module: CallsModule = calls_of("kaufland")

    assert capabilities_of("kaufland").calls <= CALLS
    assert capabilities_of("kaufland").calls == set(calls._PERFORM)
    assert set(calls._SHOWN) <= set(calls._PERFORM)
    assert capabilities_of("kaufland").calls >= module.REPEATABLE
    assert perform(call("accept"), api) == Answered(told=Told.REFUSED, reason="not_supported")


def test_a_parcel_marks_each_of_its_units_as_sent(kaufland: KauflandSimulator, api: Api) -> None:
    assert perform(call("ship", pieces=PIECES[:2]), api) == CONFIRMED

    assert statuses(kaufland) == ["sent", "sent", "open"]
    assert kaufland.parcels == [(unit, PARCEL.tracking_number, "DHL") for unit in (FIRST, SECOND)]


def test_what_was_sent_is_not_told_again(kaufland: KauflandSimulator, api: Api, recording: Recording) -> None:
    perform(call("ship", pieces=PIECES[:1]), api)

    assert perform(SHIP, api) == perform(SHIP, api) == look(SHIP, "", api) == CONFIRMED
    assert changes(recording) == [f"/order-units/{unit}/send" for unit in (FIRST, SECOND, THIRD)]


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER, Fault.TIMEOUT_BEFORE])
def test_f43_a_parcel_that_got_half_way_is_finished_and_no_unit_told_twice(
    kaufland: KauflandSimulator, line: Faulty, api: Api, fault: Fault
) -> None:
    line.plan(fault, method="PATCH", path=SECOND)

    assert done(api, SHIP) == CONFIRMED
    assert [unit for unit, _, _ in kaufland.parcels] == [FIRST, SECOND, THIRD]


def test_a_parcel_without_number_or_carrier_is_refused_before_anything_is_told(
    api: Api, recording: Recording
) -> None:
    bare, unknown = replace(PARCEL, tracking_number=""), replace(PARCEL, carrier_code="")

    assert perform(call("ship", parcel=bare), api).reason == "tracking_needed"
    assert perform(call("ship", parcel=unknown), api).reason == "carrier_code_needed"
    assert perform(call("tracking", parcel=unknown), api).reason == "carrier_code_needed"
    assert changes(recording) == []


def test_what_kaufland_takes_and_does_not_show_yet_is_pending(api: Api, kaufland: KauflandSimulator) -> None:
    def lazy(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(status=204) if request.method == "PATCH" else kaufland(request)

    assert perform(SHIP, replace(api, transport=lazy)).told is Told.PENDING
    assert look(SHIP, "", api).told is Told.UNSEEN


def test_f44_a_unit_that_was_canceled_is_not_sent(kaufland: KauflandSimulator, api: Api) -> None:
    kaufland.act(ORDER, "cancel", units=[1])

    assert perform(SHIP, api) == look(SHIP, "", api) == Answered(told=Told.REFUSED, reason="unit_canceled")


def test_f44_a_refusal_is_about_the_unit_though_it_comes_as_403(
    kaufland: KauflandSimulator, api: Api
) -> None:
    body = b'{"type": "/problems/order-units/cancel-not-allowed", "errors": [], "message": "No."}'

    def refuse(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(status=403, body=body) if request.method == "PATCH" else kaufland(request)

    with pytest.raises(RefusedError, match=r"order-units\.cancel-not-allowed"):
        perform(CANCEL, replace(api, transport=refuse))


# --- tracking


def test_a_new_number_is_added_to_each_unit(kaufland: KauflandSimulator, api: Api) -> None:
    perform(SHIP, api)
    added = call("tracking", parcel=replace(PARCEL, tracking_number="00340434161094000008"))

    assert perform(added, api) == CONFIRMED
    assert look(added, "", api).told is Told.UNKNOWABLE
    assert kaufland.parcels[3:] == [(unit, "00340434161094000008", "DHL") for unit in (FIRST, SECOND, THIRD)]


def test_a_number_of_what_was_not_sent_is_refused(api: Api) -> None:
    assert perform(call("tracking"), api) == Answered(told=Told.REFUSED, reason="not_sent")


# --- cancellations


def test_each_unit_is_canceled_with_its_reason(kaufland: KauflandSimulator, api: Api) -> None:
    lines = call("cancel_lines", pieces=PIECES[2:], reason="out_of_stock")

    assert perform(lines, api) == CONFIRMED
    assert statuses(kaufland) == ["open", "open", "cancelled"]
    assert kaufland.orders[ORDER]["order_units"][2]["cancel_reason"] == "NoInventory"
    assert perform(CANCEL, api) == look(CANCEL, "", api) == CONFIRMED
    assert statuses(kaufland) == ["cancelled"] * 3


def test_f43_a_cancellation_that_got_half_way_is_finished(
    kaufland: KauflandSimulator, line: Faulty, api: Api
) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="PATCH", path=SECOND)

    assert done(api, CANCEL) == CONFIRMED
    assert statuses(kaufland) == ["cancelled"] * 3


def test_f44_what_was_sent_cannot_be_canceled(
    kaufland: KauflandSimulator, api: Api, recording: Recording
) -> None:
    kaufland.act(ORDER, "send", units=[0])

    assert perform(CANCEL, api) == look(CANCEL, "", api) == Answered(told=Told.REFUSED, reason="already_sent")
    assert changes(recording) == []


def test_an_order_or_a_unit_that_kaufland_does_not_know_is_refused(api: Api) -> None:
    stranger = (Piece(line_id="7", quantity=1),)
    for name in ("ship", "cancel", "tracking"):
        assert perform(call(name, order_id="MEXMP99"), api).reason == "unknown_order"
        assert perform(call(name, pieces=stranger), api).reason == "unknown_line"
    assert look(call("ship", order_id="MEXMP99"), "", api).reason == "unknown_order"
    assert perform(refund_of("1.00", "7"), api).reason == "amount_above_units"


# --- refunds


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (refund_of("5.00"), [(FIRST, 500)]),
        (refund_of("10.00", SECOND), [(SECOND, 1000)]),
        (refund_of("15.50", SECOND, THIRD), [(SECOND, 1000), (THIRD, 550)]),
        (refund_of("12.00"), [(FIRST, 1000), (SECOND, 200)]),
    ],
    ids=["by amount", "a unit", "two units", "more than one unit holds"],
)
def test_a_refund_is_told_in_cents_on_as_few_units_as_hold_it(
    kaufland: KauflandSimulator, api: Api, made: Call, told: list[tuple[str, int]]
) -> None:
    kaufland.act(ORDER, "send")

    assert perform(replace(made, reason="late"), api) == CONFIRMED
    assert kaufland.refunds == [(unit, cents, "delivery_delay") for unit, cents in told]


def test_f44_a_refund_above_the_units_or_in_another_currency_is_refused(
    kaufland: KauflandSimulator, api: Api
) -> None:
    kaufland.act(ORDER, "send")

    assert perform(refund_of("25.51"), api).reason == "amount_above_units"
    assert perform(refund_of("10.01", SECOND), api).reason == "amount_above_units"
    assert perform(refund_of("1.00", currency="CZK"), api).reason == "currency_not_supported"
    assert kaufland.refunds == []


def test_f43_a_refund_without_an_answer_is_in_doubt_and_not_given_twice(
    kaufland: KauflandSimulator, line: Faulty, api: Api
) -> None:
    kaufland.act(ORDER, "send")
    line.plan(Fault.TIMEOUT_AFTER, path="/refund")

    assert done(api, refund_of("5.00")).told is Told.UNKNOWABLE
    assert kaufland.refunds == [(FIRST, 500, "other_refund")]
    assert "refund" not in calls.REPEATABLE


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.REFUSED_CONNECTION, Fault.FORBIDDEN])
def test_f43_a_refund_that_got_half_way_is_in_doubt_whatever_stopped_it(
    kaufland: KauflandSimulator, line: Faulty, api: Api, fault: Fault
) -> None:
    kaufland.act(ORDER, "send")
    line.plan(fault, path=f"{THIRD}/refund")

    with pytest.raises(NoAnswerError) as raised:
        perform(refund_of("15.50", SECOND, THIRD), api)

    assert raised.value.is_certain is False
    assert raised.value.code.startswith("half_made:")


def test_a_refund_that_was_certainly_not_made_may_simply_be_made_again(
    kaufland: KauflandSimulator, line: Faulty, api: Api
) -> None:
    kaufland.act(ORDER, "send")
    line.plan(Fault.RATE_LIMIT, path="/refund")

    with pytest.raises(RateLimitedError):
        perform(refund_of("5.00"), api)

    assert perform(refund_of("5.00"), api) == CONFIRMED
    assert len(kaufland.refunds) == 1


# --- what goes wrong


@pytest.mark.parametrize(
    "made", [SHIP, CANCEL, call("tracking"), refund_of("1.00")], ids=lambda made: made.name
)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.UNAUTHORIZED, AuthError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_f42_f45_f46_what_goes_wrong_is_told_by_its_kind(
    line: Faulty, api: Api, made: Call, fault: Fault, error: type[ApiError]
) -> None:
    line.plan(fault)

    with pytest.raises(error):
        perform(made, api)


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.ERROR_IN_OK, RefusedError), (Fault.HTML, UnreadableAnswerError)]
)
def test_f45_a_change_is_no_success_with_an_error_in_it(
    kaufland: KauflandSimulator, line: Faulty, api: Api, fault: Fault, error: type[ApiError]
) -> None:
    line.plan(fault, method="PATCH")

    with pytest.raises(error):
        perform(SHIP, api)
    assert statuses(kaufland) == ["open"] * 3


def test_f42_how_long_to_wait_is_passed_on(kaufland: KauflandSimulator, api: Api) -> None:
    kaufland.requests_a_minute = 1

    with pytest.raises(RateLimitedError) as raised:
        perform(SHIP, api)

    assert raised.value.again_after == timedelta(seconds=15)


def test_f46_a_wrong_secret_needs_new_credentials(api: Api) -> None:
    api.credentials = {"client_key": "example-key", "secret_key": "of yesterday"}

    with pytest.raises(AuthError, match="corrupted-signature"):
        perform(SHIP, api)


def test_a_connection_without_keys_says_which_one_is_missing(api: Api) -> None:
    api.credentials = {"client_key": "example-key"}

    with pytest.raises(MissingCredentialError, match="secret_key"):
        perform(SHIP, api)
