"""The Notifications API v1 of a simulated Amazon: an application's destinations, a seller's subscriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from local.channels.simulator import Asked, answer
from shared.wire.http import HttpAnswer

DESTINATIONS = "/notifications/v1/destinations"
SUBSCRIPTIONS = "/notifications/v1/subscriptions/"
SCOPE = "sellingpartnerapi::notifications"
PAYLOADS = {"ORDER_CHANGE": "1.0"}
_ARN = re.compile(r"arn:aws:sqs:\S+:\S+:\S+")


@dataclass(slots=True)
class AmazonNotifications:
    """One application's destinations, and one seller's subscriptions by type."""

    destinations: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0

    def answer(self, asked: Asked) -> HttpAnswer:
        """Answer one request, whose token is known to be of the right kind."""
        kind = asked.path.removeprefix(SUBSCRIPTIONS)
        if asked.path == DESTINATIONS:
            if asked.method == "GET":
                return answer(200, {"payload": self.destinations})
            return self._create_destination(asked.document)
        if kind not in PAYLOADS:
            return _error(400, "InvalidInput")
        if asked.method == "POST":
            return self._subscribe(kind, asked.document)
        if kind not in self.subscriptions:
            return _error(404, "NotFound")
        return answer(200, {"payload": self.subscriptions[kind]})

    def _create_destination(self, wanted: dict[str, Any]) -> HttpAnswer:
        resource = wanted.get("resourceSpecification", {})
        if not wanted.get("name") or not _ARN.fullmatch(resource.get("sqs", {}).get("arn", "")):
            return _error(400, "InvalidInput")
        if any(known["resource"]["sqs"] == resource["sqs"] for known in self.destinations):
            return _error(409, "Conflict")
        resource = {"sqs": resource["sqs"], "eventBridge": None}
        made = {"name": wanted["name"], "destinationId": self._id("destination"), "resource": resource}
        self.destinations.append(made)
        return answer(200, {"payload": made})

    def _subscribe(self, kind: str, wanted: dict[str, Any]) -> HttpAnswer:
        known = {destination["destinationId"] for destination in self.destinations}
        if wanted.get("payloadVersion") != PAYLOADS[kind] or wanted.get("destinationId") not in known:
            return _error(400, "InvalidInput")
        if kind in self.subscriptions:
            return _error(409, "StateConflict")
        self.subscriptions[kind] = {"subscriptionId": self._id("subscription"), **wanted}
        return answer(200, {"payload": self.subscriptions[kind]})

    def _id(self, what: str) -> str:
        self.made += 1
        return f"{what}-{self.made}"


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"errors": [{"code": code, "message": "Not done."}]})
