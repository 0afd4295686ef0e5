"""A customer who is asked to pay is told how much, and gets the link that the merchant has made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.hub import Hub, event_body

ORDER = "shop-two:1501"
LINK = "https://pay.example.com/link/4f1c8a?lang=de"


@pytest.fixture
def api(hub: Hub) -> Api:
    """A hub with an order that waits for a bank transfer."""
    hub.connect("shop-two", "woocommerce", currency="EUR", locale="en")
    hub.post("shop-two", event_body("woocommerce/transfer-1-order.created.json"), "order.created")
    hub.settle()
    return Api(hub)


def ask(api: Api, **body: Any) -> Answer:
    answer = api.command(ORDER, "create_payment_link", {"link_id": "link-1"} | body)
    api.hub.settle()
    return answer


def test_the_mail_has_the_link_and_what_is_still_to_be_paid(api: Api) -> None:
    order = api.hub.store.read(ORDER).order
    assert order is not None
    assert order.total is not None
    paid = {"amount": "1.00", "transaction_id": "part"}
    assert api.command(ORDER, "mark_paid", paid, key="part").status == 200
    before = len(api.hub.mails())
    assert ask(api, url=LINK, notify=True).status == 200
    [mail] = api.hub.mails()[before:]
    assert mail.subject == "Payment for your order 1501"
    assert f'href="{LINK}"' in mail.body
    assert f"€{order.total - 1:.2f}" in mail.body


def test_a_link_that_is_only_noted_sends_no_mail(api: Api) -> None:
    before = len(api.hub.mails())
    assert ask(api, url=LINK).status == 200
    assert len(api.hub.mails()) == before


@pytest.mark.parametrize("url", ["", "http://pay.example.com/1", "javascript:alert(1)", "https://10.0.0.1/1"])
def test_a_mail_that_could_not_hold_its_link_is_refused_at_once(api: Api, url: str) -> None:
    answer = ask(api, url=url, notify=True)
    assert (answer.status, answer.code) == (422, "invalid_payment_url")
    assert url not in str(answer.body) or not url
