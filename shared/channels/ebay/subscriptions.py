"""eBay's notifications: a destination, the webhook's address, and a subscription to each topic that is read.

eBay challenges an address while its destination is made or changed; the hub answers by the verification token
of the connection's secret. A destination that fails too long is marked down by eBay (MARKED_DOWN), and is
switched on like one that somebody switched off. Destinations and subscriptions of others are left alone.

A topic belongs to the application or to the seller, as getTopic says:

* MARKETPLACE_ACCOUNT_DELETION to the application, which has one subscription to it however many sellers'
  connections it serves.
* ORDER_CONFIRMATION to the seller, whose consent needs ``commerce.notification.subscription`` beside
  ``sell.fulfillment``.
* ITEM_MARKED_SHIPPED to the seller, with ``commerce.shipping``, which not every application gets: where eBay
  does not authorize it, the polls tell what was shipped.
"""

from __future__ import annotations

from typing import Any

from shared.channels.ebay import notifications
from shared.channels.ebay.mapping import ACCOUNT_DELETION, SIGNALS
from shared.channels.ebay.notifications import APPLICATION, USER
from shared.channels.ebay.signature import verification_token, with_key
from shared.channels.ebay.words import SUBSCRIBED_ELSEWHERE, TOPIC_NOT_AUTHORIZED
from shared.wire.api import Api
from shared.wire.http import AuthError, RefusedError, UnreadableAnswerError
from shared.wire.options import needed

DESTINATION = "destination"
"""What is told beside the topics where the destination was missing or off."""
TOPICS = (ACCOUNT_DELETION, *SIGNALS)
OPTIONAL = "ITEM_MARKED_SHIPPED"
ENABLED = "ENABLED"
NAME = "Orderhub"


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """Return what was missing or off: ``destination``, topics. Raises ApiError, MissingCredentialError."""
    destination, is_repaired = _destination(address, secret, api)
    topics = [topic for topic in TOPICS if _subscribe(topic, destination, api)]
    return (*([DESTINATION] if is_repaired else []), *topics)


def renewed_secret(stored: str, api: Api, key: str) -> str:
    """Return ``stored`` with the key of eBay's that a notification names, "" where there is none.

    eBay lists no keys: without a name there is nothing to ask for. Raises ApiError, MissingCredentialError.
    """
    pem = notifications.get_public_key(key, api) if stored and key else None
    if pem is None:
        return ""
    try:
        return with_key(stored, key, pem)
    except ValueError:
        raise UnreadableAnswerError("no_public_key") from None


def _destination(address: str, secret: str, api: Api) -> tuple[str, bool]:
    """Return the destination's id, and whether it was missing or off."""
    wanted = {
        "name": NAME,
        "status": ENABLED,
        "deliveryConfig": {"endpoint": address, "verificationToken": verification_token(secret)},
    }
    for there in notifications.list_destinations(api):
        if _endpoint(there) != address:
            continue
        known = str(there.get("destinationId"))
        if there.get("status") == ENABLED:
            return known, False
        notifications.update_destination(known, wanted, api)
        return known, True
    _see_to_alerts(api)
    return notifications.create_destination(wanted, api), True


def _endpoint(destination: dict[str, Any]) -> Any:
    config = destination.get("deliveryConfig")
    return config.get("endpoint") if isinstance(config, dict) else None


def _see_to_alerts(api: Api) -> None:
    """Give eBay an address for its alerts, where it has none: without one it makes no destination."""
    if not notifications.has_alert_email(api):
        notifications.set_alert_email(needed(api, "alert_email"), api)


def _subscribe(name: str, destination: str, api: Api) -> bool:
    """See to it that a topic is subscribed to; return whether it was missing or off."""
    topic = notifications.get_topic(name, api)
    if topic is None:
        return False  # not everywhere offered: a sandbox has fewer
    whose = APPLICATION if topic.get("scope") == APPLICATION else USER
    for there in notifications.list_subscriptions(whose, api):
        if (there.get("topicId"), there.get("destinationId")) != (name, destination):
            continue
        if there.get("status") == ENABLED:
            return False
        notifications.enable_subscription(str(there.get("subscriptionId")), whose, api)
        return True
    wanted = {"topicId": name, "status": ENABLED, "destinationId": destination, "payload": _payload(topic)}
    try:
        notifications.create_subscription(wanted, whose, api)
    except (AuthError, RefusedError) as error:
        if (error.code, name) == (TOPIC_NOT_AUTHORIZED, OPTIONAL):
            return False
        if (error.code, whose) == (SUBSCRIBED_ELSEWHERE, APPLICATION):
            return False
        raise
    return True


def _payload(topic: dict[str, Any]) -> dict[str, str]:
    """Return the first payload of a topic that is not given up, of which there is one: JSON by HTTPS."""
    offered = topic.get("supportedPayloads")
    for payload in offered if isinstance(offered, list) else ():
        if isinstance(payload, dict) and not payload.get("deprecated"):
            version = str(payload.get("schemaVersion"))
            return {"format": "JSON", "schemaVersion": version, "deliveryProtocol": "HTTPS"}
    raise UnreadableAnswerError("no_payload")
