"""What a clerk does on the scripted day: commands over the API, and what must come of each.

The expectations are written from the lifecycle, not from what the code does. The orders are
entered by hand at ``shop-two``; their amounts are in EUR.
"""

from __future__ import annotations

from typing import Any

from local.steps import Command, Ending, Seen, Step, Webhook

FIRST_PARCEL = "1Z999AA10123456793"
SECOND_PARCEL = "1Z999AA10123456800"

_SHIPPED, _COLLECTED, _UNCOLLECTED, _CASH = (f"shop-two:by-hand-{number}" for number in (1, 2, 3, 4))
_REFUSED, _CANCELED = "shop-two:by-hand-5", "shop-two:by-hand-6"
_CANCELED_IN_SHOP, _COLLECTED_IN_SHOP = "shop-two:1503", "shop-two:1505"


def entered(order: str, then: dict[str, str], *, why: str, **seen: Any) -> Command:
    """Return the command that enters an order of two cups and a bowl; the time is added when it is played."""
    connection, _, external_id = order.partition(":")
    document = {
        "number": f"M-{external_id.rpartition('-')[2]}",
        "currency": "EUR",
        "total": "60.00",
        "lines": [
            {"external_id": "cup", "sku": "CUP", "name": "Cup", "quantity": 2, "unit_price": "20.00"},
            {"external_id": "bowl", "sku": "BOWL", "name": "Bowl", "quantity": 1, "unit_price": "20.00"},
        ],
        "customer": {"name": "Customer", "email": "buyer@example.com", "locale": "en"},
        **seen,
    }
    body = {"connection": connection, "external_id": external_id, "seen": document}
    return Command(order=order, name="create_order", body=body, then=then, answer=201, why=why)


def pieces(line_id: str, quantity: int) -> dict[str, Any]:
    """Return so many pieces of a line, as commands name them."""
    return {"line_id": line_id, "quantity": quantity}


_SHIP_FIRST = {"package_id": "1", "tracking_number": FIRST_PARCEL, "carrier": "ups"}

_SHIPPING: tuple[Step, ...] = (
    entered(
        _SHIPPED,
        {"status": "new", "payment": "pending", "fulfillment": "unfulfilled"},
        why="entered by hand, to be paid in advance",
    ),
    Command(
        order=_SHIPPED,
        name="mark_paid",
        then={"status": "waiting_shipment", "payment": "paid"},
        seen=Seen.LATEST,
        why="the money has come",
    ),
    Command(
        order=_SHIPPED,
        name="ready_to_ship",
        body={"contents": [pieces("cup", 1)]},
        then={"status": "waiting_shipment", "fulfillment": "partially_ready"},
        seen=Seen.LATEST,
        why="one of three pieces is packed",
    ),
    Command(
        order=_SHIPPED,
        name="ready_to_ship",
        answer=412,
        code="version_conflict",
        seen=Seen.OUTDATED,
        why="by a clerk who looks at an older version",
    ),
    Command(
        order=_SHIPPED,
        name="ship",
        body=_SHIP_FIRST,
        then={"status": "waiting_shipment", "fulfillment": "partially_fulfilled"},
        key="ship-the-first",
        why="the first parcel leaves with its number",
    ),
    Command(
        order=_SHIPPED,
        name="ship",
        body=_SHIP_FIRST,
        then={"status": "waiting_shipment", "fulfillment": "partially_fulfilled"},
        key="ship-the-first",
        why="the same once more: the same answer, no effect",
    ),
    Command(
        order=_SHIPPED,
        name="ship",
        body={"package_id": "1"},
        answer=422,
        code="idempotency_key_reuse",
        key="ship-the-first",
        why="another command with the same key",
    ),
    Command(
        order=_SHIPPED,
        name="cancel",
        answer=409,
        code="illegal_transition",
        offers=("cancel_lines", "cancel_package", "refund_amount"),
        why="a parcel is on its way: the open pieces can be canceled",
    ),
    Command(
        order=_SHIPPED,
        name="ship",
        then={"status": "shipped", "fulfillment": "fulfilled"},
        copies=2,
        why="the rest, twice at the same time",
    ),
    Command(
        order=_SHIPPED,
        name="cancel",
        answer=409,
        code="illegal_transition",
        offers=("cancel_package", "refund_products", "refund_amount"),
        why="too late, and what can be done instead",
    ),
    Command(
        order=_SHIPPED,
        name="change_tracking",
        body={"package_id": "2", "tracking_number": SECOND_PARCEL, "carrier": "ups"},
        then={"status": "shipped", "fulfillment": "fulfilled"},
        why="the second number comes later",
    ),
    Webhook("tracking", "parcel-4-tracker.updated.json", "tracker.updated", parcel=FIRST_PARCEL),
    Webhook("tracking", "parcel-4-tracker.updated.json", "tracker.updated", parcel=SECOND_PARCEL),
)

_REFUNDING: tuple[Step, ...] = (
    Command(
        order=_SHIPPED,
        name="refund_products",
        body={"lines": [{**pieces("cup", 1), "restock": "return"}]},
        then={"status": "closed", "refund": "partial", "returns": "partially_returned"},
        why="20.00 for a cup, which is back on the shelf",
    ),
    Command(
        order=_SHIPPED,
        name="refund_amount",
        body={"amount": "40.01"},
        answer=409,
        code="refund_exceeds_paid",
        offers=("refund_amount",),
        why="a cent more than is left",
    ),
    Command(
        order=_SHIPPED,
        name="refund_amount",
        body={"amount": "15.00"},
        then={"status": "closed", "refund": "partial", "channel_status": "closed"},
        why="for a scratch",
    ),
    Command(
        order=_SHIPPED,
        name="request_return",
        body={"return_id": "back-1", "lines": [pieces("cup", 1), pieces("bowl", 1)]},
        then={"returns": "requested"},
        why="the customer wants to send the rest back",
    ),
    Command(order=_SHIPPED, name="accept_return", body={"return_id": "back-1"}, then={"returns": "accepted"}),
    Command(
        order=_SHIPPED,
        name="receive_return",
        body={"return_id": "back-1"},
        then={"returns": "returned", "refund": "due", "channel_status": "to_refund", "status": "closed"},
        why="the goods are here, the money is due",
    ),
    Command(
        order=_SHIPPED, name="restock_return", body={"return_id": "back-1"}, then={"returns": "returned"}
    ),
    Command(
        order=_SHIPPED,
        name="refund_amount",
        body={"amount": "25.00"},
        then={"status": "closed", "refund": "full", "channel_status": "refunded"},
        why="what is left of 60.00",
    ),
    Command(
        order=_SHIPPED,
        name="refund_amount",
        body={"amount": "0.01"},
        answer=409,
        code="refund_exceeds_paid",
        why="all money went back",
    ),
    # Asked for and decided: once rejected, once granted. Owed after a cancellation: paid back.
    Command(
        order=_COLLECTED_IN_SHOP,
        name="request_refund",
        body={"amount": "23.80", "refund_id": "wish-1"},
        then={"refund": "requested", "channel_status": "refunding", "status": "closed"},
    ),
    Command(
        order=_COLLECTED_IN_SHOP,
        name="reject_refund",
        body={"refund_id": "wish-1"},
        then={"refund": "none", "channel_status": "closed"},
    ),
    Command(
        order=_COLLECTED_IN_SHOP,
        name="request_refund",
        body={"amount": "3.80", "refund_id": "wish-2"},
        then={"refund": "requested", "channel_status": "refunding"},
    ),
    Command(
        order=_COLLECTED_IN_SHOP,
        name="refund_amount",
        body={"amount": "3.80", "answers": "wish-2"},
        then={"refund": "partial", "channel_status": "closed"},
    ),
    Command(
        order=_CANCELED_IN_SHOP,
        name="refund_amount",
        body={"amount": "76.40"},
        then={"status": "canceled", "refund": "full", "channel_status": "refunded"},
        why="was due since the shop canceled it",
    ),
)

_COLLECTING: tuple[Step, ...] = (
    entered(_COLLECTED, {"status": "new"}, pickup=True, why="to be collected, to be paid in advance"),
    Command(order=_COLLECTED, name="mark_paid", then={"status": "waiting_shipment", "payment": "paid"}),
    Command(
        order=_COLLECTED,
        name="ship",
        answer=409,
        code="illegal_transition",
        offers=("prepare_pickup",),
        why="nobody ships what is collected",
    ),
    Command(
        order=_COLLECTED,
        name="prepare_pickup",
        then={"channel_status": "preparing_pickup", "fulfillment": "ready_to_ship"},
    ),
    Command(
        order=_COLLECTED,
        name="ready_for_pickup",
        body={"place": "Market Square 1, 10115 Berlin", "code": "4711"},
        then={"channel_status": "ready_for_pickup", "fulfillment": "at_pickup_point"},
    ),
    Command(order=_COLLECTED, name="collect", then={"channel_status": "closed", "fulfillment": "delivered"}),
    entered(_UNCOLLECTED, {"status": "new"}, pickup=True, why="the next one nobody collects"),
    Command(order=_UNCOLLECTED, name="mark_paid", then={"status": "waiting_shipment", "payment": "paid"}),
    Command(order=_UNCOLLECTED, name="prepare_pickup", then={"status": "preparing_pickup"}),
    Command(order=_UNCOLLECTED, name="ready_for_pickup", then={"status": "ready_for_pickup"}),
    Command(
        order=_UNCOLLECTED,
        name="cancel_pickup",
        then={
            "status": "pickup_canceled",
            "fulfillment": "canceled",
            "refund": "due",
            "channel_status": "to_refund",
        },
        why="it was paid: the money is due",
    ),
    Command(
        order=_UNCOLLECTED,
        name="refund_amount",
        body={"amount": "60.00"},
        then={"status": "pickup_canceled", "refund": "full", "channel_status": "refunded"},
    ),
    entered(
        _CASH,
        {"status": "waiting_shipment", "payment": "pending"},
        pickup=True,
        payment_method="cash_on_delivery",
        why="to be paid when it is collected: processable at once",
    ),
    Command(order=_CASH, name="prepare_pickup", then={"channel_status": "preparing_pickup"}),
    Command(
        order=_CASH,
        name="cancel_pickup",
        then={"channel_status": "pickup_canceled", "refund": "none"},
        why="nothing was paid, nothing is due",
    ),
)

_NOT_DONE: tuple[Step, ...] = (
    entered(_REFUSED, {"status": "new"}, why="an order that the merchant does not want"),
    Command(order=_REFUSED, name="refuse", then={"channel_status": "refused", "fulfillment": "canceled"}),
    entered(
        _CANCELED,
        {"status": "waiting_shipment", "payment": "pending"},
        payment_method="invoice",
        why="on invoice: processable at once",
    ),
    Command(
        order=_CANCELED,
        name="cancel",
        then={"channel_status": "canceled", "fulfillment": "canceled", "refund": "none"},
    ),
)

CLERK_STEPS: tuple[Step, ...] = (*_SHIPPING, *_REFUNDING, *_COLLECTING, *_NOT_DONE)

CLERK_EXPECTED = (
    Ending(
        _SHIPPED,
        "closed",
        (
            *("order_received", "preparing", "shipped", "shipped", "tracking_changed"),
            *("delivered", "delivered", "refund", "refund", "return_answer", "refund"),
        ),
        "full",
    ),
    Ending(_COLLECTED, "closed", ("order_received", "preparing", "ready_for_pickup")),
    Ending(
        _UNCOLLECTED,
        "pickup_canceled",
        ("order_received", "preparing", "ready_for_pickup", "canceled", "refund"),
        "full",
    ),
    Ending(_CASH, "pickup_canceled", ("order_received", "preparing", "canceled")),
    Ending(_REFUSED, "refused", ("canceled",)),
    Ending(_CANCELED, "canceled", ("order_received", "canceled")),
)
