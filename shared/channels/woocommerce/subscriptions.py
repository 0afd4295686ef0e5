"""The shop's webhooks: those that are missing are made, those that are switched off are switched on.

WooCommerce disables a webhook after five deliveries in a row that failed, and never sends what it kept back.
It pings the address of a new one, which has to answer 200.
"""

from __future__ import annotations

from shared.channels.woocommerce import client
from shared.channels.woocommerce.mapping import TOPICS
from shared.wire.api import Api


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """Return the topics whose webhook was missing or off. Raises ApiError, MissingCredentialError."""
    ours = [webhook for webhook in client.list_webhooks(api) if webhook.get("delivery_url") == address]
    repaired = []
    for topic in TOPICS:
        there = [webhook for webhook in ours if webhook.get("topic") == topic]
        if any(webhook.get("status") == "active" for webhook in there):
            continue
        if there:
            # The secret with it: whoever switched it off may have changed it.
            client.update_webhook(str(there[0].get("id")), {"status": "active", "secret": secret}, api)
        else:
            client.create_webhook(
                {
                    "name": f"Orderhub {topic}",
                    "topic": topic,
                    "delivery_url": address,
                    "secret": secret,
                    "status": "active",
                },
                api,
            )
        repaired.append(topic)
    return tuple(repaired)
