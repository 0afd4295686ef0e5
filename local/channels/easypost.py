"""A simulated EasyPost account: shipments made, bought and given back (docs.easypost.com), tracker webhooks.

As there, a reference may stand where an id does, and is not kept unique: the oldest under it is shown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

KEY = "EZTKexample"
LABEL = b"\x89PNG\r\n\x1a\n a simulated label"
_ADDRESS = ("name", "street1", "city", "country")


@dataclass(slots=True)
class EasyPost:
    """One account. ``orders`` are its shipments, by id; ``files`` is where labels are."""

    now: Callable[[], datetime]
    files: str = "https://api.easypost.com"
    kind: str = "easypost"
    events: list[Event] = field(default_factory=list)
    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    locked: bool = False  # the carrier grants no refunds any more

    @property
    def orders(self) -> Mapping[str, Any]:
        """The shipments."""
        return self.shipments

    def place(self, order_id: str, **wishes: Any) -> None:  # noqa: ARG002
        """Nobody places orders here."""
        raise ValueError("a carrier account has no buyers")

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the carrier scan a shipment's parcel: ``action`` is a tracker's status (``in_transit``)."""
        del details
        at = self.now().isoformat()
        tracker = {
            "object": "Tracker",
            "tracking_code": self.shipments[order_id]["tracking_code"],
            "carrier": "USPS",
            "status": action,
            "updated_at": at,
            "tracking_details": [{"status": action, "datetime": at, "message": action}],
        }
        event = {"id": f"evt_{len(self.events)}", "object": "Event", "description": "tracker.updated"}
        body = json.dumps(event | {"result": tracker}).encode()
        self.events.append(Event(topic="tracker.updated", body=body))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer as the API does; labels need no key."""
        asked = take_apart(request)
        path = asked.path.strip("/").split("/")
        if path[0] == "labels":
            return HttpAnswer(status=200, headers={"content-type": "image/png"}, body=LABEL)
        expected = base64.b64encode(f"{KEY}:".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "APIKEY.INACTIVE")
        match asked.method, path:
            case "POST", ["v2", "shipments"]:
                return self._make(asked)
            case "GET", ["v2", "shipments", name] if (shipment := self._named(name)) is not None:
                return answer(200, shipment)
            case "POST", ["v2", "shipments", name, "buy"] if (shipment := self._named(name)) is not None:
                return self._buy(shipment, asked)
            case "POST", ["v2", "shipments", name, "refund"] if (shipment := self._named(name)) is not None:
                return self._refund(shipment)
        return _error(404, "NOT_FOUND")

    def _named(self, name: str) -> dict[str, Any] | None:
        references = (s for s in self.shipments.values() if s["reference"] == name)
        return self.shipments.get(name) or next(references, None)

    def _make(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document["shipment"]
        for side in ("from_address", "to_address"):
            if any(not wanted.get(side, {}).get(name) for name in _ADDRESS):
                return _error(422, "ADDRESS.PARAMETERS.INVALID")
        if float(wanted["parcel"]["weight"]) <= 0:
            return _error(422, "PARCEL.PARAMETERS.INVALID")
        number = len(self.shipments) + 1
        shipment = {
            "id": f"shp_{number}",
            "object": "Shipment",
            "reference": wanted.get("reference"),
            "rates": [
                {"id": f"rate_{number}_1", "carrier": "USPS", "service": "Express", "rate": "32.00"},
                {"id": f"rate_{number}_2", "carrier": "USPS", "service": "Priority", "rate": "7.50"},
            ],
            "selected_rate": None,
            "postage_label": None,
            "tracking_code": None,
            "tracker": None,
            "refund_status": None,
        }
        self.shipments[str(shipment["id"])] = shipment
        return answer(201, shipment)

    def _buy(self, shipment: dict[str, Any], asked: Asked) -> HttpAnswer:
        if shipment["postage_label"]:
            return _error(422, "SHIPMENT.POSTAGE.EXISTS")
        rates = {rate["id"]: rate for rate in shipment["rates"]}
        rate = rates.get(asked.document["rate"]["id"])
        if rate is None:
            return _error(422, "SHIPMENT.RATE.INVALID")
        code = f"94001000000000000{len(self.shipments):05d}"
        shipment |= {
            "selected_rate": rate,
            "tracking_code": code,
            "tracker": {"public_url": f"https://track.easypost.com/{code}"},
            "postage_label": {
                "label_url": f"{self.files}/labels/{shipment['id']}.png",
                "label_file_type": "image/png",
            },
        }
        return answer(200, shipment)

    def _refund(self, shipment: dict[str, Any]) -> HttpAnswer:
        if not shipment["postage_label"] or shipment["refund_status"]:
            return _error(422, "SHIPMENT.REFUND.UNAVAILABLE")
        shipment["refund_status"] = "rejected" if self.locked else "submitted"
        return answer(200, shipment)


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"error": {"code": code, "message": "simulated", "errors": []}})
