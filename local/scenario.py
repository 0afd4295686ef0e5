"""The scripted day, as a table: who sends what, with which twist, and what must come of it.

The files are those of ``events/``; the demo sends them over HTTP, signed as their sender
signs. ``EXPECTED`` says how each order must end and which mails it must have caused,
each once; it is written from the lifecycle, not from what the code does. When the shops have fallen
silent, the clerk goes to work (:mod:`local.clerk`), then the marketplace (:mod:`local.market`), the carriers
take what was booked (:mod:`local.parcels`), and the stock is counted (:mod:`local.levels`).
"""

from __future__ import annotations

from local.clerk import CLERK_EXPECTED, CLERK_STEPS
from local.levels import LEVEL_EXPECTED, LEVEL_STEPS
from local.market import MARKET_EXPECTED, MARKET_STEPS
from local.parcels import PARCEL_EXPECTED, PARCEL_STEPS
from local.steps import Chapter, Ending, Invocation, Step, Twist, Webhook

_SHOP_STEPS: tuple[Step, ...] = (
    # A WooCommerce order by bank transfer: known, but nothing to do until it is paid.
    Webhook("shop-two", "transfer-1-order.created.json", "order.created"),
    Webhook("shop-two", "transfer-1-order.created.json", "order.created", "refused", Twist.BAD_SIGNATURE),
    Webhook("shop-two", "", "", "answered", Twist.PING),
    # Shopify tells of a parcel before it tells of the order.
    Webhook("shop-one", "fulfillments_create.json", "fulfillments/create", "parked", Twist.EARLY),
    Webhook("shop-one", "orders_create.json", "orders/create", "applied", Twist.TWICE_AT_ONCE),
    Webhook("shop-one", "orders_updated_shipped.json", "orders/updated"),
    Webhook("shop-one", "orders_paid.json", "orders/paid", "ignored", Twist.LATE),
    Webhook("shop-one", "orders_create.json", "orders/create", "ignored", Twist.AGAIN),
    # Cash on delivery, reported completed without a tracking number: the shop's plug-in may still send one.
    Webhook("shop-two", "cod-1-order.created.json", "order.created"),
    Webhook("shop-two", "cod-2-order.updated.json", "order.updated"),
    Invocation("run_deadlines", 60, "no tracking number came: the parcel has left without one"),
    # What strangers and broken plug-ins send.
    Webhook("shop-one", "orders_create.json", "orders/create", "refused", Twist.FORM),
    Webhook("shop-one", "orders_create.json", "orders/create", "quarantined", Twist.UNUSABLE),
    # Ordered and canceled within the hour, once in each shop.
    Webhook("shop-one", "orders_create_cash_on_delivery.json", "orders/create"),
    Webhook("shop-one", "orders_cancelled.json", "orders/cancelled"),
    Webhook("shop-two", "canceled-1-order.created.json", "order.created", "applied", Twist.TWICE_AT_ONCE),
    Webhook("shop-two", "canceled-2-order.updated.json", "order.updated"),
    Webhook("shop-two", "canceled-2-order.updated.json", "order.updated", "ignored", Twist.AGAIN),
    # Never paid, then deleted in the shop: kept here, with a note for the merchant.
    Webhook("shop-two", "deleted-1-order.created.json", "order.created"),
    Webhook("shop-two", "deleted-2-order.deleted.json", "order.deleted"),
    # Collected in the shop.
    Webhook("shop-two", "pickup-1-order.created.json", "order.created"),
    Webhook("shop-two", "pickup-2-order.updated.json", "order.updated"),
    # The bank transfer arrives; the label is announced before the shop tells of the parcel.
    Webhook("shop-two", "transfer-2-order.updated.json", "order.updated"),
    Webhook("tracking", "parcel-1-tracker.created.json", "tracker.created", "parked", Twist.EARLY),
    Webhook("shop-two", "transfer-3-order.updated.json", "order.updated"),
    Webhook("tracking", "parcel-2-tracker.updated.json", "tracker.updated"),
    Webhook("tracking", "parcel-4-tracker.updated.json", "tracker.updated", "applied", Twist.TWICE_AT_ONCE),
    Webhook("tracking", "parcel-3-tracker.updated.json", "tracker.updated", "applied", Twist.LATE),
    Webhook("tracking", "late-scan-tracker.updated.json", "tracker.updated", "applied", Twist.LATE),
    # Delivered, and something goes back.
    Webhook("shop-one", "fulfillments_update.json", "fulfillments/update"),
    Webhook("shop-one", "refunds_create.json", "refunds/create"),
    Webhook("shop-two", "transfer-4-order.updated.json", "order.updated"),
    Webhook("shop-one", "orders_delete.json", "orders/delete"),
)

CHAPTERS = (
    Chapter("Two shops send webhooks: early, late, twice, forged", _SHOP_STEPS),
    Chapter(
        "A clerk works over the API; what does not fit is refused, and what fits is offered", CLERK_STEPS
    ),
    Chapter("Marketplaces are polled; their orders are worked on in the shop", MARKET_STEPS),
    Chapter("Parcels are booked at carriers, labelled and followed", PARCEL_STEPS),
    Chapter("One stock for all channels", LEVEL_STEPS),
    Chapter("The day is over", (Invocation("sweep_effects", 3600, "an hour later nothing is left to do"),)),
)
STEPS: tuple[Step, ...] = tuple(step for chapter in CHAPTERS for step in chapter.steps)

EXPECTED = (
    Ending(
        "shop-one:920000000000001001",
        "closed",
        ("order_received", "shipped", "delivered", "refund"),
        "partial",
    ),
    Ending("shop-one:920000000000001002", "canceled", ("order_received", "canceled")),
    Ending("shop-two:1501", "closed", ("order_received", "shipped", "delivered", "refund"), "partial"),
    Ending("shop-two:1502", "shipped", ("order_received", "preparing", "shipped")),
    Ending("shop-two:1503", "canceled", ("order_received", "canceled", "refund"), "full"),
    Ending("shop-two:1504", "new", ()),
    Ending("shop-two:1505", "closed", ("order_received", "refund"), "partial"),
    *CLERK_EXPECTED,
    *MARKET_EXPECTED,
    *PARCEL_EXPECTED,
    *LEVEL_EXPECTED,
)
