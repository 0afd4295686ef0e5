"""What WooCommerce is told, against the simulated shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Recording
from local.channels.woocommerce import WooCommerce
from shared.adapters import calls_of, capabilities_of
from shared.channels.woocommerce import calls
from shared.channels.woocommerce.calls import look, perform
from shared.orders.effects import CALLS
from shared.orders.facts import Restock
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

MUGS = Piece(line_id="5001", quantity=2, sku="MUG")
PEN = Piece(line_id="5002", quantity=1, sku="PEN")
PARCEL = Parcel(
    id="1",
    tracking_number="00340434161094000007",
    carrier="dhl",
    carrier_code="dhl",
    tracking_url="https://tracking.example.com/?number=00340434161094000007",
)


def call(name: str, **more: object) -> Call:
    plain = Call(name=name, order_id="500", reference=f"{name:0<32}", pieces=(MUGS, PEN), parcel=PARCEL)
    return replace(plain, **more)  # type: ignore[arg-type]


SHIP = call("ship", is_rest=True)
REFUND = call("refund", pieces=(), parcel=None, money=Money(id="r1", amount=Decimal("5.00"), currency="EUR"))


@pytest.fixture(autouse=True)
def _placed(shop: WooCommerce) -> None:
    shop.place("500")
    shop.events.clear()


def meta(shop: WooCommerce, key: str) -> list[object]:
    return [m["value"] for made in shop.fulfillments[500] for m in made["meta_data"] if m["key"] == key]


def done(api: Api, made: Call, then: Call | None = None) -> Answered:
    """Make a call that gets no answer, ask, and make it again where it was not done."""
    with pytest.raises(NoAnswerError):
        perform(made, api)
    found = look(then or made, "", api)
    return perform(made, api) if found.told is Told.UNSEEN else found


def test_the_adapter_keeps_the_protocol() -> None:
    module: CallsModule = calls_of("woocommerce")

    assert module.REPEATABLE < capabilities_of("woocommerce").calls <= CALLS
    assert set(calls._PERFORMS) == set(calls._LOOKS) == capabilities_of("woocommerce").calls


def test_a_package_is_a_fulfillment_with_its_lines_and_its_tracking(shop: WooCommerce, api: Api) -> None:
    answered = perform(call("ship", pieces=(MUGS,)), api)

    [made] = shop.fulfillments[500]
    assert answered == Answered(told=Told.CONFIRMED, external_id=str(made["id"]))
    assert (made["status"], made["is_fulfilled"]) == ("fulfilled", True)
    assert meta(shop, "_items") == [[{"item_id": 5001, "qty": 2}]]
    assert meta(shop, "_tracking_number") == ["00340434161094000007"]
    assert meta(shop, "_shipment_provider") == ["dhl"]
    assert meta(shop, "_tracking_url") == [PARCEL.tracking_url]
    assert shop.orders[500]["status"] == "processing"


def test_the_last_package_completes_the_order(shop: WooCommerce, api: Api) -> None:
    perform(call("ship", pieces=(MUGS,), reference="a" * 32), api)
    perform(call("ship", pieces=(PEN,), reference="b" * 32, is_rest=True), api)

    assert meta(shop, "_items") == [[{"item_id": 5001, "qty": 2}], [{"item_id": 5002, "qty": 1}]]
    assert shop.orders[500]["status"] == "completed"
    assert [event.topic for event in shop.events] == ["order.updated"] * 3


def test_the_customer_is_not_written_to_by_the_shop(api: Api, recording: Recording) -> None:
    perform(SHIP, api)

    [made] = [request for request in recording.requests if request.method == "POST"]
    assert json.loads(made.body)["notify_customer"] is False


@pytest.mark.parametrize("path", ["/fulfillments", "/orders/500"])
@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE])
def test_f43_a_shipment_without_an_answer_is_asked_for_and_made_once(
    shop: WooCommerce, line: Faulty, api: Api, fault: Fault, path: str
) -> None:
    line.plan(fault, method="POST" if path == "/fulfillments" else "PUT", path=path)

    answered = done(api, SHIP)

    assert answered.told is Told.CONFIRMED
    assert len(shop.fulfillments[500]) == 1
    assert shop.orders[500]["status"] == "completed"


def test_f43_a_shipment_that_failed_after_it_was_made_is_not_made_again(
    shop: WooCommerce, line: Faulty, api: Api
) -> None:
    line.plan(Fault.SERVER_ERROR_AFTER, method="POST")

    with pytest.raises(UnavailableError):
        perform(SHIP, api)
    perform(SHIP, api)

    assert len(shop.fulfillments[500]) == 1


def test_a_shop_without_fulfillments_is_told_by_a_note_and_the_answer_says_so(
    shop: WooCommerce, api: Api
) -> None:
    shop.has_fulfillments = False

    assert perform(SHIP, api) == Answered(told=Told.CONFIRMED, reason="degraded:order_note")
    assert (
        perform(SHIP, api)
        == look(SHIP, "", api)
        == Answered(told=Told.CONFIRMED, reason="degraded:order_note")
    )

    [note] = shop.notes[500]
    assert "2 x MUG, 1 x PEN, dhl, 00340434161094000007" in note["note"]
    assert note["customer_note"] is False
    assert shop.orders[500]["status"] == "completed"


def test_an_order_that_the_shop_does_not_know_is_no_reason_for_a_note(shop: WooCommerce, api: Api) -> None:
    with pytest.raises(RefusedError, match="woocommerce_rest_order_invalid_id"):
        perform(call("ship", order_id="501"), api)

    assert shop.notes == {}


def test_more_pieces_than_were_ordered_are_refused(api: Api) -> None:
    with pytest.raises(RefusedError, match="invalid_fulfillment_items"):
        perform(call("ship", pieces=(replace(MUGS, quantity=3),)), api)


def test_new_tracking_changes_the_package_and_nothing_else(shop: WooCommerce, api: Api) -> None:
    made = perform(SHIP, api)
    new = replace(PARCEL, tracking_number="1Z999AA10123456784", carrier_code="ups", tracking_url="")

    answered = perform(call("tracking", parcel=new), api)

    assert answered == made == look(call("tracking", parcel=new), "", api)
    assert meta(shop, "_tracking_number") == ["1Z999AA10123456784"]
    assert meta(shop, "_shipment_provider") == ["ups"]
    assert meta(shop, "_items") == [[{"item_id": 5001, "qty": 2}, {"item_id": 5002, "qty": 1}]]


def test_tracking_of_a_package_that_the_shop_completed_by_itself_makes_its_fulfillment(
    shop: WooCommerce, api: Api
) -> None:
    shop.act("500", "complete")

    perform(call("tracking", parcel=replace(PARCEL, external_ids=("completed",))), api)

    assert meta(shop, "_tracking_number") == ["00340434161094000007"]


def test_a_canceled_package_opens_the_order_again(shop: WooCommerce, api: Api) -> None:
    made = perform(SHIP, api)
    cancel = call("cancel_shipment", parcel=replace(PARCEL, external_ids=(made.external_id,)))

    assert look(cancel, "", api).told is Told.UNSEEN
    assert perform(cancel, api).told is Told.CONFIRMED

    assert shop.fulfillments[500] == []
    assert shop.orders[500]["status"] == "processing"
    assert look(cancel, "", api).told is Told.CONFIRMED


def test_a_canceled_order_gives_its_goods_back(shop: WooCommerce, line: Faulty, api: Api) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="PUT")

    assert done(api, call("cancel")).told is Told.CONFIRMED

    assert shop.orders[500]["status"] == "cancelled"
    assert shop.stock("MUG") == 20


def test_a_refund_by_amount_moves_no_money_unless_the_connection_says_so(shop: WooCommerce, api: Api) -> None:
    perform(REFUND, api)
    api.options = {"api_refund": "yes"}
    perform(replace(REFUND, reference="b" * 32), api)

    assert [refund["refunded_payment"] for refund in shop.refunds[500]] == [False, True]
    assert [refund["amount"] for refund in shop.refunds[500]] == ["5.00", "5.00"]


@pytest.mark.parametrize(("code", "told"), [("", "damaged"), ("Goodwill", "Goodwill")])
def test_a_refund_says_why_in_the_connections_words(
    code: str, told: str, api: Api, recording: Recording
) -> None:
    perform(replace(REFUND, reason="damaged", reason_code=code), api)

    [made] = [json.loads(request.body) for request in recording.requests if request.method == "POST"]
    assert made["reason"] == told


def test_a_refund_by_product_names_lines_and_puts_goods_back(shop: WooCommerce, api: Api) -> None:
    mug = replace(MUGS, quantity=1, restock=Restock.CANCEL, amount=Decimal("10.00"))
    money = Money(id="r1", amount=Decimal("10.00"), currency="EUR")

    perform(replace(REFUND, money=money, pieces=(mug,)), api)

    assert shop.refunds[500][0]["line_items"] == [{"id": 5001, "quantity": 1, "refund_total": 10.0}]
    assert shop.stock("MUG") == 19


def test_f43_a_refund_without_an_answer_is_found_and_not_given_twice(
    shop: WooCommerce, line: Faulty, api: Api
) -> None:
    line.plan(Fault.TIMEOUT_AFTER, method="POST", path="/refunds")

    answered = done(api, REFUND)

    [refund] = shop.refunds[500]
    assert answered == perform(REFUND, api) == Answered(told=Told.CONFIRMED, external_id=str(refund["id"]))
    assert len(shop.refunds[500]) == 1


def test_f44_a_refund_above_what_is_left_is_refused_for_good(shop: WooCommerce, api: Api) -> None:
    shop.act("500", "refund", amount="25.00")

    with pytest.raises(RefusedError, match="amount_above_refundable"):
        perform(REFUND, api)


CALLS_OF_ALL_KINDS = [SHIP, call("tracking"), call("cancel_shipment"), call("cancel"), REFUND]


@pytest.mark.parametrize("made", CALLS_OF_ALL_KINDS, ids=lambda made: made.name)
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


def test_f42_how_long_to_wait_is_passed_on(line: Faulty, api: Api) -> None:
    line.plan(Fault.RATE_LIMIT)

    with pytest.raises(RateLimitedError) as raised:
        perform(SHIP, api)

    assert raised.value.again_after is not None
    assert raised.value.again_after.total_seconds() == 30


def test_f45_an_error_that_comes_as_a_success_counts_by_the_status_inside(
    api: Api, respond: Callable[[str], Api]
) -> None:
    inside = '{"code": "woocommerce_rest_cannot_edit", "message": "Sorry.", "data": {"status": 401}}'

    with pytest.raises(AuthError):
        perform(call("cancel"), respond(inside))
    with pytest.raises(RefusedError, match="woocommerce_rest_cannot_edit"):
        perform(call("cancel"), respond(inside.replace("401", "400")))


def test_a_connection_without_keys_says_which_one_is_missing(api: Api) -> None:
    api.credentials = {"consumer_key": "ck_example"}

    with pytest.raises(MissingCredentialError, match="consumer_secret"):
        perform(SHIP, api)
