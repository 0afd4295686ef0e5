"""Who collects an order is told what, where, with which code and until when: by mail and on the page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.pages.tokens import write_token
from shared.runtime import resources
from tests.support.api import Api
from tests.support.hub import Hub, document, event_body

CREATED = "woocommerce/pickup-1-order.created.json"
ORDER = "shop-two:1505"
PLACE, CODE = "Market Square 1, 10115 Berlin", "4711-A"


@pytest.fixture
def api(hub: Hub) -> Api:
    """A hub with a paid order that its customer collects."""
    hub.connect("shop-two", "woocommerce", currency="EUR", time_zone="Europe/Berlin")
    hub.post("shop-two", event_body(CREATED), "order.created")
    hub.settle()
    return Api(hub)


def ask(api: Api, name: str, body: Any = None) -> None:
    assert api.command(ORDER, name, body, key=f"{name}-{api.hub.now.isoformat()}").status == 200
    api.hub.now += timedelta(seconds=1)
    api.hub.settle()


def last_mail(hub: Hub) -> str:
    return str(hub.mails()[-1].body)


def page(hub: Hub, order: str = ORDER) -> str:
    token = write_token(order, resources.page_key()())
    event = {
        "version": "2.0",
        "rawPath": f"/track/{token}",
        "pathParameters": {"token": token},
        "headers": {},
        "requestContext": {"http": {"method": "GET"}, "requestId": "r"},
        "isBase64Encoded": False,
    }
    return str(hub.invoke("show_tracking", event)["body"])


def test_the_mail_and_the_page_say_what_is_collected_where_with_which_code_and_until_when(api: Api) -> None:
    name = document(event_body(CREATED))["line_items"][0]["name"]
    assert name in page(api.hub)
    assert "Your parcels" not in page(api.hub)
    ask(api, "prepare_pickup")
    assert name in last_mail(api.hub)
    ask(api, "ready_for_pickup", {"place": PLACE, "code": CODE})
    mail = last_mail(api.hub)
    assert re.search(r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}", mail)
    for told in (PLACE, CODE, "Available until", name):
        assert told in mail
        assert told in page(api.hub)


def test_a_mail_that_is_sent_again_has_place_and_code_still(api: Api) -> None:
    ask(api, "prepare_pickup")
    ask(api, "ready_for_pickup", {"place": PLACE, "code": CODE})
    before = len(api.hub.mails())
    ask(api, "resend", {"effect_key": "mail/ready_for_pickup"})
    assert len(api.hub.mails()) == before + 1
    assert PLACE in last_mail(api.hub)
    assert CODE in last_mail(api.hub)
    owed = [effect.key for record in api.hub.store.history(ORDER) for effect in record.effects]
    ask(api, "resend", {"effect_key": next(key for key in owed if key.startswith("mail/ready_for_pickup/@"))})
    assert len(api.hub.mails()) == before + 2
    assert PLACE in last_mail(api.hub)
    assert CODE in last_mail(api.hub)


def test_without_place_and_code_nothing_is_made_up(api: Api) -> None:
    ask(api, "prepare_pickup")
    ask(api, "ready_for_pickup")
    assert "Pickup location" not in last_mail(api.hub) + page(api.hub)
    assert "Pickup code" not in last_mail(api.hub) + page(api.hub)


def test_the_page_of_a_canceled_order_says_so_and_promises_no_parcels(hub: Hub) -> None:
    hub.connect("shop-two", "woocommerce", currency="EUR")
    hub.post("shop-two", event_body("woocommerce/canceled-1-order.created.json"), "order.created")
    hub.settle()
    assert "Not shipped yet" in page(hub, "shop-two:1503")
    assert Api(hub).command("shop-two:1503", "cancel").status == 200
    after = page(hub, "shop-two:1503")
    assert "This order has been canceled." in after
    assert "Your parcels" not in after
    assert "Not shipped yet" not in after
