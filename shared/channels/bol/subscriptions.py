"""bol's push notifications: a subscription that is missing is made, one that is off is switched on.

bol gives a notification up after ten attempts in ten minutes, and switches the subscription off. To SHIPMENT
alone is subscribed: what becomes of processes is asked for by whoever began them, and whether ORDER is there
for webhooks is open.
"""

from __future__ import annotations

from shared.channels.bol import client
from shared.wire.api import Api

RESOURCES = ("SHIPMENT",)


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:  # noqa: ARG001  bol signs with its own key
    """Return the resources that were not subscribed to. Raises ApiError, MissingCredentialError."""
    ours = [entry for entry in client.list_subscriptions(api) if entry.get("url") == address]
    covered = {resource for entry in ours if entry.get("enabled") is not False for resource in _of(entry)}
    missing = tuple(resource for resource in RESOURCES if resource not in covered)
    if not missing:
        return ()
    there = next((entry for entry in ours if entry.get("id") is not None), None)
    wanted = {
        "resources": sorted({*RESOURCES, *(_of(there) if there else ())}),
        "url": address,
        "subscriptionType": "WEBHOOK",
        "enabled": True,
    }
    if there is None:
        client.create_subscription(api, wanted)
    else:
        client.update_subscription(api, str(there["id"]), wanted)
    return missing


def _of(entry: dict[str, object]) -> list[str]:
    resources = entry.get("resources")
    return [str(resource) for resource in resources] if isinstance(resources, list) else []
