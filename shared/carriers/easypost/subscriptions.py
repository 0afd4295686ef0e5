"""The webhook at EasyPost (docs.easypost.com, *Webhooks*; its answers are in EasyPost/easypost-python).

One tells of everything: EasyPost has no topics. It disables a webhook whose address fails too often, and an
update enables it again (``disabled_at``).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shared.carriers.easypost.booking import send
from shared.wire.api import Api
from shared.wire.http import HttpAnswer, UnreadableAnswerError, check

WEBHOOK = "events"
"""What the one webhook tells of."""


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """See to it that events are sent to ``address``; return what was missing or off.

    A webhook that is on keeps the secret that it was made with: EasyPost does not tell which one.
    Raises ApiError, MissingCredentialError.
    """
    ours = [webhook for webhook in _webhooks(api) if webhook.get("url") == address]
    if any(webhook.get("disabled_at") is None for webhook in ours):
        return ()
    if ours:
        path = f"/webhooks/{quote(str(ours[0].get('id')), safe='')}"
        _named(send(api, "PATCH", path, {"webhook_secret": secret}))
    else:
        _named(send(api, "POST", "/webhooks", {"webhook": {"url": address, "webhook_secret": secret}}))
    return (WEBHOOK,)


def _webhooks(api: Api) -> list[dict[str, Any]]:
    document = check(send(api, "GET", "/webhooks")).json()
    found = document.get("webhooks") if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(webhook, dict) for webhook in found):
        raise UnreadableAnswerError("unexpected_shape")
    return found


def _named(answer: HttpAnswer) -> None:
    """Raise ApiError for an answer that is no webhook."""
    document = check(answer).json()
    if not isinstance(document, dict) or not document.get("id"):
        raise UnreadableAnswerError("no_id")
