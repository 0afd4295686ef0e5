"""Shopify's privacy topics: "Privacy law compliance" at shopify.dev.

``customers/redact``: forget this customer; ``orders_to_redact`` names orders, and may be empty.
``customers/data_request``: the merchant owes this customer what is stored; ``orders_requested`` names orders.
``shop/redact`` (48 hours after the app was uninstalled) names the shop alone: forget all its customers.
"""

from __future__ import annotations

from typing import Any

from shared.orders.facts import PrivacyWord
from shared.wire import fields
from shared.wire.errors import UnusableError
from shared.wire.privacy import PrivacyRequest

# Topic -> what is asked, and where its orders are named.
TOPICS: dict[str, tuple[PrivacyWord, str]] = {
    "customers/redact": (PrivacyWord.ERASE, "orders_to_redact"),
    "customers/data_request": (PrivacyWord.EXPORT, "orders_requested"),
}


SHOP_REDACT = "shop/redact"

PRIVACY_TOPICS = frozenset({*TOPICS, SHOP_REDACT})


def privacy_request(document: Any, topic: str) -> PrivacyRequest:
    """Return what a document of one of these topics asks for. Raises UnusableError."""
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    if topic == SHOP_REDACT:
        named = document.get("shop_id")
        return PrivacyRequest(word=PrivacyWord.ERASE, request=str(named or ""), everyone=True)
    word, where = TOPICS[topic]
    orders = document.get(where, [])
    customer = document.get("customer", {})
    if not isinstance(orders, list) or not isinstance(customer, dict):
        raise UnusableError("invalid_shape")
    if len(orders) > fields.MAX_LINES:
        raise UnusableError("too_many_lines", where)
    asked = document.get("data_request")
    named = asked.get("id") if isinstance(asked, dict) else customer.get("id")
    email = customer.get("email")
    return PrivacyRequest(
        word=word,
        request=str(named or ""),
        orders=tuple(fields.identifier(order, where) for order in orders),
        email=email if isinstance(email, str) else "",
    )
