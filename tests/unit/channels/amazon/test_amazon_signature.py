"""Nobody posts for Amazon; its documents still say what they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from shared.adapters import signature_of
from shared.channels.amazon import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 10, tzinfo=UTC)
CHANGE = json.dumps(
    {"NotificationType": "ORDER_CHANGE", "Payload": {"OrderChangeNotification": {"AmazonOrderId": "302-1"}}}
).encode()


def test_nothing_that_is_posted_is_taken_for_amazons() -> None:
    module: SignatureModule = signature_of("amazon")

    assert module.SIGNATURE_HEADERS == ()
    assert module.verify({"authorization": "a secret"}, b"a secret", ["a secret"], now=NOW) is False
    assert module.sign(b"{}", "a secret", topic="order", now=NOW) == {}
    assert module.handshake("GET", {}, {}, b"") is None


def test_a_document_names_its_topic_and_its_order() -> None:
    assert (signature.topic({}, CHANGE), signature.entity_hint({}, CHANGE)) == ("ORDER_CHANGE", "302-1")
    assert signature.topic({}, b'{"notificationType": "TRANSACTION_UPDATE"}') == "TRANSACTION_UPDATE"
    for body in (b'{"orderId": "302-1"}', b'{"order": {"orderId": "302-1"}}'):
        assert (signature.topic({}, body), signature.entity_hint({}, body)) == ("order", "302-1")
    assert signature.entity_hint({}, b"not json") == ""
