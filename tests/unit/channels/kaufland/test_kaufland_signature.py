"""Nothing is taken for Kaufland's that is posted here; what is asked of it is signed."""

from __future__ import annotations

from datetime import UTC, datetime

from local.channels.simulator import Recording
from shared.channels.kaufland import signature
from shared.channels.kaufland.client import read_order, request_signature
from shared.wire.api import Api

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_nothing_that_is_posted_is_verified() -> None:
    assert signature.SIGNATURE_HEADERS == ()
    assert signature.sign(b"{}", "a secret", topic="order", now=NOW) == {}
    assert not signature.verify({"shop-signature": "x"}, b"{}", ["a secret"], now=NOW)
    assert signature.handshake("GET", {}, {}, b"") is None


def test_an_order_is_grouped_by_its_id_alone_or_as_data() -> None:
    assert signature.topic({}, b"{}") == "order"
    assert signature.entity_hint({}, b'{"data": {"id_order": "MEXMP01"}}') == "MEXMP01"
    assert signature.entity_hint({}, b'{"id_order": "MEXMP01"}') == "MEXMP01"
    assert signature.entity_hint({}, b"[") == ""


def test_every_part_of_a_request_is_signed() -> None:
    parts = ("secret", "PATCH", "https://sellerapi.kaufland.com/v2/order-units/1/send?a=1", b"{}", 1773144000)
    signed = request_signature(*parts)

    assert len(signed) == 64
    for count, other in enumerate(("Secret", "GET", "https://sellerapi.kaufland.com/v2/", b"[]", 1773144001)):
        changed = [*parts]
        changed[count] = other
        assert request_signature(*changed) != signed  # type: ignore[arg-type]


def test_a_request_goes_out_with_key_time_and_signature(api: Api, recording: Recording) -> None:
    read_order(api, "M/EX MP")

    [request] = recording.requests
    assert request.url == "https://sellerapi.kaufland.com/v2/orders/M%2FEX%20MP"
    assert request.headers["Shop-Client-Key"] == "example-key"
    assert request.headers["Shop-Timestamp"] == str(int(NOW.timestamp()))
    assert request.headers["Shop-Signature"] == request_signature(
        "example-secret", "GET", request.url, b"", int(NOW.timestamp())
    )
