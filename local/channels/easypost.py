"""A simulated EasyPost account (docs.easypost.com): shipments, labels, refunds, trackers, webhooks.

As there, a reference may stand where an id does, and is not kept unique: the oldest under it is shown. What
is bought has a tracker; others are made by ``POST /v2/trackers``, and are found by id and by number.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local.channels.bookings import BookingAccount
from local.channels.labels import png_label
from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

KEY = "EZTKexample"
_ADDRESS = ("name", "street1", "city", "country")


@dataclass(slots=True)
class EasyPost(BookingAccount):
    """One account; labels are named by the shipment's id, and lie where the account is."""

    kind: str = "easypost"
    trackers: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the parcel's number
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    webhook_secrets: dict[str, str] = field(default_factory=dict)  # by the webhook's id; never shown
    told: int = 0

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the carrier scan a parcel: ``action`` is a tracker's status (``in_transit``).

        ``order_id`` is a shipment's id or a tracked number; with ``silently`` no webhook tells of it.
        """
        shipment = self.shipments.get(order_id)
        tracker = self._tracker(shipment["tracking_code"] if shipment else order_id, "USPS")
        at = self.now().isoformat()
        tracker |= {"status": action, "updated_at": at}
        tracker["tracking_details"].append({"status": action, "datetime": at, "message": action})
        if details.get("silently"):
            return
        self.told += 1
        event = {"id": f"evt_{self.told}", "object": "Event", "description": "tracker.updated"}
        body = json.dumps(event | {"result": tracker}).encode()
        self.events.append(Event(topic="tracker.updated", body=body))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer as the API does; labels need no key."""
        asked = take_apart(request)
        path = asked.path.strip("/").split("/")
        if asked.method == "GET" and path[:-1] == ["labels"] and path[-1] in self.labels:
            return HttpAnswer(status=200, headers={"content-type": "image/png"}, body=self.labels[path[-1]])
        expected = base64.b64encode(f"{KEY}:".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "APIKEY.INACTIVE")
        match asked.method, path:
            case "POST", ["v2", "shipments"]:
                return self._make(asked)
            case "GET", ["v2", "shipments", name] if (shipment := self._named(name)) is not None:
                return answer(200, shipment)
            case "POST", ["v2", "shipments", name, "buy"] if (shipment := self._named(name)) is not None:
                url = urlsplit(request.url)
                return self._buy(shipment, asked, f"{url.scheme}://{url.netloc}")
            case "POST", ["v2", "shipments", name, "refund"] if (shipment := self._named(name)) is not None:
                return self._refund(shipment)
            case _, ["v2", "webhooks", *named]:
                return self._webhook(asked, named)
            case "POST", ["v2", "trackers"]:
                return self._track(asked)
            case "GET", ["v2", "trackers"]:
                return answer(200, {"trackers": self._trackers(asked.query), "has_more": False})
            case "GET", ["v2", "trackers", name]:
                found = [tracker for tracker in self.trackers.values() if tracker["id"] == name]
                return answer(200, found[0]) if found else _error(404, "NOT_FOUND")
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
            "to_address": wanted["to_address"],
            "options": wanted.get("options", {}),
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

    def _buy(self, shipment: dict[str, Any], asked: Asked, files: str) -> HttpAnswer:
        if shipment["postage_label"]:
            return _error(422, "SHIPMENT.POSTAGE.EXISTS")
        rates = {rate["id"]: rate for rate in shipment["rates"]}
        rate = rates.get(asked.document["rate"]["id"])
        if rate is None:
            return _error(422, "SHIPMENT.RATE.INVALID")
        code = f"94001000000000000{len(self.shipments):05d}"
        to, name = shipment["to_address"], f"{shipment['id']}.png"
        text = (
            f"SIMULATED - {rate['carrier']} {rate['service']}",
            f"ORDER {shipment['options'].get('print_custom_1', '')}",
            to["name"],
            f"{to.get('zip', '')} {to['city']} {to['country']}",
        )
        self.labels[name] = png_label(text, code)
        shipment |= {
            "selected_rate": rate,
            "tracking_code": code,
            "tracker": self._tracker(code, str(rate["carrier"])),
            "postage_label": {"label_url": f"{files}/labels/{name}", "label_file_type": "image/png"},
        }
        return answer(200, shipment)

    def _tracker(self, code: str, carrier: str) -> dict[str, Any]:
        at = self.now().isoformat()
        tracker = {
            "id": f"trk_{len(self.trackers) + 1}",
            "object": "Tracker",
            "tracking_code": code,
            "carrier": carrier,
            "status": "unknown",
            "created_at": at,
            "updated_at": at,
            "tracking_details": [],
            "public_url": f"https://track.easypost.com/{code}",
        }
        return self.trackers.setdefault(code, tracker)

    def _webhook(self, asked: Asked, named: list[str]) -> HttpAnswer:
        if asked.method == "GET":
            return answer(200, {"webhooks": self.webhooks})
        if asked.method == "POST" and not named:
            wanted = asked.document["webhook"]
            webhook: dict[str, Any] = {"id": f"hook_{len(self.webhooks) + 1}", "object": "Webhook"}
            webhook |= {"mode": "test", "url": wanted["url"], "disabled_at": None, "custom_headers": []}
            self.webhooks.append(webhook)
        else:
            found = [known for known in self.webhooks if [known["id"]] == named]
            if asked.method != "PATCH" or not found:
                return _error(404, "NOT_FOUND")
            webhook, wanted = found[0], asked.document
            webhook["disabled_at"] = None
        self.webhook_secrets[webhook["id"]] = wanted.get("webhook_secret", "")
        return answer(201, webhook)

    def _track(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document["tracker"]
        code = wanted.get("tracking_code")
        if not code:
            return _error(422, "TRACKER.CREATE.ERROR")
        return answer(200, self._tracker(code, wanted.get("carrier") or "USPS"))

    def _trackers(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            tracker
            for tracker in reversed(self.trackers.values())
            if query.get("tracking_code") in (None, tracker["tracking_code"])
            and query.get("carrier") in (None, tracker["carrier"])
        ]

    def _refund(self, shipment: dict[str, Any]) -> HttpAnswer:
        if not shipment["postage_label"] or shipment["refund_status"]:
            return _error(422, "SHIPMENT.REFUND.UNAVAILABLE")
        shipment["refund_status"] = "rejected" if self.locked else "submitted"
        return answer(200, shipment)


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"error": {"code": code, "message": "simulated", "errors": []}})
