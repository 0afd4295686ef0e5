"""Amazon's notifications: a destination, which is the stack's queue, and the seller's subscription.

The destination is the application's, one for all of its sellers: its operations are grantless (*Grantless
operations*, developer-docs.amazon.com). A seller's subscription to a type goes to one destination: where it
is another one, it is somebody else's and stays there. There is nothing to switch on: neither has a status.
"""

from __future__ import annotations

from typing import Any

from shared.channels.amazon import client
from shared.channels.amazon.mapping import CHANGE_TOPIC
from shared.wire.api import Api
from shared.wire.http import RefusedError
from shared.wire.options import needed

DESTINATION = "destination"
"""What is told beside the topic where the destination was missing."""
SUBSCRIBED_ELSEWHERE = "subscribed_elsewhere"
PAYLOAD_VERSION = "1.0"
NAME = "Orderhub"


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:  # noqa: ARG001  the queue's policy is the proof
    """Return what was missing; ``address`` is the queue's ARN. Raises ApiError, MissingCredentialError.

    RefusedError ``subscribed_elsewhere`` where the seller's notifications go to another queue, and
    ``missing_option:seller_id`` where nobody would know whose notifications come.
    """
    needed(api, "seller_id")
    known = [entry["destinationId"] for entry in client.list_destinations(api) if _arn(entry) == address]
    destination = known[0] if known else client.create_destination(api, NAME, address)
    missing = () if known else (DESTINATION,)
    there = client.get_subscription(api, CHANGE_TOPIC)
    if there is None:
        wanted = {"payloadVersion": PAYLOAD_VERSION, "destinationId": destination}
        client.create_subscription(api, CHANGE_TOPIC, wanted)
        return (*missing, CHANGE_TOPIC)
    if there["destinationId"] != destination:
        raise RefusedError(SUBSCRIBED_ELSEWHERE)
    return missing


def _arn(destination: dict[str, Any]) -> Any:
    found: Any = destination.get("resource")
    for name in ("sqs", "arn"):
        found = found.get(name) if isinstance(found, dict) else None
    return found
