"""Amazon writes to a queue: what it tells reaches the seller's connection, and makes the hub ask."""

from __future__ import annotations

import json

from tests.support.hub import Hub, event_body

CHANGE = event_body("amazon/change-ORDER_CHANGE.json")
URL = "https://sellingpartnerapi-eu.amazon.com"


def asked(hub: Hub) -> list[dict[str, object]]:
    event = hub._receive("QUESTION_QUEUE_URL")
    return [json.loads(record["body"]) for record in event["Records"]] if event else []


def test_a_change_that_amazon_tells_is_asked_for(hub: Hub) -> None:
    hub.connect("amazon", "amazon", api_url=URL, api_options={"seller_id": "AEXAMPLESELLER"})
    assert hub.notify(CHANGE) == {"batchItemFailures": []}
    hub.run_inbox()
    [question] = asked(hub)
    assert question["connection"] == "amazon"
    assert question["order_id"] == json.loads(CHANGE)["Payload"]["OrderChangeNotification"]["AmazonOrderId"]


def test_a_seller_without_a_connection_comes_again_and_ends_in_the_dead_letters(hub: Hub) -> None:
    hub.connect("amazon", "amazon", api_url=URL, api_options={"seller_id": "ANOTHER"})
    for body in (CHANGE, b"{}", b"no json", b'{"Payload": 1}'):
        assert len(hub.notify(body)["batchItemFailures"]) == 1
    assert hub.queued("INBOX_QUEUE_URL") == 0
