from __future__ import annotations

from datetime import UTC, datetime

from shared.adapters import signature_of
from shared.channels.mirakl import signature
from shared.wire.adapter import SignatureModule

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("mirakl")

    assert module.SIGNATURE_HEADERS == ()
    assert (module.SUCCESS_STATUS, module.MEDIA_TYPE) == (202, "application/json")


def test_nothing_that_is_posted_is_from_mirakl() -> None:
    headers = signature.sign(b"{}", "a secret", topic="order", now=NOW)

    assert not signature.verify(headers, b"{}", ["a secret", ""], now=NOW)
    assert not signature.verify({"authorization": "a secret"}, b"{}", ["a secret"], now=NOW)


def test_an_order_is_known_at_a_glance() -> None:
    assert signature.topic({}, b"") == "order"
    assert signature.entity_hint({}, b'{"order_id": "M-1-A"}') == "M-1-A"
    assert signature.entity_hint({}, b"<html>") == ""


def test_nothing_is_subscribed_to() -> None:
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
