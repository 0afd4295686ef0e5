"""Simulated UPS: Track Alert v2 and the Track API, as their specifications have them (UPS-API on GitHub).

It refuses what UPS refuses: unknown clients and ended tokens (401), a request without ``transId`` or
``transactionSrc``, more than a hundred numbers, and a request of which it takes none (400). Success is
partial. A subscription ends after fourteen days; events are sent of what is subscribed to, and of nothing
before.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.channels.simulator import Asked, Event, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

CLIENT = ("example-client", "example-secret")
LIVES = timedelta(days=14)
_NUMBER = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}(?:[0-9A-Z]{12})?", re.ASCII)
_AT_ONCE = 100
_TOKEN_SECONDS = 14_399
_TYPES = {"MP": "M", "FS": "D", "KB": "D", "F4": "D", "X": "X"}  # all others: in transit


@dataclass(slots=True)
class Ups:
    """One application. ``parcels`` are activities by number, the most recent first."""

    now: Callable[[], datetime]
    kind: str = "ups"
    events: list[Event] = field(default_factory=list)
    parcels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    subscribed: dict[str, datetime] = field(default_factory=dict)  # number -> when it ends
    tokens: dict[str, datetime] = field(default_factory=dict)

    @property
    def orders(self) -> Mapping[str, Any]:
        """The parcels."""
        return {number: {"id": number, "activity": found} for number, found in self.parcels.items()}

    def place(self, order_id: str, **wishes: Any) -> None:  # noqa: ARG002
        """Let a shipper print a label with this number."""
        self.act(order_id, "MP")

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let UPS scan a parcel: ``action`` is a code (``DP``); with ``silently`` no event is sent of it."""
        at = self.now()
        status = {"type": _TYPES.get(action, "I"), "code": action, "description": "Simulated"}
        moment = {"gmtDate": f"{at:%Y%m%d}", "gmtTime": f"{at:%H:%M:%S}", "gmtOffset": "+00:00"}
        self.parcels.setdefault(order_id, []).insert(0, {"status": status, **moment})
        if not details.get("silently") and self.subscribed.get(order_id, at) > at:
            event = {
                "trackingNumber": order_id,
                "activityStatus": {**status, "descriptionCode": "000"},
                "gmtActivityDate": f"{at:%Y%m%d}",
                "gmtActivityTime": f"{at:%H%M%S}",
            }
            self.events.append(Event(topic="", body=json.dumps(event).encode()))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer as the APIs do."""
        asked = take_apart(request)
        if (asked.method, asked.path) == ("POST", "/security/v1/oauth/token"):
            return self._token(asked)
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self.tokens.get(token, self.now()) <= self.now():
            return _error(401, "250002")
        if not (asked.headers.get("transid") and asked.headers.get("transactionsrc")):
            return _error(400, "VSS110")
        match asked.method, asked.path.strip("/").split("/"):
            case "POST", ["api", "track", "v2", "subscription", "standard" | "enhanced", "package"]:
                return self._subscribe(asked)
            case "GET", ["api", "track", "v1", "details", number]:
                return self._details(number)
        return _error(404, "10404")

    def _token(self, asked: Asked) -> HttpAnswer:
        expected = base64.b64encode(":".join(CLIENT).encode()).decode()
        if asked.headers.get("authorization") != f"Basic {expected}":
            return _error(401, "10401")
        token = f"token-{len(self.tokens) + 1}"
        self.tokens[token] = self.now() + timedelta(seconds=_TOKEN_SECONDS)
        # As a text: so it is in UPS's answers.
        return answer(200, {"token_type": "Bearer", "access_token": token, "expires_in": str(_TOKEN_SECONDS)})

    def _subscribe(self, asked: Asked) -> HttpAnswer:
        numbers = asked.document.get("trackingNumberList") or []
        if not numbers or len(numbers) > _AT_ONCE:
            return _error(400, "VSS200")
        valid = [number for number in numbers if _NUMBER.fullmatch(number)]
        if not valid:
            return _error(400, "VSS215")
        self.subscribed |= dict.fromkeys(valid, self.now() + LIVES)
        invalid = [number for number in numbers if number not in valid]
        return answer(200, {"validTrackingNumbers": valid, "invalidTrackingNumbers": invalid})

    def _details(self, number: str) -> HttpAnswer:
        if number not in self.parcels:
            return _error(404, "TW0001")
        package = {"trackingNumber": number, "activity": self.parcels[number], "packageCount": 1}
        return answer(200, {"trackResponse": {"shipment": [{"inquiryNumber": number, "package": [package]}]}})


def prove(
    ask: Callable[[dict[str, str], bytes], tuple[int, bytes]], secret: str, client: str = CLIENT[0]
) -> dict[str, str]:
    """Return the headers that an event is sent with, by a token that ``ask`` gets from the receiver.

    ``ask`` posts headers and a form to the receiver's token address and returns its answer. How UPS hands its
    client over is not published: here by HTTP Basic. Raises ValueError where no token is given.
    """
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode("ascii")
    headers = {"authorization": f"Basic {basic}", "content-type": "application/x-www-form-urlencoded"}
    status, body = ask(headers, b"grant_type=client_credentials")
    if status != 200:
        raise ValueError(f"no token is given: {status}")
    return {
        "content-type": "application/json",
        "authorization": f"Bearer {json.loads(body)['access_token']}",
        "x-api-key": client,
        "user-agent": "UPSPubSubTrackingService",
    }


def _error(status: int, code: str) -> HttpAnswer:
    return answer(status, {"response": {"errors": [{"code": code, "message": "simulated"}]}})
