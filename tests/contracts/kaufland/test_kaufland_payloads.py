"""The examples of Kaufland's OpenAPI and its signature, where ORDERHUB_PAYLOADS names a folder with them.

No example of a unit is among them: it is put together here, in the documented shape.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.channels.kaufland.client import request_signature
from shared.channels.kaufland.mapping import normalize
from shared.orders.facts import OrderSeen
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, SignalError, UnusableError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FOLDER = Path(ROOT) / "kaufland"
FILES = sorted(FOLDER.glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")

# What each file is refused with, and why that is true.
OUTCOMES: dict[str, tuple[type[Exception], str]] = {
    "openapi_Order": (SignalError, "order"),  # as it stands in a list: its units have to be read
    "openapi_OrderDetails": (UnusableError, "invalid_shape"),  # its one unit is null
    "openapi_OrderUnitSendRequest": (IrrelevantError, "not an order"),
    "openapi_Subscription": (IrrelevantError, "not an order"),
    "order_unit_refund_request": (IrrelevantError, "not an order"),
    "order_unit_send_request": (IrrelevantError, "not an order"),
}


def document(name: str) -> Any:
    return strict_json.parse((FOLDER / f"{name}.json").read_bytes())[0]


def test_every_example_is_looked_at() -> None:
    assert {path.stem for path in FILES} == set(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_example_is_refused_with_its_reason(name: str) -> None:
    error, reason = OUTCOMES[name]

    with pytest.raises(error, match=reason):
        normalize(document(name), topic="", reading=READING)


def test_the_example_of_an_order_is_read_once_it_has_a_unit() -> None:
    order = document("openapi_OrderDetails")
    order["order_units"] = [
        {
            "id_order_unit": 314567896580917,
            "status": "sent",
            "price": 200,
            "shipping_rate": 390,
            "currency": "EUR",
            "id_offer": "AB-120",
            "ts_updated_iso": order["ts_created_iso"],
        }
    ]

    [report] = normalize({"data": order}, topic="", reading=READING)

    seen = report.facts[0]
    assert isinstance(seen, OrderSeen)
    assert (report.order_external_id, str(seen.total)) == ("MB7UWLD", "5.90")
    assert seen.customer is not None
    assert seen.customer.shipping is not None
    assert seen.customer.shipping.street == ("Test Ln. 1", "something")


def test_a_request_is_signed_as_in_the_published_example() -> None:
    vectors = json.loads((Path(ROOT) / "signatures.json").read_bytes())["vectors"]
    published = [vector for vector in vectors if vector["provider"] == "kaufland"]

    assert published
    for vector in published:
        signed = request_signature(
            vector["secret"], vector["method"], vector["uri"], vector["body"].encode(), vector["timestamp"]
        )
        assert signed == vector["header_value"]
