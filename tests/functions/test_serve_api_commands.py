"""Commands through the API: carried out once, refused with a reason, never misunderstood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError
from pydantic import TypeAdapter

from shared.api.shapes.orders import CommandOutcome
from shared.api.shapes.problems import Problem
from shared.orders.changes import Outcome
from shared.orders.model import order_id
from tests.support.api import CLERK, OTHER_CLERK, Answer, Api
from tests.support.hub import SECRET, Hub, event_body

ORDER = order_id("shop-one", "920000000000001001")
BEANS, MUG = "920000000000001101", "920000000000001102"
SHIP = {"tracking_number": "1Z999AA10123456784", "carrier": "ups"}
MANUAL = {
    "connection": "shop-one",
    "external_id": "phone-1",
    "seen": {
        "number": "P-1",
        "currency": "EUR",
        "total": "20.00",
        "placed_at": "2026-03-09T10:00:00+01:00",
        "payment_method": "invoice",
        "lines": [{"external_id": "1", "name": "A thing", "quantity": 2, "unit_price": "10.00"}],
        "customer": {"name": "Customer", "email": "buyer@example.com"},
    },
}


@pytest.fixture
def api(hub: Hub) -> Api:
    """A hub with one paid order of 41.17 EUR: two bags of beans, one mug."""
    hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")
    hub.settle()
    return Api(hub)


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def version_of(api: Api) -> int:
    order = api.hub.store.read(ORDER).order
    assert order is not None
    return order.version


# --- carried out


def test_a_command_is_applied_and_its_effects_follow(api: Api) -> None:
    answer = api.command(ORDER, "ship", SHIP)
    assert answer.status == 200
    assert answer.body["outcome"] == "applied"
    TypeAdapter(CommandOutcome).validate_python(answer.body, strict=True, extra="forbid")
    assert answer.body["order"]["status"] == "shipped"
    assert answer.headers["ETag"] == f'"{answer.body["version"]}"' == '"2"'
    assert "mail/shipped/1" in answer.body["effects"]
    api.hub.settle()
    assert len(api.hub.mails()) == 2


def test_p2_a_command_takes_one_read_and_one_write_transaction(api: Api) -> None:
    api.command(ORDER, "cancel_lines", {"lines": [{"line_id": MUG, "quantity": 1}]})
    api.command(ORDER, "ship", SHIP, key="2")
    assert api.hub.last_calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_an_order_is_in_the_list_of_the_status_it_has_now(api: Api) -> None:
    assert [order["id"] for order in api.get("/v1/orders", status="waiting_shipment").body["orders"]] == [
        ORDER
    ]
    assert api.command(ORDER, "ship").status == 200
    assert api.get("/v1/orders", status="waiting_shipment").body["orders"] == []
    assert [order["id"] for order in api.get("/v1/orders", status="shipped").body["orders"]] == [ORDER]


def test_an_order_that_changes_between_two_pages_is_neither_lost_nor_shown_twice(api: Api) -> None:
    for number in range(3):
        body = MANUAL | {"external_id": f"phone-{number}"}
        assert api.post("/v1/orders", body, key=f"order-{number}").status == 201
    first = api.get("/v1/orders", status="waiting_shipment", limit="1")
    shown = first.body["orders"][0]["id"]
    assert api.command(shown, "cancel").status == 200
    rest = api.get("/v1/orders", status="waiting_shipment", cursor=first.body["next"]).body["orders"]
    assert {order["id"] for order in rest} == {*(f"shop-one:phone-{n}" for n in range(3)), ORDER} - {shown}


def test_an_order_is_entered_by_hand(api: Api) -> None:
    answer = api.post("/v1/orders", MANUAL)
    assert (answer.status, answer.headers["Location"]) == (201, "/v1/orders/shop-one:phone-1")
    order = api.get("/v1/orders/shop-one:phone-1").body
    assert (order["status"], order["total"], order["number"]) == ("waiting_shipment", "20.00", "P-1")
    assert order["placed_at"] == "2026-03-09T09:00:00+00:00"
    assert order["customer"]["name"] == "Customer"
    assert api.post("/v1/orders", MANUAL).headers["Idempotency-Replayed"] == "true"
    assert told(api.post("/v1/orders", MANUAL, key="2")) == (409, "exists")
    elsewhere = MANUAL | {"connection": "no-such-shop"}
    assert told(api.post("/v1/orders", elsewhere, key="3")) == (404, "not_found")


@pytest.mark.parametrize("kind", ["amazon", "bol", "ebay", "kaufland", "mirakl", "trendyol"])
def test_no_order_is_entered_by_hand_where_it_could_meet_one_of_a_marketplaces_own(
    api: Api, kind: str
) -> None:
    api.hub.connect("market", kind)
    refused = api.post("/v1/orders", MANUAL | {"connection": "market"})
    assert told(refused) == (422, "invalid_field:connection")
    assert "a shop" in refused.body["detail"]
    assert api.hub.store.read("market:phone-1").order is None


def test_a_line_that_is_added_keeps_its_name(api: Api) -> None:
    line = {"external_id": "gift-1", "sku": "GIFT", "name": "A gift", "quantity": 1}
    assert api.command(ORDER, "add_line", {"line": line}).status == 200
    lines = {line["id"]: line for line in api.get(f"/v1/orders/{ORDER}").body["lines"]}
    assert lines["gift-1"]["name"] == "A gift"
    assert lines[MUG]["name"] == "Mug - Blue"


def test_an_address_that_is_changed_is_shown_and_kept_out_of_everything_else(api: Api) -> None:
    customer = {"name": "Customer", "shipping": {"street": ["Second Street 2"], "city": "Hamburg"}}
    assert api.command(ORDER, "change_address", {"customer": customer}).status == 200
    assert api.get(f"/v1/orders/{ORDER}").body["customer"]["shipping"]["city"] == "Hamburg"
    places = [item["sk"]["S"] for item in api.hub.items() if "Hamburg" in json.dumps(item)]
    assert places == ["CUSTOMER"]


def test_a_word_that_there_is_not_is_answered_with_those_that_there_are(api: Api) -> None:
    seen: Any = MANUAL["seen"]
    refused = api.post("/v1/orders", MANUAL | {"seen": seen | {"payment_method": "coins-of-mine"}})
    assert told(refused) == (422, "invalid_field:payment_method")
    assert "'invoice'" in refused.body["detail"]
    assert "coins" not in refused.body["detail"]


def test_what_is_not_given_of_the_customer_stays(api: Api) -> None:
    def customer() -> Any:
        return api.get(f"/v1/orders/{ORDER}").body["customer"]

    before = customer()
    assert (before["email"], before["billing"]["city"]) == ("buyer@example.com", "Berlin")
    moved = {"shipping": {"street": ["Second Street 2"], "city": "Hamburg"}}
    assert api.command(ORDER, "change_address", {"customer": moved}, key="1").status == 200
    assert customer() == before | {"shipping": customer()["shipping"]}
    assert (customer()["shipping"]["city"], customer()["shipping"]["postal_code"]) == ("Hamburg", "")
    gone = {"phone": "", "billing": None}
    assert api.command(ORDER, "change_address", {"customer": gone}, key="2").status == 200
    assert (customer()["phone"], customer()["billing"], customer()["email"]) == ("", None, before["email"])
    nothing = api.command(ORDER, "change_address", {"customer": {}}, key="3")
    assert told(nothing) == (422, "missing_field:customer")


def test_a_refund_with_the_id_of_another_is_that_refund(api: Api) -> None:
    body = {"amount": "5.00", "refund_id": "goodwill"}
    assert api.command(ORDER, "refund_amount", body).status == 200
    again = api.command(ORDER, "refund_amount", body, key="other")
    assert (again.status, again.body["outcome"], again.body["reason"]) == (200, "ignored", "duplicate")
    assert api.get(f"/v1/orders/{ORDER}").body["refunded"] == "5.00"


# --- the same again


def test_the_same_key_and_body_get_the_stored_outcome(api: Api) -> None:
    first = api.command(ORDER, "refund_amount", {"amount": "5.00"})
    again = api.command(ORDER, "refund_amount", {"amount": 5})  # spelled otherwise, meant alike
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.get(f"/v1/orders/{ORDER}").body["refunded"] == "5.00"


def test_a_lost_answer_is_found_again_though_the_version_has_moved_on(api: Api) -> None:
    first = api.command(ORDER, "ship", SHIP, if_match='"1"')
    assert api.command(ORDER, "ship", SHIP, if_match='"1"').body == first.body


def test_a_refusal_stays_a_refusal(api: Api) -> None:
    assert told(api.command(ORDER, "accept")) == (409, "illegal_transition")
    again = api.command(ORDER, "accept")
    assert told(again) == (409, "illegal_transition")
    assert "ship" in again.body["allowed"]
    [refused] = [r for r in api.hub.store.history(ORDER) if r.outcome is Outcome.REFUSED]
    assert refused.repeats == 1


def test_b49_the_same_key_for_another_command_is_refused(api: Api) -> None:
    api.command(ORDER, "refund_amount", {"amount": "5.00"})
    for name, body in (
        ("refund_amount", {"amount": "6.00"}),
        ("cancel", {}),
        ("request_refund", {"amount": "5"}),
    ):
        assert told(api.command(ORDER, name, body)) == (422, "idempotency_key_reuse")
    assert api.get(f"/v1/orders/{ORDER}").body["refunded"] == "5.00"
    assert sum(record.repeats for record in api.hub.store.history(ORDER)) == 0


def test_a_key_belongs_to_one_caller_and_one_order(api: Api) -> None:
    assert api.command(ORDER, "refund_amount", {"amount": "5.00"}).status == 200
    assert Api(api.hub, OTHER_CLERK).command(ORDER, "refund_amount", {"amount": "6.00"}).status == 200
    assert api.post("/v1/orders", MANUAL).status == 201
    assert api.get(f"/v1/orders/{ORDER}").body["refunded"] == "11.00"


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201, "schlüssel"])
def test_a_command_needs_a_key(api: Api, key: str | None) -> None:
    answer = api.command(ORDER, "ship", SHIP, key=key)
    assert told(answer) == (400, "missing_idempotency_key" if key is None else "invalid_idempotency_key")
    assert version_of(api) == 1


# --- refused


def test_b47_an_illegal_transition_says_from_where_to_where_and_what_instead(api: Api) -> None:
    api.command(ORDER, "ship", SHIP, key="ship")
    answer = api.command(ORDER, "cancel")
    assert told(answer) == (409, "illegal_transition")
    assert (answer.body["from"], answer.body["to"]) == ("shipped", "canceled")
    assert "refund_amount" in answer.body["allowed"]
    assert "cancel" not in answer.body["allowed"]
    possible = ", ".join(answer.body["allowed"])
    assert answer.body["detail"] == f"cancel is not possible now, the order is shipped. Possible: {possible}."
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["type"] == "urn:orderhub:problem:illegal_transition"
    TypeAdapter(Problem).validate_python(answer.body, strict=True, extra="forbid")


def test_b48_a_stale_version_is_refused_and_nothing_is_stored(api: Api) -> None:
    assert api.command(ORDER, "refund_amount", {"amount": "1.00"}, if_match='"1"').status == 200
    stored = len(api.hub.items())
    answer = api.command(ORDER, "ship", SHIP, key="2", if_match='"1"')
    assert told(answer) == (412, "version_conflict")
    assert answer.body["order_version"] == 2
    assert len(api.hub.items()) == stored
    # The key is still free: the clerk looks again and sends it once more.
    assert api.command(ORDER, "ship", SHIP, key="2", if_match='"2"').status == 200


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"one"', '"1", "2"', '""'])
def test_an_entity_tag_is_understood_or_refused(api: Api, tag: str) -> None:
    assert told(api.command(ORDER, "ship", SHIP, if_match=tag)) == (400, "invalid_if_match")
    assert api.command(ORDER, "ship", SHIP, if_match="*").status == 200


def test_b50_a_refund_is_positive_and_covered_by_what_was_paid(api: Api) -> None:
    def refund(amount: Any) -> tuple[int, str]:
        return told(api.command(ORDER, "refund_amount", {"amount": amount}, key=f"refund-{amount}"))

    assert refund("0") == refund("-1") == refund(0) == refund("0.00") == (422, "invalid_amount")
    assert refund("1.001") == refund("1_0") == refund("1e1") == refund(True) == (422, "invalid_amount")
    assert refund("41.18") == (409, "refund_exceeds_paid")
    assert refund("40.00") == (200, "")
    assert refund("1.18") == (409, "refund_exceeds_paid")
    assert refund("1.17") == (200, "")
    assert refund("0.01") == (409, "refund_exceeds_paid")
    assert api.get(f"/v1/orders/{ORDER}").body["refunded"] == "41.17"


def test_b51_an_unknown_field_is_named(api: Api) -> None:
    for body, code in (
        ({"colour": "red"}, "unknown_field:colour"),
        ({"contents": [{"line_id": MUG, "quantity": 1, "size": 1}]}, "unknown_field:size"),
        ({"buyer@example.com": 1}, "unknown_field:buyer?example.com"),
    ):
        assert told(api.command(ORDER, "ship", body)) == (422, code)
    assert told(api.command(ORDER, "cancel_package", {})) == (422, "missing_field:package_id")
    assert told(api.command(ORDER, "no_such_command", {})) == (404, "not_found")
    assert version_of(api) == 1


def test_what_the_order_does_not_have_is_answered_with_what_it_has(api: Api) -> None:
    def detail(command: str, body: dict[str, Any]) -> str:
        answer = api.command(ORDER, command, body, key=f"key-{len(str(body))}")
        assert answer.status == 422
        return str(answer.body["detail"])

    too_many = {"contents": [{"line_id": BEANS, "quantity": 3}]}
    assert detail("ship", too_many) == f"Open pieces by line: {BEANS}: 2, {MUG}: 1."
    strange = {"contents": [{"line_id": "9", "quantity": 1}]}
    assert detail("ship", strange) == f"The order's lines: {BEANS}, {MUG}."
    assert detail("ship", {"package_id": "7"}) == "The order's packages: none."
    assert "order_received" in detail("resend", {"effect_key": "mail/order_recieved"})
    assert "unpark" not in detail("resend", {"effect_key": "unpark/order"})


def test_a_long_list_of_what_there_is_is_cut(api: Api) -> None:
    lines = [{"external_id": str(n), "quantity": 1, "unit_price": "1.00"} for n in range(100, 125)]
    seen: Any = MANUAL["seen"]
    entered = MANUAL | {"seen": {**seen, "total": "25.00", "lines": lines}}
    assert api.post("/v1/orders", entered).status == 201
    strange = {"contents": [{"line_id": "9", "quantity": 1}]}
    answer = api.command("shop-one:phone-1", "ship", strange, key="another")
    assert answer.body["detail"].endswith(" 118, 119, ….")


def test_a_command_that_the_channel_is_not_told_of_says_so_in_words(api: Api) -> None:
    notes = api.command(ORDER, "refund_amount", {"amount": "1.00"}).body["notes"]
    texts = {note["outcome"]: note["text"] for note in notes}
    assert "refund it there" in texts["degraded"]
    assert texts["applied"] == ""
    history = api.get(f"/v1/orders/{ORDER}/history").body["history"]
    assert history[-1]["notes"] == notes


def test_a_command_that_there_is_not_is_answered_with_those_that_there_are(api: Api) -> None:
    assert "cancel_lines, " in api.command(ORDER, "no_such_command", {}).body["detail"]


def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    body = {"lines": [{"line_id": "", "quantity": 0}], "reason": "a text for people"}
    answer = api.command(ORDER, "cancel_lines", body)
    assert answer.body["errors"] == [
        {"code": "invalid_field:reason", "field": "reason"},
        {"code": "invalid_id", "field": "lines.0.line_id"},
        {"code": "invalid_quantity", "field": "lines.0.quantity"},
    ]


def test_b57_a_tracking_number_is_no_script_no_novel_no_second_line(api: Api) -> None:
    for number in ("<script>", "1" * 500, "1Z999\n", "1Z999\r\nBcc: x@y", "12", "ıı١٢٣", "1Z99 ", 123456):
        answer = api.command(ORDER, "ship", {"tracking_number": number})
        assert told(answer) == (422, "invalid_tracking"), number
    assert api.command(ORDER, "ship", {"tracking_number": "00 3404 3416 1094-1"}).status == 200


def test_b58_a_tracking_address_is_https_at_a_carrier(api: Api) -> None:
    for url in (
        "javascript:alert(1)",
        "http://169.254.169.254/",
        "//evil",
        "http://www.dhl.de/1",
        "https://dhl.de.example.com/1",
        "https://user@dhl.de/",
        "https://example.com/",
    ):
        assert told(api.command(ORDER, "ship", SHIP | {"tracking_url": url})) == (422, "invalid_url"), url
    allowed = SHIP | {"tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784"}
    assert api.command(ORDER, "ship", allowed).status == 200


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "invalid_json"),
        ("[]", "invalid_body"),
        ('"ship"', "invalid_body"),
        ('{"amount": "1.00", "amount": "41.00"}', "duplicate_key"),
        ('{"amount": NaN}', "invalid_number"),
        ('{"amount": ' + "1" * 50 + "}", "invalid_number"),
        ("[" * 2000 + "]" * 2000, "too_deep"),
        ('{"amount": "1.00", "reason": "' + "x" * 300_000 + '"}', "body_too_large"),
        ('{"amount": "\\ud800"}', "invalid_unicode"),
    ],
)
def test_a_body_is_strict_json(api: Api, raw: str, code: str) -> None:
    assert api.command(ORDER, "refund_amount", raw=raw).code == code
    assert version_of(api) == 1


def test_a_body_is_said_to_be_json(api: Api) -> None:
    answer = api.command(ORDER, "refund_amount", {"amount": "1.00"}, media_type="text/plain")
    assert told(answer) == (415, "unsupported_media_type")
    assert api.command(ORDER, "cancel", media_type="").status == 200  # nothing to say, nothing to declare


def test_what_is_asked_of_an_unknown_order_is_not_stored(api: Api) -> None:
    before = len(api.hub.items())
    assert told(api.command("shop-one:404", "cancel")) == (404, "not_found")
    assert len(api.hub.items()) == before


# --- who and how


def test_s10_logs_hold_neither_the_order_nor_who_asks(
    api: Api, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    api.get(f"/v1/orders/{ORDER}")
    api.command(ORDER, "cancel", {"reason": "x", "buyer@example.com": 1})
    written = capsys.readouterr().out + "".join(str(vars(record)) for record in caplog.records)
    for secret in ("buyer", "Berlin", "Customer", CLERK["sub"], SECRET):
        assert secret not in written
    assert "unknown_field" in written


@pytest.fixture
def silent_ssm(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def without_ssm(client: Any, operation: str, parameters: Any) -> Any:
        if operation.endswith("Parameter"):
            raise EndpointConnectionError(endpoint_url="https://ssm.example.com")
        return call(client, operation, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", without_ssm)
        yield


@pytest.mark.usefixtures("silent_ssm")
def test_s18_without_the_cursors_key_no_page_is_turned(api: Api) -> None:
    assert api.post("/v1/orders", MANUAL).status == 201
    answer = api.get("/v1/orders", limit="1")
    assert told(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert api.get("/v1/orders").status == 200


def test_p10_a_page_takes_one_query_and_one_batch(api: Api) -> None:
    api.post("/v1/orders", MANUAL)
    api.get("/v1/orders", limit="1")
    # And the key that the cursor is signed with, made here for the first time.
    assert api.hub.last_calls == {"Query": 1, "BatchGetItem": 1, "GetParameter": 1, "PutParameter": 1}
    api.get("/v1/orders", limit="1", status="waiting_shipment")
    assert api.hub.last_calls == {"Query": 1, "BatchGetItem": 1}


def test_reading_an_order_takes_two_calls_and_its_connection_once_a_minute(api: Api) -> None:
    api.get(f"/v1/orders/{ORDER}")
    assert api.hub.last_calls == {"BatchGetItem": 1, "Query": 1}
