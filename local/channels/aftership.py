"""Simulated AfterShip: it tells of the parcels that it tracks (aftership.com/docs/tracking, *Webhook
specifications*), each time with the whole history. Nothing of its API is used, so it answers nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.channels.simulator import Event, answer
from shared.wire.http import HttpAnswer, HttpRequest


@dataclass(slots=True)
class AfterShip:
    """One account. ``orders`` are its trackings, by number."""

    now: Callable[[], datetime]
    kind: str = "aftership"
    events: list[Event] = field(default_factory=list)
    trackings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def orders(self) -> Mapping[str, Any]:
        """The trackings."""
        return self.trackings

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let the merchant enter a number to be tracked; ``slug`` is the carrier's."""
        number = len(self.trackings) + 1
        self.trackings[order_id] = {
            "id": f"example{number:024d}",
            "tracking_number": order_id,
            "slug": wishes.get("slug", "gls"),
            "tag": "Pending",
            "subtag": "Pending_001",
            "checkpoints": [],
        }

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let a carrier scan a parcel: ``action`` is a tag (``InTransit``), ``subtag`` may say more.

        ``order_id`` is a tracking's id or its number.
        """
        by_id = {tracking["id"]: tracking for tracking in self.trackings.values()}
        tracking = by_id.get(order_id) or self.trackings[order_id]
        at, subtag = self.now(), details.get("subtag", f"{action}_001")
        is_first = action not in {scan["tag"] for scan in tracking["checkpoints"]}
        scan = {"checkpoint_time": at.isoformat(), "message": action, "tag": action, "subtag": subtag}
        tracking["checkpoints"].append(scan)
        tracking |= {"tag": action, "subtag": subtag}
        event = {
            "ts": int(at.timestamp()),
            "event": "tracking_update",
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{order_id}/{len(tracking['checkpoints'])}")),
            "is_tracking_first_tag": is_first,
            "msg": tracking,
        }
        self.events.append(Event(topic="tracking_update", body=json.dumps(event).encode()))

    def __call__(self, request: HttpRequest) -> HttpAnswer:  # noqa: ARG002
        """Answer that there is nothing to be asked."""
        return answer(404, {"meta": {"code": 4004, "message": "simulated", "type": "NotFound"}})
