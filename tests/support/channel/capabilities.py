"""The scripted channel can do everything, like a marketplace that collects the money itself."""

from datetime import timedelta

from shared.orders.effects import CALLS
from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(
    calls=CALLS,
    polls=True,
    subscriptions=True,
    creates_orders=True,
    follow_every=timedelta(days=13),
    books=True,
    levels=True,
)
