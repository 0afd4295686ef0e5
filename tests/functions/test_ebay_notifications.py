"""eBay's notifications from nothing: destination, challenge, subscriptions and key, by the real handlers."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from local.channels.ebay import Ebay
from shared.connections.credentials import CredentialWriter
from shared.runtime import resources, wiring
from shared.usecases.poll_pages import Question
from shared.wire.ecdsa_p256 import key_pair, sign, write_public_key
from shared.wire.http import HttpAnswer, HttpRequest
from tests.support.channel import Script
from tests.support.hub import Hub
from tests.support.senders import gateway_event

KID = "11111111-2222-3333-4444-555555555555"
PRIVATE, PUBLIC = key_pair(b"the key of this test")
TOKEN = "a-verification-token-of-forty-characters"
ORDER = "05-12345-67890"


@pytest.fixture
def ebay(hub: Hub) -> Ebay:
    """A seller's eBay, and a connection to it of which nothing was set up there."""
    ebay = Ebay(lambda: hub.now)
    ebay.notifications.hub = lambda request: called(hub, request)
    ebay.notifications.public_keys[KID] = write_public_key(PUBLIC)
    options = {"alert_email": "shop@example.com"}
    hub.connect("my-ebay", "ebay", api_url="https://api.ebay.com", api_options=options)
    hub.secrets.put("ebay", "my-ebay", TOKEN)
    credentials = {name: getattr(ebay, name) for name in ("client_id", "client_secret", "refresh_token")}
    CredentialWriter(hub.session.client("ssm"), hub.environment["CREDENTIALS_PATH"]).put(
        "my-ebay", credentials
    )
    hub.scripts["my-ebay"] = cast("Script", ebay)  # the way to it, as any other is
    return ebay


def called(hub: Hub, request: HttpRequest) -> HttpAnswer:
    """Let the handler answer at its address, as API Gateway hands a request over."""
    url = urlsplit(request.url)
    kind, connection = url.path.split("/")[-2:]
    event = gateway_event(kind, connection, b"", {}, "challenge", method=request.method)
    event["requestContext"]["domainName"] = url.netloc
    event |= {"rawPath": url.path, "queryStringParameters": dict(parse_qsl(url.query))}
    told = hub.invoke("receive_webhook", event)
    return HttpAnswer(status=told["statusCode"], body=told["body"].encode())


def notified(hub: Hub, body: bytes) -> dict[str, Any]:
    """Post a notification, signed by a key of eBay's."""
    made = base64.b64encode(sign(PRIVATE, hashlib.sha1(body).digest())).decode()  # noqa: S324
    told = {"alg": "ecdsa", "kid": KID, "signature": made, "digest": "SHA1"}
    headers = {"x-ebay-signature": base64.b64encode(json.dumps(told).encode()).decode()}
    answer: dict[str, Any] = hub.invoke(
        "receive_webhook", gateway_event("ebay", "my-ebay", body, headers, hashlib.sha256(body).hexdigest())
    )
    return answer


def test_the_daily_look_makes_what_is_missing_while_the_hub_answers_the_challenge(
    hub: Hub, ebay: Ebay
) -> None:
    hub.poll(sweep=True)
    [destination] = ebay.notifications.destinations.values()
    assert destination["deliveryConfig"]["endpoint"] == f"{hub.environment['WEBHOOKS_URL']}/ebay/my-ebay"
    assert {entry["topicId"] for entry in ebay.notifications.subscriptions.values()} == {
        "MARKETPLACE_ACCOUNT_DELETION",
        "ORDER_CONFIRMATION",
        "ITEM_MARKED_SHIPPED",
    }
    state = resources.states().read("my-ebay")
    assert (state.webhooks_state, len(state.restored)) == ("", 4)


def test_a_token_that_is_not_the_hubs_is_shown_at_the_connection(hub: Hub, ebay: Ebay) -> None:
    ebay.notifications.hub = lambda _request: HttpAnswer(status=200, body=b'{"challengeResponse": "other"}')
    hub.poll(sweep=True)
    assert resources.states().read("my-ebay").webhooks_state == "challenge_failed"
    assert ebay.notifications.destinations == {}


def test_a_notification_by_a_new_key_is_taken_when_it_comes_again_and_its_order_is_read(
    hub: Hub, ebay: Ebay
) -> None:
    hub.poll(sweep=True)
    ebay.place(ORDER)
    body = ebay.events[0].body
    assert notified(hub, body)["statusCode"] == 401
    assert hub.queued("INBOX_QUEUE_URL") == 0
    hub.settle()
    hub.now += timedelta(minutes=1)
    assert notified(hub, body)["statusCode"] == 202
    assert hub.queued("QUESTION_QUEUE_URL") == 0
    hub.settle()
    assert [item for item in hub.items() if ORDER in json.dumps(item)]


def test_a_token_changed_a_moment_ago_stays_when_a_key_is_learned(hub: Hub, ebay: Ebay) -> None:
    hub.poll(sweep=True)  # whoever asks eBay has read the secret, and remembers it
    hub.secrets.put("ebay", "my-ebay", "another-verification-token-of-this-length")
    hub.now += timedelta(minutes=1)
    wiring.poll_queue().ask(Question(connection="my-ebay", key=KID))
    hub.settle()
    hub.now += timedelta(minutes=1)
    current, previous = resources.secrets().secrets_for("ebay", "my-ebay", fresh=True)
    assert json.loads(current)["verification_token"] == previous
    assert previous == "another-verification-token-of-this-length"
    assert list(json.loads(current)["public_keys"]) == [KID]
    del ebay


def test_forged_notifications_fill_no_queue(hub: Hub, ebay: Ebay) -> None:
    for number in range(5):
        notified(hub, str(number).encode())
    assert hub.queued("QUESTION_QUEUE_URL") == 1
    del ebay
