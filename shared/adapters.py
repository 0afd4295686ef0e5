"""The registry: which adapter serves which kind of connection. One line each."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from shared.wire.capabilities import Capabilities

if TYPE_CHECKING:
    # What adapters offer is for the type checker alone: who answers webhooks loads no facts and no calls.
    from shared.wire.adapter import MappingModule, PrivacyModule, SignatureModule
    from shared.wire.booking import BookingModule
    from shared.wire.calls import CallsModule
    from shared.wire.follow import FollowModule
    from shared.wire.polls import LaterLevelsModule, LevelsModule, PollsModule, SubscriptionsModule

ADAPTERS = {
    "shopify": "shared.channels.shopify",
    "woocommerce": "shared.channels.woocommerce",
    "mirakl": "shared.channels.mirakl",
    "amazon": "shared.channels.amazon",
    "ikas": "shared.channels.ikas",
    "ebay": "shared.channels.ebay",
    "trendyol": "shared.channels.trendyol",
    "bol": "shared.channels.bol",
    "kaufland": "shared.channels.kaufland",
    "easypost": "shared.carriers.easypost",
    "aftership": "shared.carriers.aftership",
    "dhl": "shared.carriers.dhl",
    "sendcloud": "shared.carriers.sendcloud",
    "shippo": "shared.carriers.shippo",
    "ups": "shared.carriers.ups",
}


class UnknownKindError(LookupError):
    """No adapter serves this kind of connection."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no adapter for {kind!r}; known are {', '.join(sorted(ADAPTERS))}")


def signature_of(kind: str) -> SignatureModule:
    """Return the signature module of ``kind``; imports nothing else of the adapter."""
    return cast("SignatureModule", _module(kind, "signature"))


def mapping_of(kind: str) -> MappingModule:
    """Return the mapping module of ``kind``."""
    return cast("MappingModule", _module(kind, "mapping"))


def privacy_of(kind: str) -> PrivacyModule | None:
    """Return the mapping module of a ``kind`` that passes on what customers ask, else None."""
    mapping = _module(kind, "mapping")
    return cast("PrivacyModule", mapping) if hasattr(mapping, "PRIVACY_TOPICS") else None


def calls_of(kind: str) -> CallsModule:
    """Return the calls module of ``kind``. Raises ModuleNotFoundError where it takes none."""
    return cast("CallsModule", _module(kind, "calls"))


def polls_of(kind: str) -> PollsModule:
    """Return the polls module of ``kind``. Raises ModuleNotFoundError where it cannot be asked."""
    return cast("PollsModule", _module(kind, "polls"))


def subscriptions_of(kind: str) -> SubscriptionsModule:
    """Return the subscriptions module of ``kind``. Raises ModuleNotFoundError where it has none."""
    return cast("SubscriptionsModule", _module(kind, "subscriptions"))


def levels_of(kind: str) -> LevelsModule:
    """Return the stock levels module of ``kind``. Raises ModuleNotFoundError where it takes none."""
    return cast("LevelsModule", _module(kind, "levels"))


def later_levels_of(kind: str) -> LaterLevelsModule:
    """Return the stock levels module of a ``kind`` that carries levels out later."""
    return cast("LaterLevelsModule", _module(kind, "levels"))


def follow_of(kind: str) -> FollowModule:
    """Return the follow module of ``kind``. Raises ModuleNotFoundError where it follows no parcels."""
    return cast("FollowModule", _module(kind, "follow"))


def booking_of(kind: str) -> BookingModule:
    """Return the booking module of ``kind``. Raises ModuleNotFoundError where it books no parcels."""
    return cast("BookingModule", _module(kind, "booking"))


@cache
def capabilities_of(kind: str) -> Capabilities:
    """Return what ``kind`` can express; an adapter that declares nothing only listens."""
    if find_spec(f"{_package(kind)}.capabilities") is None:
        return Capabilities(is_marketplace=False)
    module = _module(kind, "capabilities")
    return cast("Capabilities", vars(module)["CAPABILITIES"])


def is_carrier(kind: str) -> bool:
    """Return whether ``kind`` tells of parcels, and never of orders."""
    return _package(kind).startswith("shared.carriers.")


def _package(kind: str) -> str:
    if kind not in ADAPTERS:
        raise UnknownKindError(kind)
    return ADAPTERS[kind]


def _module(kind: str, name: str) -> object:
    # Imported by name: a webhook of one channel must not load the others.
    return _imported(f"{_package(kind)}.{name}")


# By the module's name: a kind may get another package.
_imported = cache(import_module)
