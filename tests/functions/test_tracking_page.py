"""The page behind the link in a mail: shown to whoever has the link, asked by whoever knows the order."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.orders.facts import ReturnWord
from shared.pages.tokens import read_token, write_token
from shared.runtime import resources
from shared.runtime.events import UnexpectedEventError
from tests.support.hub import Hub, document, event_body

SHOP = "shopify/orders_create.json"
SHIPPED = "shopify/orders_updated_shipped.json"


def shipped(host: str = "www.dhl.de") -> bytes:
    return event_body(SHIPPED).replace(b"tracking.example.com", host.encode())


@pytest.fixture
def order(hub: Hub) -> str:
    """An order that was shipped."""
    hub.connect(
        "shop-one", "shopify", time_zone="Europe/Berlin", colour="#0a6b5e", reply_to="shop@example.com"
    )
    hub.post("shop-one", event_body(SHOP), "orders/create")
    hub.settle()
    hub.post("shop-one", shipped(), "orders/updated")
    hub.settle()
    return f"shop-one:{document(event_body(SHOP))['id']}"


def event(token: str, form: dict[str, str] | None = None, *, raw: str | None = None) -> dict[str, Any]:
    body = raw if raw is not None else None if form is None else urlencode(form)
    found: dict[str, Any] = {
        "version": "2.0",
        "rawPath": f"/track/{token}",
        "pathParameters": {"token": token},
        "headers": {},
        "requestContext": {"http": {"method": "GET" if body is None else "POST"}, "requestId": "r"},
        "isBase64Encoded": body is not None,
    }
    return found | ({"body": base64.b64encode(body.encode()).decode()} if body is not None else {})


def token_of(order: str) -> str:
    return write_token(order, resources.page_key()())


def get(hub: Hub, order: str) -> Any:
    return hub.invoke("show_tracking", event(token_of(order)))


def ask(hub: Hub, order: str, **fields: str) -> Any:
    said = {"number": "#1001", "secret": "buyer@example.com", "reason": "damaged", "version": "2"}
    chosen = {name.replace("line_", "line:"): value for name, value in fields.items()}
    return hub.invoke("show_tracking", event(token_of(order), said | chosen))


def a_line(hub: Hub, order: str) -> str:
    found = hub.store.read(order).order
    assert found is not None
    return found.packages[0].contents[0][0]


def returns(hub: Hub, order: str) -> list[tuple[str, int, ReturnWord]]:
    found = hub.store.read(order).order
    assert found is not None
    return [(entry.line_id, entry.quantity, entry.word) for entry in found.returns]


def test_the_page_shows_parcel_link_and_history_and_nothing_of_the_customer(hub: Hub, order: str) -> None:
    answer = get(hub, order)
    html = answer["body"]
    assert answer["statusCode"] == 200
    found = hub.store.read_full(order)
    assert found is not None
    assert found.customer is not None
    assert found.customer.shipping is not None
    assert found.order.packages[0].tracking_number in html
    assert "On its way to you" in html
    [link] = re.findall(r'<a class="button" href="([^"]+)"', html)
    assert link.startswith("https://www.dhl.de/")
    shipping = found.customer.shipping
    for secret in (found.customer.email, shipping.name, *shipping.street, shipping.postal_code):
        assert secret
        assert secret not in html


def test_a_link_to_a_stranger_is_left_out(hub: Hub) -> None:
    hub.post("shop-one", event_body(SHOP), "orders/create")
    hub.settle()
    hub.post("shop-one", shipped("tracking.example.com"), "orders/updated")
    hub.settle()
    html = get(hub, f"shop-one:{document(event_body(SHOP))['id']}")["body"]
    assert "tracking.example.com" not in html


def test_the_page_runs_nothing_and_is_kept_and_indexed_by_nobody(hub: Hub, order: str) -> None:
    answer = get(hub, order)
    headers = answer["headers"]
    assert "<script" not in answer["body"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_shipped_mail_links_to_the_page(hub: Hub, order: str) -> None:
    mail = hub.mails()[-1]
    [token] = set(re.findall(r"/track/([\w-]+)", str(vars(mail))))
    assert read_token(token, resources.page_key()()) == order


@pytest.mark.parametrize("token", ["", "x", "A" * 60, "é", "A" * 3_000, "../orders", "%2e%2e"])
def test_a_link_that_is_not_ours_leads_to_the_same_plain_page(hub: Hub, token: str) -> None:
    answer = hub.invoke("show_tracking", event(token))
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        ("sv, de;q=0.5", "de"),
        ("*", "en"),
        ("", "en"),
        (";;,,", "en"),
        (None, "en"),
    ],
)
def test_a_link_that_leads_nowhere_says_so_in_the_readers_language(
    hub: Hub, wanted: str | None, spoken: str
) -> None:
    answer = hub.invoke("show_tracking", event("x") | {"headers": {"accept-language": wanted}})
    assert answer["statusCode"] == 404
    assert f'<html lang="{spoken}">' in answer["body"]


def test_an_erased_order_is_told_in_the_readers_language_and_the_page_in_the_customers(
    hub: Hub, order: str
) -> None:
    from datetime import timedelta

    asked = event(token_of(order)) | {"headers": {"accept-language": "pl"}}
    assert '<html lang="pl">' not in hub.invoke("show_tracking", asked)["body"]
    hub.run_deadlines(hub.now + timedelta(days=200))
    assert '<html lang="pl">' in hub.invoke("show_tracking", asked)["body"]


def test_nobody_makes_a_link_to_another_order_out_of_their_own(hub: Hub, order: str) -> None:
    token = token_of(order)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    other = base64.urlsafe_b64encode(raw[:16] + b"shop-one:2").decode().rstrip("=")
    unknown = hub.invoke("show_tracking", event(token_of("shop-one:2")))
    forged = hub.invoke("show_tracking", event(other))
    assert forged["statusCode"] == unknown["statusCode"] == 404
    assert forged["body"] == unknown["body"]


def test_after_the_erasure_the_link_leads_nowhere(hub: Hub, order: str) -> None:
    from datetime import timedelta

    hub.run_deadlines(hub.now + timedelta(days=200))
    answer = get(hub, order)
    assert answer["statusCode"] == 410
    assert "1001" not in answer["body"]
    assert ask(hub, order)["statusCode"] == 410


def test_who_knows_the_order_asks_for_a_return_once_however_often_it_is_sent(hub: Hub, order: str) -> None:
    line = a_line(hub, order)
    answers = [ask(hub, order, **{f"line_{line}": "1"}) for _ in range(3)]
    assert [answer["statusCode"] for answer in answers] == [200, 200, 200]
    assert "We have your request" in answers[0]["body"]
    assert returns(hub, order) == [(line, 1, ReturnWord.REQUESTED)]
    [record] = [record for record in hub.store.history(order) if record.command == "request_return"]
    assert (record.source, record.actor) == ("tracking_page", "customer")


@pytest.mark.parametrize("secret", [" BUYER@example.com ", "20095"])
def test_the_mail_address_or_the_postal_code_is_enough_however_it_is_typed(
    hub: Hub, order: str, secret: str
) -> None:
    full = hub.store.read_full(order)
    assert full is not None
    assert full.customer is not None
    assert full.customer.shipping is not None
    if secret.isdigit():
        secret = f" {full.customer.shipping.postal_code} "
    line = a_line(hub, order)
    assert ask(hub, order, secret=secret, number="1001", **{f"line_{line}": "1"})["statusCode"] == 200


@pytest.mark.parametrize(
    "wrong", [{"number": "#1002"}, {"secret": "somebody@example.com"}, {"secret": ""}, {"number": ""}]
)
def test_who_does_not_know_the_order_gets_no_return(hub: Hub, order: str, wrong: dict[str, str]) -> None:
    answer = ask(hub, order, **wrong, **{f"line_{a_line(hub, order)}": "1"})
    assert answer["statusCode"] == 422
    assert answer["body"].count('role="alert"') == 1
    assert "<details open>" in answer["body"]
    assert returns(hub, order) == []


def test_what_was_chosen_is_chosen_still_after_a_wrong_proof_but_the_proof_is_not_repeated(
    hub: Hub, order: str
) -> None:
    line = a_line(hub, order)
    answer = ask(hub, order, secret="somebody@example.com", reason="damaged", **{f"line_{line}": "1"})
    assert re.search(f'name="line:{line}" value="1"', answer["body"])
    assert '<option value="damaged" selected>' in answer["body"]
    assert "somebody@example.com" not in answer["body"]


def test_after_five_tries_within_the_hour_even_the_right_answer_waits(hub: Hub, order: str) -> None:
    from datetime import timedelta

    line = a_line(hub, order)
    wrong = [ask(hub, order, secret="guess", **{f"line_{line}": "1"})["statusCode"] for _ in range(7)]
    assert wrong == [422] * 5 + [429] * 2
    right = ask(hub, order, **{f"line_{line}": "1"})
    assert (right["statusCode"], right["headers"]["Retry-After"]) == (429, "3600")
    assert returns(hub, order) == []
    hub.now += timedelta(hours=1)
    assert ask(hub, order, **{f"line_{line}": "1"})["statusCode"] == 200


@pytest.mark.parametrize("pieces", ["0", "", "-1", "1.5", "99999", "abc", "\u0661"])
def test_more_than_was_sent_or_nothing_is_not_taken(hub: Hub, order: str, pieces: str) -> None:
    answer = ask(hub, order, **{f"line_{a_line(hub, order)}": pieces})
    assert answer["statusCode"] == 422
    assert returns(hub, order) == []


def test_what_is_typed_is_not_shown_again_and_a_reason_of_ones_own_is_not_kept(hub: Hub, order: str) -> None:
    evil = "<img src=x onerror=alert(1)>"
    line = a_line(hub, order)
    answer = ask(hub, order, reason=evil, **{f"line_{line}": "1", f"line_{evil}": "0"})
    assert evil not in answer["body"]
    found = hub.store.read(order).order
    assert found is not None
    assert [entry.reason for entry in found.returns] == ["other"]


@pytest.mark.parametrize("raw", ["\xff", "a" * 30_000, "&".join(["a=b"] * 1_000), ""])
def test_a_form_that_cannot_be_read_is_an_empty_one(hub: Hub, order: str, raw: str) -> None:
    assert hub.invoke("show_tracking", event(token_of(order), raw=raw))["statusCode"] == 422


def test_neither_token_nor_form_stands_in_the_log(
    hub: Hub, order: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.clear()
    ask(hub, order, secret="a-secret-typed")
    logged = capsys.readouterr().out + "".join(str(vars(record)) for record in caplog.records)
    assert [record.message for record in caplog.records] == ["page"]
    assert token_of(order) not in logged
    assert "a-secret-typed" not in logged


@pytest.mark.parametrize("wrong", [{}, {"Records": []}, {"requestContext": {}, "pathParameters": {}}])
def test_b68_any_other_event_is_refused(hub: Hub, wrong: Any) -> None:
    with pytest.raises(UnexpectedEventError):
        hub.invoke("show_tracking", wrong)
