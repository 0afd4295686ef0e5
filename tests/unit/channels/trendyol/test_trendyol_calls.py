"""What Trendyol is told, against the simulated one."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Recording
from local.channels.trendyol import Trendyol
from shared.adapters import calls_of, capabilities_of
from shared.channels.trendyol import calls
from shared.channels.trendyol.calls import CARRIERS, look, perform
from shared.orders.effects import CALLS
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
    UnreadableAnswerError,
)

MUGS = Piece(line_id="10011", quantity=2, sku="KUPA")
PEN = Piece(line_id="10012", quantity=1, sku="KALEM")
PARCEL = Parcel(id="1", tracking_number="YK123", carrier="yurtici", carrier_code="YKMP")


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id="1001", reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


READY, SHIP, TRACKING = call("ready"), call("ship", is_rest=True), call("tracking")
CANCEL = call("cancel", parcel=None, reason="out_of_stock")
ONE_MUG = call("cancel_lines", parcel=None, pieces=(replace(MUGS, quantity=1),), reason="price")


@pytest.fixture(autouse=True)
def _placed(trendyol: Trendyol) -> None:
    trendyol.place("1001")


@pytest.fixture
def paying(api: Api) -> Api:
    """The API of a seller with a carrier of his own."""
    api.options = {"seller_id": "2738", "seller_pays": "yes"}
    return api


def package(trendyol: Trendyol) -> dict[str, Any]:
    [found] = trendyol.of("1001")
    return found


def statuses(trendyol: Trendyol) -> list[str]:
    return [entry["status"] for entry in trendyol.of("1001")]


def sent(recording: Recording) -> list[tuple[str, Any]]:
    return [
        (request.url.partition("/shipment-packages/")[2].partition("/")[2], json.loads(request.body))
        for request in recording.requests
        if request.method == "PUT"
    ]


def made_in_doubt(api: Api, made: Call) -> Answered:
    """Make a call that gets no answer, ask, and make it again where it was not done."""
    with pytest.raises((NoAnswerError, UnavailableError)):
        perform(made, api)
    found = look(made, "", api)
    return perform(made, api) if found.told is Told.UNSEEN else found


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("trendyol")

    assert module.REPEATABLE <= capabilities_of("trendyol").calls <= CALLS
    assert set(calls._PERFORM) == set(calls._LOOK) == capabilities_of("trendyol").calls


def test_every_request_names_the_seller_and_his_region(recording: Recording, api: Api) -> None:
    api.options = {"seller_id": "2738", "store_front": "DE"}
    perform(READY, api)

    for request in recording.requests:
        assert request.headers["User-Agent"] == "2738 - SelfIntegration"
        assert request.headers["storeFrontCode"] == "DE"


def test_a_package_that_is_ready_is_picking(trendyol: Trendyol, recording: Recording, api: Api) -> None:
    answered = perform(READY, api)

    package_id = str(package(trendyol)["shipmentPackageId"])
    assert answered == Answered(told=Told.PENDING, external_id=package_id, ticket=package_id)
    assert sent(recording) == [
        (
            "",
            {
                "lines": [{"lineId": 10011, "quantity": 2}, {"lineId": 10012, "quantity": 1}],
                "params": {},
                "status": "Picking",
            },
        )
    ]
    assert look(READY, answered.ticket, api) == Answered(told=Told.CONFIRMED, external_id=package_id)
    assert perform(READY, api).told is Told.CONFIRMED
    assert len(sent(recording)) == 1


def test_a_package_that_left_is_picking_and_then_invoiced(
    trendyol: Trendyol, recording: Recording, api: Api
) -> None:
    answered = perform(SHIP, api)

    assert answered.told is Told.PENDING
    assert [document["status"] for _, document in sent(recording)] == ["Picking", "Invoiced"]
    assert look(SHIP, answered.ticket, api).told is Told.CONFIRMED
    trendyol.act("1001", "move", status="Delivered")
    assert look(SHIP, answered.ticket, api).told is Told.CONFIRMED


def test_the_number_of_the_sellers_carrier_is_told_where_he_pays(
    trendyol: Trendyol, recording: Recording, paying: Api
) -> None:
    answered = perform(SHIP, paying)

    assert sent(recording)[1] == ("tracking-details", {"cargoSenderNumber": "YK123", "providerCode": "YKMP"})
    assert package(trendyol)["cargoSenderNumber"] == "YK123"
    assert look(SHIP, answered.ticket, paying).told is Told.CONFIRMED


@pytest.mark.parametrize("parcel", [replace(PARCEL, carrier_code=""), replace(PARCEL, tracking_number="")])
def test_a_number_without_a_carrier_or_a_carrier_without_a_number_is_not_told(
    parcel: Parcel, trendyol: Trendyol, paying: Api
) -> None:
    answered = perform(replace(SHIP, parcel=parcel), paying)

    assert package(trendyol)["cargoSenderNumber"] is None
    assert look(replace(SHIP, parcel=parcel), answered.ticket, paying).told is Told.CONFIRMED


def test_a_new_number_is_told_and_read_back(trendyol: Trendyol, paying: Api) -> None:
    perform(SHIP, paying)
    newer = replace(TRACKING, parcel=replace(PARCEL, tracking_number="YK456"))
    assert look(newer, "", paying).told is Told.UNSEEN

    answered = perform(newer, paying)
    assert answered.told is Told.PENDING
    assert look(newer, answered.ticket, paying).told is Told.CONFIRMED
    assert perform(newer, paying).told is Told.CONFIRMED


def test_f44_a_number_of_a_package_that_left_is_refused(trendyol: Trendyol, paying: Api) -> None:
    perform(SHIP, paying)
    trendyol.act("1001", "move", status="Shipped")

    with pytest.raises(RefusedError, match=r"tracking\.not\.updatable"):
        perform(replace(TRACKING, parcel=replace(PARCEL, tracking_number="YK456")), paying)


def test_a_parcel_with_trendyols_number_gets_no_other(api: Api) -> None:
    assert perform(TRACKING, api) == Answered(told=Told.REFUSED, reason="carrier_of_trendyol")


def test_a_package_is_found_by_its_id_else_by_what_is_in_it(trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "split", pieces={10011: 1})
    small, rest = trendyol.of("1001")[1:]
    one = replace(READY, pieces=(replace(MUGS, quantity=1),))
    named = replace(READY, parcel=replace(PARCEL, external_ids=(str(rest["shipmentPackageId"]),)))

    assert perform(one, api).external_id == str(small["shipmentPackageId"])
    assert perform(named, api).external_id == str(rest["shipmentPackageId"])
    assert statuses(trendyol) == ["UnPacked", "Picking", "Picking"]


@pytest.mark.parametrize("made", [READY, SHIP])
def test_a_package_that_trendyol_does_not_have_is_refused(made: Call, api: Api) -> None:
    other = replace(made, pieces=(replace(MUGS, quantity=1),))

    assert perform(other, api) == Answered(told=Told.REFUSED, reason="no_such_package")
    assert perform(replace(made, order_id="999"), api).reason == "no_such_package"
    assert look(other, "", api).told is Told.REFUSED


@pytest.mark.parametrize("made", [READY, SHIP])
def test_what_is_awaiting_its_payment_must_not_be_shipped(made: Call, trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "move", status="Awaiting")

    assert perform(made, api) == Answered(told=Told.REFUSED, reason="awaiting_payment")
    assert statuses(trendyol) == ["Awaiting"]


@pytest.mark.parametrize("made", [READY, SHIP])
def test_f44_a_package_that_was_canceled_is_refused(made: Call, trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "cancel")

    assert perform(made, api) == Answered(told=Told.REFUSED, reason="package_canceled")


def test_an_order_that_cannot_be_supplied_is_called_off(
    trendyol: Trendyol, recording: Recording, api: Api
) -> None:
    answered = perform(CANCEL, api)

    assert sent(recording) == [
        (
            "items/unsupplied",
            {"lines": [{"lineId": 10011, "quantity": 2}, {"lineId": 10012, "quantity": 1}], "reasonId": 500},
        )
    ]
    assert statuses(trendyol) == ["UnSupplied"]
    assert look(CANCEL, answered.ticket, api) == Answered(told=Told.CONFIRMED, ticket=answered.ticket)


def test_pieces_are_called_off_once_more_and_each_time_seen(trendyol: Trendyol, api: Api) -> None:
    first = perform(ONE_MUG, api)
    assert look(ONE_MUG, first.ticket, api).told is Told.CONFIRMED
    again = look(ONE_MUG, "10011=2", api)
    assert again.told is Told.UNSEEN

    second = perform(ONE_MUG, api)
    assert look(ONE_MUG, second.ticket, api).told is Told.CONFIRMED
    assert statuses(trendyol) == ["UnPacked", "UnSupplied", "UnPacked", "UnSupplied", "Created"]


def test_pieces_in_several_packages_are_called_off_in_each(trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "split", pieces={10011: 1})
    answered = perform(CANCEL, api)

    assert statuses(trendyol) == ["UnPacked", "UnSupplied", "UnSupplied"]
    assert look(CANCEL, answered.ticket, api).told is Told.CONFIRMED


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("made", [READY, ONE_MUG, CANCEL])
def test_f43_what_was_done_is_found_and_not_done_twice(
    fault: Fault, made: Call, trendyol: Trendyol, faulty: Faulty, recording: Recording, api: Api
) -> None:
    faulty.plan(fault, method="PUT")

    assert made_in_doubt(api, made).told is Told.CONFIRMED
    assert len(sent(recording)) == 1


@pytest.mark.parametrize("made", [READY, SHIP, ONE_MUG, CANCEL])
def test_f43_what_was_not_done_is_done(made: Call, faulty: Faulty, api: Api) -> None:
    faulty.plan(Fault.TIMEOUT_BEFORE, method="PUT")

    answered = made_in_doubt(api, made)
    assert answered.told is Told.PENDING
    assert look(made, answered.ticket, api).told is Told.CONFIRMED


def test_f43_a_shipment_that_was_half_told_is_told_to_its_end(
    trendyol: Trendyol, faulty: Faulty, paying: Api
) -> None:
    faulty.plan(Fault.TIMEOUT_AFTER, method="PUT", path="tracking-details")

    assert made_in_doubt(paying, SHIP).told is Told.PENDING
    assert (package(trendyol)["status"], package(trendyol)["cargoSenderNumber"]) == ("Invoiced", "YK123")


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.TIMEOUT_BEFORE, Fault.FORBIDDEN])
def test_f43_pieces_that_were_called_off_in_one_package_of_two_are_never_called_off_twice(
    fault: Fault, trendyol: Trendyol, faulty: Faulty, recording: Recording, api: Api
) -> None:
    """Certain of the second request alone: the whole call made again would take pieces of what is left."""
    trendyol.of("1001")[0]["lines"][0]["quantity"] = 5
    trendyol.act("1001", "split", pieces={10011: 1})
    made = replace(ONE_MUG, pieces=(replace(MUGS, canceled=2),))
    faulty.plan(fault, method="PUT", path="items/unsupplied", after=1)

    with pytest.raises(NoAnswerError):
        perform(made, api)
    assert look(made, "", api).told is Told.UNKNOWABLE
    assert look(made, "10011=2", api) == Answered(told=Told.PENDING, ticket="10011=2")
    assert [lines["lines"][0]["quantity"] for _, lines in sent(recording)] == [1, 1]


def test_an_order_of_which_one_package_was_called_off_is_called_off_to_its_end(
    trendyol: Trendyol, faulty: Faulty, api: Api
) -> None:
    trendyol.act("1001", "split", pieces={10011: 1})
    faulty.plan(Fault.RATE_LIMIT, method="PUT", path="items/unsupplied", after=1)

    answered = made_in_doubt(api, CANCEL)
    assert look(CANCEL, answered.ticket, api).told is Told.CONFIRMED


@pytest.mark.parametrize(
    ("canceled", "told"), [(1, Told.CONFIRMED), (2, Told.UNSEEN), (None, Told.CONFIRMED)]
)
def test_an_equal_cancellation_before_is_not_taken_for_this_one(
    canceled: int | None, told: Told, api: Api
) -> None:
    perform(ONE_MUG, api)
    second = replace(ONE_MUG, pieces=(replace(MUGS, quantity=1, canceled=canceled),))

    assert look(second, "", api).told is told


def test_more_canceled_pieces_than_asked_for_are_not_only_ours(trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "cancel")

    assert look(ONE_MUG, "", api).told is Told.UNKNOWABLE
    assert look(CANCEL, "", api).told is Told.CONFIRMED


@pytest.mark.parametrize("made", [ONE_MUG, CANCEL])
def test_f44_what_has_left_cannot_be_called_off(made: Call, trendyol: Trendyol, api: Api) -> None:
    trendyol.act("1001", "move", status="Shipped")

    assert perform(made, api) == Answered(told=Told.REFUSED, reason="nothing_to_cancel")


@pytest.mark.parametrize(
    ("reason", "told"), [("out_of_stock", 500), ("price", 502), ("", 500), ("other", 500), ("506", 506)]
)
def test_a_reason_is_told_by_trendyols_number(reason: str, told: int, recording: Recording, api: Api) -> None:
    perform(replace(CANCEL, reason=reason), api)

    assert sent(recording)[0][1]["reasonId"] == told


@pytest.mark.parametrize(("code", "told"), [("506", 506), ("507", 507), ("STOCK", "STOCK")])
def test_the_connections_own_code_is_told_as_it_is(
    code: str, told: object, recording: Recording, api: Api
) -> None:
    with suppress(RefusedError):
        perform(replace(CANCEL, reason_code=code), api)

    assert sent(recording)[0][1]["reasonId"] == told


@pytest.mark.parametrize("made", [READY, SHIP, CANCEL])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.SERVER_ERROR, UnavailableError),
        (Fault.UNAUTHORIZED, AuthError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.ERROR_IN_OK, UnreadableAnswerError),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_f42_to_f46_what_was_not_done_is_no_success(
    made: Call, fault: Fault, error: type[ApiError], method: str, faulty: Faulty, api: Api
) -> None:
    faulty.plan(fault, method=method)

    with pytest.raises(error) as raised:
        perform(made, api)
    if fault is Fault.RATE_LIMIT:
        assert raised.value.again_after == timedelta(seconds=30)


def test_a_credential_that_is_missing_is_named(api: Api) -> None:
    api.credentials = {"api_key": "x"}

    with pytest.raises(MissingCredentialError, match="api_secret"):
        perform(READY, api)


def test_the_codes_are_those_that_are_documented() -> None:
    documented = "YKMP ARASMP SURATMP HOROZMP DHLECOMMP PTTMP CEVAMP TEXMP KOLAYGELSINMP CEVATEDARIK"

    assert set(CARRIERS.values()) <= set(documented.split())
