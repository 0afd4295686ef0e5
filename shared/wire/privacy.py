"""What a customer asks of their own data, as a channel passes it on."""

from __future__ import annotations

from shared.orders.facts import PrivacyWord
from shared.orders.values import value


@value(frozen=True, slots=True, kw_only=True)
class PrivacyRequest:
    """``orders`` are external ids that the channel names; ``email`` finds those that it does not name, and
    so do ``accounts``, the channel's own names of the customer. ``everyone``: all customers there are.

    ``request`` is the channel's own id of it, or what tells it from another one. Holds personal data.
    """

    word: PrivacyWord
    request: str
    orders: tuple[str, ...] = ()
    email: str = ""
    accounts: tuple[str, ...] = ()
    everyone: bool = False
