"""The shop's webhooks: those that are missing are made.

Shopify deletes a subscription after eight deliveries in a row that failed; it has none that are switched off.
What is sent is signed with the app's client secret: there is none of a webhook's own.
"""

from __future__ import annotations

from shared.channels.shopify import client
from shared.channels.shopify.mapping import TOPICS
from shared.wire.api import Api


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:  # noqa: ARG001  the app's own signs
    """Return the topics whose webhook was missing. Raises ApiError, MissingCredentialError."""
    there = {webhook.get("topic") for webhook in client.list_webhooks(address, api)}
    missing = tuple(topic for topic in TOPICS if topic not in there)
    for topic in missing:
        client.create_webhook(topic, address, api)
    return missing
