"""The Notification API of a simulated eBay: config, destinations, topics, subscriptions.

As the real one it makes no destination before it has an address for alerts, asks each address for the proof
that its verification token is known there, and takes no second destination for an address. A subscription is
the application's or the seller's, by its topic, and needs the scopes of the topic.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.channels.simulator import Asked, answer
from shared.wire.http import HttpAnswer, HttpRequest

NOTIFICATION = "/commerce/notification/v1"
SCOPES = "https://api.ebay.com/oauth/api_scope"
MANAGED = f"{SCOPES}/commerce.notification.subscription"
TOPICS: dict[str, tuple[str, str]] = {
    "MARKETPLACE_ACCOUNT_DELETION": ("APPLICATION", SCOPES),
    "ORDER_CONFIRMATION": ("USER", f"{SCOPES}/sell.fulfillment"),
    "ITEM_MARKED_SHIPPED": ("USER", f"{SCOPES}/commerce.shipping"),
}
"""Whom a topic belongs to, and the scope that it needs."""

Document = dict[str, Any]
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
_FEWEST, _MOST = 10, 100


class NotificationError(Exception):
    """A request is refused, by one of the API's own numbers."""

    def __init__(self, status: int, number: int) -> None:
        super().__init__(number)
        self.status = status
        self.number = number


def nobody(_request: HttpRequest) -> HttpAnswer:
    """Stand for an address at which nobody is."""
    return HttpAnswer(status=404)


@dataclass(slots=True)
class Notifications:
    """One application's notifications. ``hub`` answers at the addresses that they go to."""

    hub: Callable[[HttpRequest], HttpAnswer] = nobody
    alert_email: str = ""
    destinations: dict[str, Document] = field(default_factory=dict)
    subscriptions: dict[str, Document] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # of subscriptions
    public_keys: dict[str, str] = field(default_factory=dict)  # PEM by id
    challenges: list[str] = field(default_factory=list)  # every code that was sent
    made: int = 0

    def goes_out(self, topic: str) -> bool:
        """Return whether what is to be told under a topic is told to somebody."""
        return any(
            entry["topicId"] == topic
            and entry["status"] == "ENABLED"
            and self.destinations[entry["destinationId"]]["status"] == "ENABLED"
            for entry in self.subscriptions.values()
        )

    def answer(self, asked: Asked, owner: str, scopes: str) -> HttpAnswer:
        """Answer one request that came with a token of the application (``owner``) or of the seller."""
        path = asked.path.removeprefix(NOTIFICATION)
        if path.startswith("/subscription"):
            if owner == "USER" and MANAGED not in scopes.split():
                return _error(403, 1100)
        elif owner != "APPLICATION":
            return _error(403, 1100)
        for method, pattern, work in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == asked.method:
                try:
                    return work(self, asked, owner, scopes, *found.groups())
                except NotificationError as error:
                    return _error(error.status, error.number)
        return _error(404, 2002)

    def _get_config(self, _asked: Asked, _owner: str, _scopes: str) -> HttpAnswer:
        if not self.alert_email:
            raise NotificationError(404, 195026)
        return answer(200, {"alertEmail": self.alert_email})

    def _put_config(self, asked: Asked, _owner: str, _scopes: str) -> HttpAnswer:
        address = asked.document.get("alertEmail", "")
        if "@" not in address:
            raise NotificationError(400, 195025)
        self.alert_email = address
        return HttpAnswer(status=204)

    def _get_topic(self, _asked: Asked, _owner: str, _scopes: str, topic: str) -> HttpAnswer:
        if topic not in TOPICS:
            raise NotificationError(404, 195002)
        scope, needed = TOPICS[topic]
        old, new = (
            {"format": ["JSON"], "schemaVersion": version, "deliveryProtocol": "HTTPS", "deprecated": is_old}
            for version, is_old in (("0.9", True), ("1.0", False))
        )
        document = {"topicId": topic, "scope": scope, "status": "ENABLED", "authorizationScopes": [needed]}
        return answer(200, {**document, "supportedPayloads": [old, new]})

    def _get_public_key(self, _asked: Asked, _owner: str, _scopes: str, key: str) -> HttpAnswer:
        if key not in self.public_keys:
            raise NotificationError(404, 195001)
        return answer(200, {"key": self.public_keys[key], "algorithm": "ECDSA", "digest": "SHA1"})

    def _list_destinations(self, asked: Asked, _owner: str, _scopes: str) -> HttpAnswer:
        return _page(asked, "destinations", list(self.destinations.values()))

    def _create_destination(self, asked: Asked, _owner: str, _scopes: str) -> HttpAnswer:
        if not self.alert_email:
            raise NotificationError(409, 195003)
        name = self._name("destination")
        self._keep_destination(name, asked.document)
        return answer(201, headers={"Location": f"https://api.ebay.com{NOTIFICATION}/destination/{name}"})

    def _update_destination(self, asked: Asked, _owner: str, _scopes: str, name: str) -> HttpAnswer:
        if name not in self.destinations:
            raise NotificationError(404, 195022)
        self._keep_destination(name, asked.document)
        return HttpAnswer(status=204)

    def _name(self, what: str) -> str:
        self.made += 1
        return f"{what}-{self.made}"

    def _keep_destination(self, name: str, wanted: Document) -> None:
        config = wanted.get("deliveryConfig", {})
        endpoint, token = config.get("endpoint", ""), config.get("verificationToken", "")
        if not endpoint.startswith("https://"):
            raise NotificationError(400, 195017)
        if wanted.get("status") not in ("ENABLED", "DISABLED"):
            raise NotificationError(400, 195018)
        if not _TOKEN.fullmatch(token):
            raise NotificationError(400, 195019)
        others = [entry for known, entry in self.destinations.items() if known != name]
        if any(entry["deliveryConfig"]["endpoint"] == endpoint for entry in others):
            raise NotificationError(409, 195021)
        if not self._is_proven(endpoint, token):
            raise NotificationError(409, 195020)
        kept = {"name": wanted.get("name"), "status": wanted["status"], "deliveryConfig": config}
        self.destinations[name] = {"destinationId": name, **kept}

    def _is_proven(self, endpoint: str, token: str) -> bool:
        code = hashlib.sha256(f"challenge {len(self.challenges)}".encode()).hexdigest()
        self.challenges.append(code)
        told = self.hub(HttpRequest(method="GET", url=f"{endpoint}?challenge_code={code}"))
        proof = hashlib.sha256(f"{code}{token}{endpoint}".encode()).hexdigest()
        return told.status == 200 and json.loads(told.body) == {"challengeResponse": proof}

    def _list_subscriptions(self, asked: Asked, owner: str, _scopes: str) -> HttpAnswer:
        theirs = [entry for name, entry in self.subscriptions.items() if self.owners[name] == owner]
        return _page(asked, "subscriptions", theirs)

    def _create_subscription(self, asked: Asked, owner: str, scopes: str) -> HttpAnswer:
        wanted = asked.document
        topic = wanted.get("topicId")
        if topic not in TOPICS:
            raise NotificationError(400, 195027)
        belongs_to, needed = TOPICS[topic]
        if owner != belongs_to or needed not in scopes.split():
            raise NotificationError(403, 195011)
        if wanted.get("destinationId") not in self.destinations:
            raise NotificationError(400, 195007)
        if wanted.get("payload") != {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}:
            raise NotificationError(400, 195008)
        same = [name for name, entry in self.subscriptions.items() if entry["topicId"] == topic]
        if any(self.owners[name] == owner for name in same):
            raise NotificationError(409, 195012)
        name = self._name("subscription")
        self.owners[name] = owner
        self._switch(name, {"subscriptionId": name, **wanted}, wanted["status"])
        return answer(201, headers={"Location": f"https://api.ebay.com{NOTIFICATION}/subscription/{name}"})

    def _enable_subscription(self, _asked: Asked, owner: str, _scopes: str, name: str) -> HttpAnswer:
        if self.owners.get(name) != owner:
            raise NotificationError(404, 195013)
        self._switch(name, self.subscriptions[name], "ENABLED")
        return HttpAnswer(status=204)

    def _switch(self, name: str, entry: Document, status: str) -> None:
        if status == "ENABLED" and self.destinations[entry["destinationId"]]["status"] != "ENABLED":
            raise NotificationError(409, 195015)
        self.subscriptions[name] = {**entry, "status": status}


def _page(asked: Asked, name: str, entries: list[Document]) -> HttpAnswer:
    limit, start = int(asked.query.get("limit", "20")), int(asked.query.get("continuation_token", "0"))
    if not _FEWEST <= limit <= _MOST:
        raise NotificationError(400, 195004)
    document: Document = {"total": len(entries), "limit": limit, name: entries[start : start + limit]}
    if start + limit < len(entries):
        following = f"{asked.path}?limit={limit}&continuation_token={start + limit}"
        document["next"] = f"https://api.ebay.com{following}"
    return answer(200, document)


def _error(status: int, number: int) -> HttpAnswer:
    told = {"errorId": number, "domain": "API_NOTIFICATION", "category": "REQUEST", "message": "refused"}
    return answer(status, {"errors": [told]})


_ROUTES: tuple[tuple[str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", "/config", Notifications._get_config),
    ("PUT", "/config", Notifications._put_config),
    ("GET", "/topic/([^/]+)", Notifications._get_topic),
    ("GET", "/public_key/([^/]+)", Notifications._get_public_key),
    ("GET", "/destination", Notifications._list_destinations),
    ("POST", "/destination", Notifications._create_destination),
    ("PUT", "/destination/([^/]+)", Notifications._update_destination),
    ("GET", "/subscription", Notifications._list_subscriptions),
    ("POST", "/subscription", Notifications._create_subscription),
    ("POST", "/subscription/([^/]+)/enable", Notifications._enable_subscription),
)
