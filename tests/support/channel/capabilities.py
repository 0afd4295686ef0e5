"""The scripted channel can do everything, like a marketplace that collects the money itself."""

from shared.orders.effects import CALLS
from shared.wire.capabilities import Capabilities

CAPABILITIES = Capabilities(calls=CALLS, polls=True, subscriptions=True, creates_orders=True)
