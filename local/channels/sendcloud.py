"""A simulated Sendcloud account: API v3 as its documentation has it (sendcloud.dev), labels, status webhooks.

It refuses what Sendcloud refuses: unknown keys (401), an announcement that lacks what it needs (400), a
second one under the same reference (409, with the first). An option code that is not of the account is
refused as well.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from local.channels.bookings import BookingAccount
from local.channels.labels import pdf_label
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

KEYS = ("example-public-key", "example-secret-key")
OPTIONS = ("postnl:standard", "sendcloud:letter")
_ROOT = "/api/v3"
_ADDRESS = ("name", "address_line_1", "postal_code", "city", "country_code")


@dataclass(slots=True)
class Sendcloud(BookingAccount):
    """One account; labels are named by the parcel's id, and asked for ``labels_after`` times in vain."""

    kind: str = "sendcloud"
    labels_after: int = 0

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the carrier scan a shipment's parcel: ``action`` is a phase of the webhook (``in_transit``)."""
        del details
        parcel = self.shipments[order_id]["parcels"][0]
        at = self.now().isoformat()
        data = {
            "parcel": {
                "parcel_id": parcel["id"],
                "tracking_number": parcel["tracking_number"],
                "carrier_code": "postnl",
                "announced_at": parcel["created_at"],
            },
            "event": {"timestamp": at, "phase": action, "description": action, "is_returned": False},
        }
        body = json.dumps({"event_type": "parcels.event.created", "data": data}).encode()
        self.events.append(Event(topic="parcels.event.created", body=body))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer as the API does."""
        asked = take_apart(request)
        expected = base64.b64encode(":".join(KEYS).encode()).decode()
        if asked.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "authentication_failed")
        path = asked.path.removeprefix(_ROOT).strip("/").split("/")
        match asked.method, path:
            case "POST", ["shipments", "announce"]:
                return self._announce(asked)
            case "GET", ["shipments"]:
                wanted = asked.query.get("external_reference_id")
                found = [s for s in self.shipments.values() if wanted in (None, s["external_reference_id"])]
                return answer(200, {"data": found})
            case "GET", ["shipments", shipment] if shipment in self.shipments:
                return answer(200, {"data": self.shipments[shipment]})
            case "POST", ["shipments", shipment, "cancel"] if shipment in self.shipments:
                return self._cancel(self.shipments[shipment])
            case "GET", ["parcels", parcel, "documents", "label"]:
                return self._label(parcel)
        return _error(404, "not_found")

    def _announce(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document
        known = {shipment["external_reference_id"]: shipment for shipment in self.shipments.values()}
        reference = wanted.get("external_reference_id")
        if reference in known:
            return answer(409, {"data": known[reference]})
        option = wanted.get("ship_with", {}).get("properties", {}).get("shipping_option_code")
        if option not in OPTIONS:
            return _error(400, "invalid_shipping_option")
        for side in ("from_address", "to_address"):
            if any(not wanted.get(side, {}).get(name) for name in _ADDRESS):
                return _error(400, "invalid")
        if float(wanted["parcels"][0]["weight"]["value"]) <= 0:
            return _error(400, "invalid")
        number = len(self.shipments) + 1
        shipment: dict[str, Any] = {
            "id": f"shipment-{number}",
            "external_reference_id": reference,
            "order_number": wanted["order_number"],
            "carrier": {"code": "postnl", "name": "PostNL"},
            "parcels": [
                {
                    "id": 383_700_000 + number,
                    "status": {"code": "READY_TO_SEND", "message": "Ready to send"},
                    "tracking_number": f"3SYZXG{number:09d}",
                    "tracking_url": f"https://tracking.example.com/3SYZXG{number:09d}",
                    "created_at": self.now().isoformat(),
                }
            ],
        }
        self.shipments[str(shipment["id"])] = shipment
        to = wanted["to_address"]
        place = f"{to['postal_code']} {to['city']} {to['country_code']}"
        text = ("SIMULATED - POSTNL", f"ORDER {wanted['order_number']}", to["name"], place)
        parcel = shipment["parcels"][0]
        self.labels[str(parcel["id"])] = pdf_label(text, parcel["tracking_number"])
        return answer(201, {"data": shipment})

    def _cancel(self, shipment: dict[str, Any]) -> HttpAnswer:
        if self.locked or shipment["parcels"][0]["status"]["code"] == "CANCELLED":
            return _error(409, "conflict")
        shipment["parcels"][0]["status"] = {"code": "CANCELLED", "message": "Cancelled"}
        return answer(200, {"data": {"status": "cancelled", "message": "Shipment has been cancelled"}})

    def _label(self, parcel: str) -> HttpAnswer:
        if parcel not in self.labels:
            return _error(404, "not_found")
        if self.labels_after:
            self.labels_after -= 1
            return _error(404, "not_found")
        return HttpAnswer(status=200, headers={"content-type": "application/pdf"}, body=self.labels[parcel])


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"errors": [{"status": str(status), "code": code, "detail": "simulated"}]})
