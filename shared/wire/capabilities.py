"""What a channel can express, declared by its adapter in ``capabilities.py``: one constant, ``CAPABILITIES``.

The core keeps the full truth; where a channel cannot express a part of it, that part is not told, and the
order's history says so (``degraded``). ``docs/channels.md`` is made from these.
"""

from __future__ import annotations

from datetime import timedelta

from shared.orders.values import value


@value(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One channel's abilities.

    ``calls``: the calls it takes (:data:`shared.orders.effects.CALLS`). Lossy ways of taking them are told by
    the flags. ``hosts``: host names its API may be at, ``*.`` in front for any below; () for shops, which
    have names of their own.
    """

    calls: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    base_url: str = ""  # where it is for everybody; "" where each merchant has its own
    options: tuple[str, ...] = ()  # names of the connection's options that the adapter needs
    credentials: tuple[str, ...] = ()  # names of the credentials that the adapter needs
    splits: bool = True  # one order, several packages
    line_quantities: bool = True  # part of a line in a package
    partial_refunds: bool = True
    is_marketplace: bool = True  # default of the setting own_shop
    collects_after_accept: bool = False
    refunds_by_merchant: bool = True
    refund_after_refusal: bool = False
    tracking_needed: bool = False  # a ship call without a number is refused by the channel
    polls: bool = False
    poll_every: timedelta = timedelta(minutes=5)  # at most as often as the contract allows
    overlap: timedelta = timedelta(minutes=10)  # each window begins this long before the last one's end
    settles_after: timedelta = timedelta(0)  # the newest moments that the API does not answer for yet
    subscriptions: bool = False  # webhooks can be listed and made by API
    by_queue: bool = False  # they are messages in the stack's own queue, whose policy proves the sender
    levels: bool = False  # takes stock levels
    levels_later: bool = False  # and says later which of them it refused
    creates_orders: bool = False  # can be a back-office shop
    follow_every: timedelta | None = None  # a carrier: how often it is asked to tell of a parcel; None: never
    follows_silent: bool = False  # only of parcels that it has not told of for that long
    follows_at_once: bool = False  # and of each that gets its number: it tells of it from then on
    follows_any: bool = False  # parcels of every carrier that nobody else is asked of
    books: bool = False  # a carrier account: books parcels, gives their labels
    open_points: tuple[str, ...] = ()  # what the contract leaves open, a sentence each
