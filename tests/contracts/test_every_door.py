"""At every sender's door: what is authentic is taken, whatever stands in it, and no look at it raises."""

from __future__ import annotations

import base64

import pytest

from shared.adapters import ADAPTERS, signature_of
from shared.usecases.receive_webhook import receive_webhook
from shared.wire.receipts import Receipt, decode
from tests.support.senders import NOW, signed_headers, webhook

SECRET = "whsec_" + base64.b64encode(b"what a sender and its hub know").decode()
# The first two sign with keys of their own, which have tests of their own; the others send no webhooks.
SENDERS = sorted(set(ADAPTERS) - {"ebay", "bol", "amazon", "kaufland", "mirakl"})
IDS = ("id", "orderNumber", "order_id", "tracking_code", "trackingNumber", "tracking_number", "resourceId")
HALF = '"\\ud800"'


def half_a_character() -> bytes:
    """Return a document that has half a character wherever a sender may name a topic or an order."""
    inner = ", ".join(f'"{name}": {HALF}' for name in IDS)
    nested = f"{{{inner}}}"
    one = ", ".join(f'"{name}": {nested}' for name in ("event", "data", "msg", "result", "parcel"))
    return f'{{{inner}, "scope": {HALF}, {one}, "content": [{nested}], "shipments": [{nested}]}}'.encode()


DOCUMENTS = {
    "b17": b"",
    "b18": b'{"id": 1} and more',
    "b18_mark": b'\xef\xbb\xbf{"id": 1}',
    "b19": b'{"id": "\xff\xfe"}',
    "b20": b'{"id": 1, "id": 2}',
    "b21": b'{"id": NaN}',
    "b22": b'{"id": ' + b"9" * 5_000 + b"}",
    "b23": b"[" * 100_000,
    "b24": half_a_character(),
}


class Secrets:
    """One connection's secret."""

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        del kind, connection
        return () if fresh else (SECRET,)


class Inbox:
    """An inbox that keeps what a queue would: encoded text."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def put(self, receipt: Receipt, *, group: str) -> None:
        assert len(group) == 32
        self.messages.append(receipt.encode())

    def spill(self, receipt_id: str, body: bytes) -> str:
        raise AssertionError(f"{receipt_id} is no large body: {len(body)}")


@pytest.mark.parametrize("kind", SENDERS)
@pytest.mark.parametrize("case", DOCUMENTS)
def test_b17_to_b24_what_is_authentic_is_stored_as_it_came_from_every_sender(kind: str, case: str) -> None:
    body = DOCUMENTS[case]
    headers = signed_headers(kind, body, SECRET)
    query = {name[1:]: value for name, value in headers.items() if name.startswith("?")}
    encoded = base64.b64encode(body).decode()
    inbox = Inbox()
    answer = receive_webhook(
        webhook(kind, "one", b"", headers, body=encoded, is_base64=True, query=query),
        secrets=Secrets(),
        inbox=inbox,
        now=NOW,
    )
    assert (answer.status, answer.code) == (signature_of(kind).SUCCESS_STATUS, "accepted")
    receipt = decode(inbox.messages[0])
    assert isinstance(receipt, Receipt)
    assert receipt.body == body
    # Both go on into keys and logs.
    assert (receipt.topic + receipt.entity).encode().decode() == receipt.topic + receipt.entity
