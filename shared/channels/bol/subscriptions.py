"""bol's push notifications: a subscription that is missing is made, one that is off is switched on.

bol gives a notification up after ten attempts in ten minutes, and switches the subscription off. To SHIPMENT
alone is subscribed: what becomes of processes is asked for by whoever began them, and whether ORDER is there
for webhooks is open. The keys that bol signs with (``GET /retailer/subscriptions/signature-keys``: operation
get-subscription-keys of api.bol.com's OpenAPI, v8 and v10) are asked for before, and where a notification
names one that is not stored.
"""

from __future__ import annotations

import json

from shared.channels.bol import client
from shared.channels.bol.signature import MOST_KEYS, given_keys
from shared.wire.api import Api
from shared.wire.http import UnreadableAnswerError
from shared.wire.rsa_pkcs1 import read_public_key

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


def renewed_secret(stored: str, api: Api, key: str) -> str:  # noqa: ARG001  bol gives out all of them
    """Return bol's keys as the secret to store, "" where ``stored`` has them all.

    Raises UnreadableAnswerError where bol gives out none that can be read, ApiError, MissingCredentialError.
    """
    told = client.read_signature_keys(api).decode("utf-8", "replace")
    keys = given_keys(told)
    if not any(read_public_key(key) for key in keys.values()):
        raise UnreadableAnswerError("no_public_key")
    if keys.items() <= given_keys(stored).items():
        return ""
    entries = [{"id": name, "type": "RSA", "publicKey": key} for name, key in keys.items()]
    return json.dumps({"signatureKeys": entries[:MOST_KEYS]})


def _of(entry: dict[str, object]) -> list[str]:
    resources = entry.get("resources")
    return [str(resource) for resource in resources] if isinstance(resources, list) else []
