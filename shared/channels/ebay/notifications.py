"""The requests of eBay's Notification API 1.6 (commerce_notification_v1_oas3.json).

Destinations, topics, keys and the config belong to the application and take a token of its own (client
credentials). A subscription belongs to the application or to the seller, as its topic's ``scope`` says, and
takes that one's token. The seller's is asked for without scopes: it then has those of the consent (*Using a
refresh token to update a User access token*), and eBay says where one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from shared.channels.ebay.client import error_code, fetch_token, listed, made_id, read, user_token
from shared.channels.ebay.words import NOTIFICATION_ERRORS
from shared.wire.api import Api
from shared.wire.http import (
    AuthError,
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)

NOTIFICATION = "/commerce/notification/v1"
SCOPE = "https://api.ebay.com/oauth/api_scope"
APPLICATION = "APPLICATION"
USER = "USER"
PAGE = 100
"""Entries of a page, the most that eBay gives."""
MOST_PAGES = 20


def has_alert_email(api: Api) -> bool:
    """Return whether the application has an address that eBay writes to when a destination fails.

    Raises ApiError, also for an answer without one: the address that is there must not be changed.
    """
    answer = _request("GET", "/config", APPLICATION, api)
    return answer.status != 404 and bool(read(answer, "alertEmail"))


def set_alert_email(address: str, api: Api) -> None:
    """Give eBay that address. Raises ApiError."""
    _no_content(_send("PUT", "/config", APPLICATION, api, {"alertEmail": address}))


def list_destinations(api: Api) -> list[dict[str, Any]]:
    """Return every destination of the application. Raises ApiError."""
    return list(_entries("destination", APPLICATION, api))


def create_destination(document: Mapping[str, Any], api: Api) -> str:
    """Make a destination and return its id. eBay challenges the address meanwhile. Raises ApiError."""
    return made_id(_send("POST", "/destination", APPLICATION, api, document))


def update_destination(destination_id: str, document: Mapping[str, Any], api: Api) -> None:
    """Change a destination, which eBay challenges again. Raises ApiError."""
    path = f"/destination/{quote(destination_id, safe='')}"
    _no_content(_send("PUT", path, APPLICATION, api, document))


def get_topic(topic: str, api: Api) -> dict[str, Any] | None:
    """Return whom a topic belongs to and its payloads, None where eBay does not offer it. Raises ApiError."""
    answer = _request("GET", f"/topic/{quote(topic, safe='')}", APPLICATION, api)
    return None if answer.status == 404 else read(answer, "topicId")


def get_public_key(key_id: str, api: Api) -> str | None:
    """Return a key as PEM, None where eBay has none of that id. Raises ApiError."""
    answer = _request("GET", f"/public_key/{quote(key_id, safe='')}", APPLICATION, api)
    return None if answer.status in (400, 404) else str(read(answer, "key")["key"])


def list_subscriptions(whose: str, api: Api) -> list[dict[str, Any]]:
    """Return the subscriptions of the application, or of the seller. Raises ApiError."""
    return list(_entries("subscription", whose, api))


def create_subscription(document: Mapping[str, Any], whose: str, api: Api) -> None:
    """Subscribe to a topic. Raises ApiError."""
    made_id(_send("POST", "/subscription", whose, api, document))


def enable_subscription(subscription_id: str, whose: str, api: Api) -> None:
    """Switch a subscription on. Raises ApiError."""
    _no_content(_send("POST", f"/subscription/{quote(subscription_id, safe='')}/enable", whose, api))


def _entries(what: str, whose: str, api: Api) -> Iterator[dict[str, Any]]:
    """Yield what the pages of a list hold. Raises UnreadableAnswerError where they do not end."""
    token = ""
    for _ in range(MOST_PAGES):
        page = _send("GET", with_query(f"/{what}", {"limit": PAGE, "continuation_token": token}), whose, api)
        document = page.json()
        if not isinstance(document, dict):
            raise UnreadableAnswerError("invalid_shape")
        yield from listed(document.get(f"{what}s", [] if document.get("total") == 0 else None))
        # An address from outside is not followed: only its token is taken.
        token = "".join(
            parse_qs(urlsplit(str(document.get("next") or "")).query).get("continuation_token", ())
        )
        if not token:
            return
    raise UnreadableAnswerError("page_loop")


def _no_content(answer: HttpAnswer) -> None:
    """Raise UnreadableAnswerError for a success other than the 204 that eBay documents."""
    if answer.status != 204:
        raise UnreadableAnswerError("unexpected_content")


def _send(
    method: str, path: str, whose: str, api: Api, document: Mapping[str, Any] | None = None
) -> HttpAnswer:
    return _checked(_request(method, path, whose, api, document))


def _checked(answer: HttpAnswer) -> HttpAnswer:
    """Return ``answer`` where it is a success. Raises ApiError, by a word where somebody has to mend it."""
    try:
        return check(answer, code=error_code)
    except (AuthError, RefusedError) as error:
        word = NOTIFICATION_ERRORS.get(_number(answer))
        if word is None:
            raise
        raise type(error)(word) from None


def _number(answer: HttpAnswer) -> str:
    try:
        return error_code(answer.json())
    except (UnreadableAnswerError, LookupError, TypeError, AttributeError):
        return ""


def _request(
    method: str, path: str, whose: str, api: Api, document: Mapping[str, Any] | None = None
) -> HttpAnswer:
    body = b"" if document is None else json_body(document)

    def send(token: str) -> HttpAnswer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return api.send(method, f"{NOTIFICATION}{path}", headers=headers, body=body)

    if whose == APPLICATION:
        asked = {"grant_type": "client_credentials", "scope": SCOPE}
        return api.send_with_token("application", lambda: fetch_token(asked, api), send)
    return api.send_with_token("consent", lambda: user_token(api), send)
