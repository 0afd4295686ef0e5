"""The webhook at Trendyol (*createWebhook*): one for all statuses, those to come included."""

from __future__ import annotations

from typing import Any

from shared.channels.trendyol import client
from shared.wire.api import Api

WEBHOOK = "packages"
"""Trendyol's webhooks have no topics: this is what all of them tell of."""


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """See to it that every change of a package is sent to ``address``; return what was missing or off.

    A webhook that is there keeps the secret that it was made with: Trendyol does not tell which one.
    Raises ApiError, MissingCredentialError.
    """
    known = [entry for entry in client.get_webhooks(api) if entry.get("url") == address]
    if any(_is_on(entry) for entry in known):
        return ()
    if known:
        client.activate_webhook(str(known[0].get("id", "")), api)
    else:
        client.create_webhook({"url": address, **_proof(secret), "subscribedStatuses": []}, api)
    return (WEBHOOK,)


def _is_on(entry: dict[str, Any]) -> bool:
    # How the list tells it is not documented; programs that read it have met these three.
    flags = (entry.get("active"), entry.get("isActive"))
    return True in flags or str(entry.get("status", "")).upper() == "ACTIVE"


def _proof(secret: str) -> dict[str, str]:
    user, colon, password = secret.partition(":")
    if colon:
        return {"authenticationType": "BASIC_AUTHENTICATION", "username": user, "password": password}
    return {"authenticationType": "API_KEY", "apiKey": secret}
