"""The shop's webhooks: those about orders are sent to the connection's address, its token included."""

from __future__ import annotations

from shared.channels.ikas import client
from shared.channels.ikas.mapping import SCOPES
from shared.channels.ikas.signature import address_with
from shared.wire.api import Api


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """Return the scopes whose webhook was missing or went elsewhere. Raises ApiError."""
    endpoint = address_with(address, secret)
    there = {hook.get("scope") for hook in client.list_webhooks(api) if hook.get("endpoint") == endpoint}
    missing = [scope for scope in SCOPES if scope not in there]
    if missing:
        client.save_webhook(api, missing, endpoint)
    return tuple(missing)
