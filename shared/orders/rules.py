"""What the merchant decided for one connection, as far as the domain asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta

from shared.orders.values import value

ANY_CARRIER = ""
"""In place of a carrier: who tells of the parcels of all that are not named."""


@value(frozen=True, slots=True, kw_only=True)
class Follow:
    """How often a carrier is asked to tell of a parcel.

    ``only_silent``: if it has not for that long; ``at_once``: and when the parcel gets its number.
    """

    every: timedelta
    only_silent: bool = False
    at_once: bool = False


@value(frozen=True, slots=True, kw_only=True)
class Rules:
    """One connection's rules. Durations are elapsed time, never wall-clock hours."""

    own_shop: bool = True  # the merchant's own shop: mails default to on
    mails: frozenset[str] | None = None  # kinds of mail sent; None: all for own shops, none for marketplaces
    capabilities: frozenset[str] = frozenset()  # channel calls this channel takes; others are not owed
    process_when_authorized: bool = True  # prepaid orders: authorized is enough
    closing_delay: timedelta = timedelta(0)
    close_untracked_after: timedelta = timedelta(days=30)
    pickup_within: timedelta = timedelta(days=7)
    tracking_mandatory: str = "never"  # never, always, or by_method
    tracking_methods: frozenset[str] = frozenset()  # by_method: shipping methods that need tracking
    tracking_wait: timedelta = timedelta(hours=3)
    cancellation_requests: bool = True  # answer buyers' requests by rule where the lifecycle allows it
    auto_accept: bool = False
    splits: bool = True  # the channel knows several packages an order
    collects_after_accept: bool = False  # the channel collects the money first, then says processable
    refunds_by_merchant: bool = True  # the channel leaves refunds to the merchant
    refund_after_refusal: bool = False
    back_office: str = ""  # connection id of the shop in which orders are created, "" for none
    carrier: str = ""  # default carrier where a number fits several
    books_parcels: bool = False
    follows: Mapping[str, Follow] = field(default_factory=dict)  # by our word for the carrier, or ANY_CARRIER
    erase_after_months: int = 6  # calendar months after which the customer's data is erased
    import_since: datetime | None = None  # orders placed before are recorded as they stand

    def mail_wanted(self, kind: str) -> bool:
        """True where this connection's customers get this kind of mail."""
        return self.own_shop if self.mails is None else kind in self.mails
