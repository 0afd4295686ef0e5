"""Senders that sign nothing prove themselves by the address they were given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.usecases.receive_webhook import WebhookAnswer, WebhookRequest, receive_webhook
from shared.wire.receipts import Receipt
from tests.support.senders import NOW, webhook

SECRETS = ("the present secret", "the secret before")
BODY = b'{"id":"webhook-1","scope":"store/order/updated","data":"{\\"id\\":\\"order-1\\"}"}'
HEADERS = {"content-type": "application/json"}


class FakeSecrets:
    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        return SECRETS if (kind, connection) == ("ikas", "shop") else ()


class FakeInbox:
    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.groups: list[str] = []

    def put(self, receipt: Receipt, *, group: str) -> None:
        self.receipts.append(receipt)
        self.groups.append(group)

    def spill(self, receipt_id: str, body: bytes) -> str:
        raise AssertionError(receipt_id)


def received(request: WebhookRequest) -> tuple[WebhookAnswer, FakeInbox]:
    inbox = FakeInbox()
    return receive_webhook(request, secrets=FakeSecrets(), inbox=inbox, now=NOW), inbox


def sent(connection: str = "shop", **query: str) -> WebhookRequest:
    return webhook("ikas", connection, BODY, HEADERS, query=query)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_webhook_with_the_token_in_its_address_is_stored_and_answered_200(secret: str) -> None:
    answer, inbox = received(sent(token=secret))

    assert (answer.status, answer.code) == (200, "accepted")
    [receipt] = inbox.receipts
    assert (receipt.body, receipt.topic) == (BODY, "store/order/updated")


def test_the_token_is_stored_nowhere() -> None:
    _, inbox = received(sent(token=SECRETS[0]))

    assert SECRETS[0] not in inbox.receipts[0].encode()


def test_webhooks_of_one_order_are_kept_in_their_order() -> None:
    _, first = received(sent(token=SECRETS[0]))
    _, second = received(replace(sent(token=SECRETS[0]), request_id="request-2"))

    assert first.groups == second.groups


def test_b01_a_webhook_without_a_token_gets_401() -> None:
    answer, inbox = received(sent())

    assert (answer.status, answer.code, inbox.receipts) == (401, "invalid_signature", [])


def test_b02_an_unknown_connection_gets_the_same_401() -> None:
    answer, _ = received(sent("another", token=SECRETS[0]))

    assert (answer.status, answer.code) == (401, "invalid_signature")


def test_b03_a_wrong_token_gets_401() -> None:
    answer, _ = received(sent(token="wrong"))

    assert (answer.status, answer.code) == (401, "invalid_signature")


def test_b29_another_media_type_gets_415_where_there_is_no_token() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    unsigned, _ = received(webhook("ikas", "shop", BODY, form))
    signed, inbox = received(webhook("ikas", "shop", BODY, form, query={"token": SECRETS[0]}))

    assert (unsigned.status, unsigned.code) == (415, "unsupported_media_type")
    assert (signed.status, len(inbox.receipts)) == (200, 1)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_b30_another_method_gets_405(method: str) -> None:
    answer, _ = received(replace(sent(token=SECRETS[0]), method=method))

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_a_query_proves_nothing_to_a_sender_that_signs() -> None:
    request = webhook("shopify", "shop", BODY, HEADERS, query={"x-shopify-hmac-sha256": SECRETS[0]})

    answer, inbox = received(request)

    assert (answer.status, answer.code, inbox.receipts) == (401, "invalid_signature", [])
