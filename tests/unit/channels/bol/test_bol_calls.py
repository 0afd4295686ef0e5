"""What bol is told, against the simulated bol."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from local.channels.bol import BolSimulator
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording
from shared.adapters import calls_of, capabilities_of
from shared.channels.bol import calls
from shared.channels.bol.calls import look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Parcel, Piece, Told
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

ORDER = "C00012ABCD"
MUGS = Piece(line_id=f"{ORDER}-1", quantity=2, sku="SKU-1")
PEN = Piece(line_id=f"{ORDER}-2", quantity=1, sku="SKU-2")
PARCEL = Parcel(id="1", tracking_number="3SEXMP0000001", carrier="postnl", carrier_code="TNT")


@pytest.fixture(autouse=True)
def _an_order(bol: BolSimulator) -> None:
    bol.place(ORDER)


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id=ORDER, reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


SHIP = call("ship", is_rest=True)
CANCEL = call("cancel", parcel=None)


def sent(recording: Recording, method: str) -> list[tuple[str, object]]:
    """Return what was sent by one method, but for the requests for tokens."""
    return [
        (request.url.removeprefix("https://api.bol.com"), json.loads(request.body))
        for request in recording.requests
        if request.method == method and "/token" not in request.url
    ]


def done(api: Api, made: Call) -> Answered:
    """Make a call as its use case does: ask first where it is in doubt, and look until it shows."""
    try:
        answered = perform(made, api)
    except (NoAnswerError, UnavailableError):
        answered = look(made, "", api)
        if answered.told is Told.UNSEEN:
            answered = perform(made, api)
    for _ in range(3):
        if answered.told is Told.PENDING:
            answered = look(made, answered.ticket, api)
    return answered


def test_the_module_takes_the_calls_that_it_declares() -> None:
    module: CallsModule = calls_of("bol")

    assert capabilities_of("bol").calls <= CALLS
    assert capabilities_of("bol").calls == set(calls._PERFORM) == set(calls._LOOK)
    assert capabilities_of("bol").calls >= module.REPEATABLE
    assert perform(call("refund"), Api(base_url="", transport=lambda _: None, now=lambda: None)) == Answered(  # type: ignore[arg-type, return-value]
        told=Told.REFUSED, reason="not_supported"
    )


def test_a_parcel_is_pending_until_bol_lists_it(bol: BolSimulator, api: Api, recording: Recording) -> None:
    begun = perform(SHIP, api)
    assert begun.told is Told.PENDING

    shown = look(SHIP, begun.ticket, api)

    [shipment] = bol.ledger.shipments
    assert shown == Answered(told=Told.CONFIRMED, external_id=shipment["shipmentId"])
    assert sent(recording, "POST") == [
        (
            "/retailer/shipments",
            {
                "orderItems": [
                    {"orderItemId": f"{ORDER}-1", "quantity": 2},
                    {"orderItemId": f"{ORDER}-2", "quantity": 1},
                ],
                "shipmentReference": SHIP.reference,
                "transport": {"transporterCode": "TNT", "trackAndTrace": "3SEXMP0000001"},
            },
        )
    ]


def test_a_process_that_waits_stays_pending_with_its_ticket(
    bol: BolSimulator, api: Api, clock: Clock
) -> None:
    bol.ledger.delay = timedelta(minutes=2)
    begun = perform(SHIP, api)

    assert look(SHIP, begun.ticket, api) == begun
    clock.at += timedelta(minutes=3)
    assert look(SHIP, begun.ticket, api).told is Told.CONFIRMED


def test_a_parcel_of_an_unknown_carrier_or_without_a_number_is_told_too(bol: BolSimulator, api: Api) -> None:
    one, other = replace(MUGS, quantity=1), PEN
    unknown = call("ship", pieces=(one,), parcel=replace(PARCEL, carrier_code=""))
    bare = call("ship", reference="b" * 32, pieces=(other,), parcel=Parcel(id="2"))

    assert (done(api, unknown).told, done(api, bare).told) == (Told.CONFIRMED, Told.CONFIRMED)

    first, second = (shipment["transport"] for shipment in bol.ledger.shipments)
    assert (first["transporterCode"], first["trackAndTrace"]) == ("OTHER", "3SEXMP0000001")
    assert "transporterCode" not in second


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("delay", [0, 5])
def test_f43_a_parcel_without_an_answer_is_found_and_not_told_twice(
    bol: BolSimulator, line: Faulty, api: Api, clock: Clock, fault: Fault, delay: int
) -> None:
    bol.ledger.delay = timedelta(minutes=delay)
    line.plan(fault, method="POST", path="/shipments")

    answered = done(api, SHIP)
    clock.at += timedelta(minutes=delay + 1)

    assert answered.told is (Told.PENDING if delay else Told.CONFIRMED)
    assert look(SHIP, answered.ticket, api).told is Told.CONFIRMED
    assert perform(SHIP, api).told is Told.CONFIRMED
    assert len(bol.ledger.shipments) == 1


def test_f43_what_never_arrived_is_unseen_and_may_be_told_again(
    bol: BolSimulator, line: Faulty, api: Api
) -> None:
    line.plan(Fault.TIMEOUT_BEFORE, method="POST", path="/shipments")

    with pytest.raises(NoAnswerError):
        perform(SHIP, api)

    assert look(SHIP, "", api).told is Told.UNSEEN
    assert done(api, SHIP).told is Told.CONFIRMED
    assert len(bol.ledger.shipments) == 1


def test_f44_a_process_that_fails_is_a_refusal(bol: BolSimulator, api: Api) -> None:
    bol.act(ORDER, "cancel")

    assert done(api, SHIP) == Answered(told=Told.REFUSED, reason="process_failure")
    assert bol.ledger.shipments == []


@pytest.mark.parametrize("forgotten", [True, False])
def test_a_process_that_says_nothing_leaves_the_parcel_unseen(
    bol: BolSimulator, api: Api, forgotten: bool
) -> None:
    bol.ledger.delay = timedelta(days=1)
    begun = perform(SHIP, api)
    if forgotten:
        bol.ledger.processes.clear()
    else:
        bol.ledger.processes[begun.ticket].document["status"] = "TIMEOUT"

    assert look(SHIP, begun.ticket, api).told is Told.UNSEEN


def test_f44_a_request_that_bol_does_not_understand_is_refused_by_its_field(api: Api) -> None:
    with pytest.raises(RefusedError, match="orderItems"):
        perform(call("ship", pieces=()), api)


# --- tracking


@pytest.fixture
def shipped(api: Api) -> Parcel:
    return replace(PARCEL, external_ids=(done(api, SHIP).external_id,))


def test_a_new_number_changes_the_transport(bol: BolSimulator, api: Api, shipped: Parcel) -> None:
    new = call("tracking", parcel=replace(shipped, tracking_number="JVGL1", carrier_code="DHLFORYOU"))

    begun = perform(new, api)

    assert begun.told is Told.PENDING
    assert look(new, begun.ticket, api) == Answered(told=Told.CONFIRMED, external_id=shipped.external_ids[0])
    [shipment] = bol.ledger.shipments
    assert shipment["transport"]["trackAndTrace"] == "JVGL1"
    assert shipment["transport"]["transporterCode"] == "DHLFORYOU"


def test_f43_a_number_that_is_shown_is_not_told_again(
    api: Api, line: Faulty, recording: Recording, shipped: Parcel
) -> None:
    new = call("tracking", parcel=replace(shipped, tracking_number="JVGL1"))
    line.plan(Fault.TIMEOUT_AFTER, method="PUT")

    assert done(api, new).told is Told.CONFIRMED
    assert perform(new, api).told is Told.CONFIRMED
    assert len(sent(recording, "PUT")) == 1


def test_tracking_of_a_parcel_that_bol_does_not_know_is_refused(api: Api) -> None:
    unknown = call("tracking", parcel=replace(PARCEL, external_ids=("7",)))

    assert perform(unknown, api) == look(unknown, "", api)
    assert perform(unknown, api) == Answered(told=Told.REFUSED, reason="unknown_shipment")


# --- cancellations


def test_each_item_is_canceled_by_a_request_of_its_own(
    bol: BolSimulator, api: Api, recording: Recording
) -> None:
    begun = perform(replace(CANCEL, reason="out_of_stock"), api)

    assert begun.ticket.count(",") == 1
    assert look(CANCEL, begun.ticket, api) == Answered(told=Told.CONFIRMED)
    assert [document for _, document in sent(recording, "PUT")] == [
        {"orderItems": [{"orderItemId": f"{ORDER}-{count}", "reasonCode": "OUT_OF_STOCK"}]}
        for count in (1, 2)
    ]
    assert [item["quantityCancelled"] for item in bol.ledger.orders[ORDER]["orderItems"]] == [2, 1]


def test_the_connections_own_code_is_the_reason_of_a_cancellation(
    bol: BolSimulator, api: Api, recording: Recording
) -> None:
    perform(replace(CANCEL, reason="out_of_stock", reason_code="RETAIN_ITEM"), api)

    codes = {document["orderItems"][0]["reasonCode"] for _, document in sent(recording, "PUT")}  # type: ignore[index]
    assert codes == {"RETAIN_ITEM"}


def test_an_item_that_the_customer_does_not_want_is_canceled_at_the_customer_s_request(
    bol: BolSimulator, api: Api, recording: Recording
) -> None:
    bol.act(ORDER, "request_cancellation", item=f"{ORDER}-1")

    assert done(api, CANCEL).told is Told.CONFIRMED

    codes = [document["orderItems"][0]["reasonCode"] for _, document in sent(recording, "PUT")]  # type: ignore[index]
    assert codes == ["REQUESTED_BY_CUSTOMER", "OTHER"]


def test_f43_a_cancellation_without_an_answer_is_asked_for(bol: BolSimulator, line: Faulty, api: Api) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="PUT")

    assert done(api, CANCEL).told is Told.CONFIRMED
    assert [item["quantityCancelled"] for item in bol.ledger.orders[ORDER]["orderItems"]] == [2, 1]


def test_a_line_is_canceled_as_a_whole_or_not_at_all(api: Api, recording: Recording) -> None:
    part = call("cancel_lines", pieces=(replace(MUGS, quantity=1, canceled=1),))
    whole = call("cancel_lines", pieces=(replace(MUGS, canceled=2),))

    assert perform(part, api) == Answered(told=Told.REFUSED, reason="whole_items_only")
    assert sent(recording, "PUT") == []
    assert done(api, whole).told is Told.CONFIRMED


def test_f44_what_was_shipped_cannot_be_canceled(bol: BolSimulator, api: Api) -> None:
    bol.act(ORDER, "ship")

    assert perform(CANCEL, api) == look(CANCEL, "", api)
    assert perform(CANCEL, api) == Answered(told=Told.REFUSED, reason="already_shipped")


def test_an_order_or_a_line_that_bol_does_not_know_is_refused(api: Api) -> None:
    for name in ("ship", "cancel"):
        elsewhere = call(name, order_id="C99999ZZZZ")
        other_line = call(name, pieces=(replace(MUGS, line_id="7"),))
        assert perform(elsewhere, api) == Answered(told=Told.REFUSED, reason="unknown_order")
        assert perform(other_line, api) == Answered(told=Told.REFUSED, reason="unknown_line")
    assert look(elsewhere, "", api).reason == "unknown_order"
    assert look(other_line, "", api).reason == "unknown_line"


# --- what goes wrong


ALL = [SHIP, call("tracking", parcel=replace(PARCEL, external_ids=("1",))), CANCEL, call("cancel_lines")]


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.name)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
def test_f42_f45_f46_what_goes_wrong_is_told_by_its_kind(
    line: Faulty, api: Api, made: Call, fault: Fault, error: type[ApiError]
) -> None:
    line.plan(fault, path="/retailer/")

    with pytest.raises(error):
        perform(made, api)


def test_f42_how_long_to_wait_is_passed_on(bol: BolSimulator, api: Api) -> None:
    bol.requests_a_minute = 1

    with pytest.raises(RateLimitedError) as raised:
        done(api, SHIP)

    assert raised.value.again_after == timedelta(seconds=20)


def test_f45_a_problem_in_a_success_is_a_refusal(bol: BolSimulator, api: Api) -> None:
    problem = b'{"title": "Bad", "status": 400, "violations": [{"name": "quantity", "reason": "too many"}]}'

    def answer(request: HttpRequest) -> HttpAnswer:
        is_cancellation = request.method == "PUT"
        return HttpAnswer(status=202, body=problem) if is_cancellation else bol(request)

    with pytest.raises(RefusedError, match="error_in_success"):
        perform(CANCEL, replace(api, transport=answer))


def test_f46_an_ended_token_is_asked_for_once_more(bol: BolSimulator, api: Api, recording: Recording) -> None:
    perform(SHIP, api)
    bol.end_tokens()

    assert look(SHIP, "", api).told is Told.CONFIRMED
    assert sum("/token" in request.url for request in recording.requests) == 2
    assert recording.requests[0].url == "https://login.bol.com/token"


def test_f46_a_token_is_kept_and_renewed_before_it_ends(api: Api, recording: Recording, clock: Clock) -> None:
    perform(SHIP, api)
    look(SHIP, "", api)
    assert sum("/token" in request.url for request in recording.requests) == 1

    clock.at += timedelta(seconds=275)
    look(SHIP, "", api)
    assert sum("/token" in request.url for request in recording.requests) == 2


def test_f46_a_client_that_bol_does_not_know_needs_new_credentials(api: Api) -> None:
    api.credentials = {"client_id": "example-client", "client_secret": "of yesterday"}

    with pytest.raises(AuthError):
        perform(SHIP, api)


def test_a_connection_without_credentials_says_which_one_is_missing(api: Api) -> None:
    api.credentials = {"client_id": "example-client"}

    with pytest.raises(MissingCredentialError, match="client_secret"):
        perform(SHIP, api)
