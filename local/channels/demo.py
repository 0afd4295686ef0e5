"""The simulated channels of the demo and of ``make run``: which there are, and how they are connected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from local.channels.accounts import ACCOUNTS, Account
from local.channels.bol import OFFER
from local.channels.catalogue import SIMULATED, Simulated
from local.channels.server import ServedChannel, served
from local.channels.simulator import Stocked
from local.channels.tellers import TELLERS, Teller
from local.channels.trackers import TRACKED, Tracked
from local.errors import LocalError
from local.webhooks import url_of
from shared.usecases.book_parcel import reference_of


@dataclass(frozen=True, slots=True)
class DemoChannel:
    """One simulated channel of the demo; ``retries``: how often it sends a webhook again, by its contract."""

    id: str
    kind: str
    name: str
    secret: str = ""
    retries: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def simulated(self) -> Simulated | Account | Tracked | Teller:
        """How its kind is simulated."""
        kinds: dict[str, Simulated | Account | Tracked | Teller] = {
            **TELLERS,
            **TRACKED,
            **ACCOUNTS,
            **SIMULATED,
        }
        return kinds[self.kind]

    def api_url(self, served_at: str) -> str:
        """Return the address of its API where it is served at ``served_at``; "" where none is used."""
        path = self.simulated.path
        return "" if path is None else f"{served_at}{path}"


DEMO_CHANNELS = (
    DemoChannel(
        "market",
        "mirakl",
        "Example Marketplace",
        settings={
            "back_office": "warehouse",
            "tracking_wait_seconds": 600,
            "retry_seconds": 1,
            "stock": True,
        },
    ),
    DemoChannel(
        "warehouse",
        "woocommerce",
        "Example Warehouse Shop",
        secret="secret-of-warehouse",  # noqa: S106  worth nothing: it opens a door on 127.0.0.1
        settings={"is_back_office": True, "mails": [], "retry_seconds": 1, "stock": True},
    ),
    DemoChannel(
        "bazaar",
        "bol",
        "Example Bazaar",
        settings={
            "cancellation_requests": False,
            "currency": "EUR",
            "retry_seconds": 1,
            "stock": True,
            "stock_buffer": 2,
            "skus": {"MUG": OFFER},
        },
    ),
    DemoChannel(
        "parcels",
        "sendcloud",
        "Example Parcels",
        secret="secret-of-parcels",  # noqa: S106
        retries=10,
        settings={"own_shop": False, "retry_seconds": 1},
    ),
    DemoChannel(
        "postage",
        "easypost",
        "Example Postage",
        secret="secret-of-postage",  # noqa: S106
        retries=6,
        settings={"own_shop": False, "retry_seconds": 1},
    ),
    DemoChannel(
        "ups",
        "ups",
        "Example UPS",
        secret="secret-of-ups",  # noqa: S106
        settings={"own_shop": False, "retry_seconds": 1},
    ),
    DemoChannel(
        "dhl",
        "dhl",
        "Example DHL",
        secret="secret-of-dhl",  # noqa: S106
        settings={"own_shop": False, "retry_seconds": 1},
    ),
    DemoChannel(
        "aftership",
        "aftership",
        "Example AfterShip",
        secret="secret-of-aftership",  # noqa: S106
        retries=14,
        settings={"own_shop": False},
    ),
    DemoChannel(
        "shippo",
        "shippo",
        "Example Shippo",
        secret="secret-of-shippo",  # noqa: S106
        settings={"own_shop": False},
    ),
)

_PARCEL = re.compile(r"parcel (?P<package>\S+) of (?P<order>\S+)")


@contextmanager
def served_channels(api_url: str, now: Callable[[], datetime]) -> Iterator[dict[str, ServedChannel]]:
    """Serve every simulated channel until the end of the block; webhooks go to the hub at ``api_url``."""
    with ExitStack() as stack:
        yield {
            channel.id: stack.enter_context(
                served(
                    channel.simulated.make(now),
                    webhook_url=url_of(api_url, channel.kind, channel.id),
                    secret=channel.secret,
                    retries=channel.retries,
                )
            )
            for channel in DEMO_CHANNELS
        }


def field_of(document: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path such as ``parcels/0/status``, None where there is none."""
    found: Any = document
    for step in path.split("/"):
        try:
            found = found[int(step) if isinstance(found, list) else step]
        except (LookupError, TypeError, ValueError):
            return None
    return found


def stock_of(channel: ServedChannel, name: str, sku: str) -> int:
    """Return the pieces of our SKU that a channel of the demo shows, by the name that it has there."""
    names: Mapping[str, str] = {demo.id: demo.settings.get("skus", {}) for demo in DEMO_CHANNELS}[name]
    stocked = cast("Stocked", channel.simulator)
    return stocked.stock(names.get(sku, sku))


def document_of(channel: ServedChannel, order: str) -> Mapping[str, Any]:
    """Return a channel's own document of an order. Raises LocalError where there is none.

    ``copy of ID`` is the copy of one of ours, ``parcel 1 of ID`` a parcel that was booked for one.
    """
    ours = order.removeprefix("copy of ")
    if parcel := _PARCEL.fullmatch(order):
        ours = reference_of(parcel["order"], parcel["package"])
    for key, document in channel.simulator.orders.items():
        if str(key) == order or (ours != order and json.dumps(ours) in json.dumps(document)):
            found: Mapping[str, Any] = document
            return found
    raise LocalError(f"{channel.simulator.kind} has no order {order}.")
