"""What simulated accounts share at which parcels are booked: shipments with labels, and nobody who orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.channels.simulator import Event


@dataclass(slots=True)
class BookingAccount:
    """One account. ``labels`` are by their names in its API; a ``locked`` carrier takes nothing back."""

    now: Callable[[], datetime]
    events: list[Event] = field(default_factory=list)
    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, bytes] = field(default_factory=dict)
    locked: bool = False

    @property
    def orders(self) -> Mapping[str, Any]:
        """The shipments, by their ids."""
        return self.shipments

    def place(self, order_id: str, **wishes: Any) -> None:  # noqa: ARG002
        """Nobody places orders here."""
        raise ValueError("a carrier account has no buyers")
