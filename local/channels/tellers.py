"""Every carrier source that tells of parcels and is asked nothing: how it is simulated. One row a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.channels.aftership import AfterShip
from local.channels.shippo import Shippo


@dataclass(frozen=True, slots=True)
class Teller:
    """One kind. The words are its own for the same two scans."""

    make: Callable[[Callable[[], datetime]], AfterShip | Shippo]
    in_transit: str
    delivered: str
    path: str | None = None  # it has no API that is used
    credentials: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


TELLERS: dict[str, Teller] = {
    "aftership": Teller(AfterShip, "InTransit", "Delivered"),
    "shippo": Teller(Shippo, "TRANSIT", "DELIVERED"),
}
