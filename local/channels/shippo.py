"""Simulated Shippo: it tells of the parcels that it tracks (docs.goshippo.com, *Tracking*), each time with
the whole history. Nothing of its API is used, so it answers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.channels.simulator import Event, answer
from shared.wire.http import HttpAnswer, HttpRequest


@dataclass(slots=True)
class Shippo:
    """One account. ``orders`` are its tracks, by number."""

    now: Callable[[], datetime]
    kind: str = "shippo"
    events: list[Event] = field(default_factory=list)
    tracks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def orders(self) -> Mapping[str, Any]:
        """The tracks."""
        return self.tracks

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let the merchant register a number to be tracked; ``carrier`` is Shippo's token of it."""
        self.tracks[order_id] = {
            "carrier": wishes.get("carrier", "gls_de"),
            "tracking_number": order_id,
            "eta": None,
            "tracking_status": None,
            "tracking_history": [],
            "transaction": None,
            "metadata": "",
        }

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let a carrier scan a parcel: ``action`` is a status (``TRANSIT``); ``test`` for a test parcel's."""
        track = self.tracks[order_id]
        scan = {
            "object_id": f"example{len(track['tracking_history']) + 1}",
            "status": action,
            "status_details": action,
            "status_date": self.now().isoformat(),
            "location": None,
        }
        track["tracking_history"].append(scan)
        track["tracking_status"] = scan
        event = {"event": "track_updated", "test": bool(details.get("test")), "data": track}
        self.events.append(Event(topic="track_updated", body=json.dumps(event).encode()))

    def __call__(self, request: HttpRequest) -> HttpAnswer:  # noqa: ARG002
        """Answer that there is nothing to be asked."""
        return answer(404, {"detail": "simulated"})
