"""Simulated DHL: Shipment Tracking Unified, asked and pushed (developer.dhl.com).

A parcel is asked for by number, as often as the quota of a day allows. Who subscribes names a header and a
token, which come with every push; a push has the shape of an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

KEY = "example-dhl-key"
QUOTA = 250  # questions a day: what is said of new accounts, DHL publishes no number
_SUBSCRIPTIONS = "/tracking/push/v1/subscription"


@dataclass(slots=True)
class Dhl:
    """One account. ``orders`` are its shipments, by number; ``hook`` is where and how it pushes."""

    now: Callable[[], datetime]
    kind: str = "dhl"
    events: list[Event] = field(default_factory=list)
    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    hook: dict[str, Any] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)

    @property
    def orders(self) -> Mapping[str, Any]:
        """The shipments."""
        return self.shipments

    def place(self, order_id: str, **wishes: Any) -> None:  # noqa: ARG002
        """Let a shipper announce a parcel with this number."""
        self.act(order_id, "pre-transit")

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let DHL scan a parcel: ``action`` is a status code; with ``silently`` no push is sent of it."""
        event = {"timestamp": self.now().isoformat(), "statusCode": action, "status": action.upper()}
        shipment = self.shipments.setdefault(
            order_id, {"id": order_id, "service": "parcel-de", "status": event, "events": []}
        )
        shipment["status"] = event
        shipment["events"].insert(0, event)
        if not details.get("silently"):
            self.events.append(Event(topic="", body=json.dumps({"shipments": [shipment]}).encode()))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer as the APIs do."""
        asked = take_apart(request)
        if asked.headers.get("dhl-api-key") != KEY:
            return _problem(401, "Unauthorized")
        if (asked.method, asked.path) == ("GET", "/track/shipments"):
            return self._track(asked.query.get("trackingNumber", ""))
        if (asked.method, asked.path) == ("POST", _SUBSCRIPTIONS):
            return self._subscribe(asked)
        return _problem(404, "Not found")

    def _track(self, number: str) -> HttpAnswer:
        today = self.now() - timedelta(days=1)
        self.asked = [at for at in self.asked if at > today]
        if len(self.asked) >= QUOTA:
            return _problem(429, "Too many requests within defined time period")
        self.asked.append(self.now())
        if not number:
            return _problem(400, "Bad request")
        if number not in self.shipments:
            return _problem(404, "No result found")
        return answer(200, {"shipments": [self.shipments[number]]})

    def _subscribe(self, asked: Asked) -> HttpAnswer:
        hook = asked.document.get("hook", {})
        proof = hook.get("authentication", {})
        wanted = (hook.get("uri"), proof.get("header"), proof.get("token"))
        if proof.get("type") != "ApiKeyAuthentication" or not all(wanted):
            return _problem(400, "Bad request")
        self.hook = hook
        expires = (self.now() + timedelta(days=365)).isoformat()
        return answer(201, {"id": "subscription-1", "secret": "example", "expires": expires})


def _problem(status: int, title: str) -> HttpAnswer:
    return answer(status, {"title": title, "status": status, "detail": "simulated"})
