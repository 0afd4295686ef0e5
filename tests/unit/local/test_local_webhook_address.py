"""Where a webhook goes whose sender proves itself by the address."""

from __future__ import annotations

from datetime import UTC, datetime

from local.webhooks import in_address, signed_headers

URL = "http://127.0.0.1:1/webhooks/ikas/shop"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def test_what_belongs_into_the_address_is_sent_there_and_nowhere_else() -> None:
    headers = signed_headers("ikas", b"{}", "a secret", topic="", now=NOW)

    assert in_address(URL, headers) == (f"{URL}?token=a+secret", {"content-type": "application/json"})


def test_signed_webhooks_go_to_the_plain_address() -> None:
    headers = signed_headers("shopify", b"{}", "a secret", topic="orders/create", now=NOW)

    assert in_address(URL, headers) == (URL, headers)
