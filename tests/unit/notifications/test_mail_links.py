from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.notifications.links import CARRIER_DOMAINS, page_link, payment_link, tracking_link


@pytest.mark.parametrize("domain", sorted(CARRIER_DOMAINS))
def test_a_carriers_own_pages_are_linked(domain: str) -> None:
    for host in (domain, f"www.{domain}", f"track.and.trace.{domain}"):
        assert tracking_link(f"https://{host}/track?id=1#x") == f"https://{host}/track?id=1#x"


def test_a_domain_the_merchant_trusts_is_linked_and_only_then() -> None:
    url = "https://parcels.shop.example/1"

    assert tracking_link(url) is None
    assert tracking_link(url, trusted=frozenset({"shop.example"})) == url
    assert tracking_link(url, trusted=frozenset({"example"})) is None  # a top level is nobody's own


def test_the_host_may_be_written_in_capitals() -> None:
    assert tracking_link("https://WWW.DHL.DE/1") == "https://WWW.DHL.DE/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://hub.example.com/track/abc.def",
        "http://127.0.0.1:4566/_aws/execute-api/a1b2/$default/track/abc.def-g_h",
        "http://localhost:4566/track/abc",
    ],
)
def test_our_own_page_is_linked_over_https_and_on_this_machine(url: str) -> None:
    assert page_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hub.example.com/track/abc",
        "http://127.0.0.1.example.com/track/abc",
        "http://localhost@example.com/track/abc",
        "http://localhost:4566",
        "http://10.0.0.1/track/abc",
        "http://127.0.0.1/track/a?b",
        'http://127.0.0.1/track/a"b',
        "javascript:alert(1)",
    ],
)
def test_our_own_page_is_linked_nowhere_else(url: str) -> None:
    assert page_link(url) is None


@pytest.mark.parametrize("link", [tracking_link, payment_link])
def test_what_channels_and_people_name_is_never_on_this_machine(link: Callable[[str], str | None]) -> None:
    assert link("http://127.0.0.1:4566/x") is None
    assert link("http://localhost/x") is None


def test_a_payment_link_is_https_to_a_named_host() -> None:
    assert payment_link("https://pay.example.com/l/1?a=b") == "https://pay.example.com/l/1?a=b"
    assert payment_link("https://10.0.0.1/l/1") is None
    assert payment_link("https://localhost/l/1") is None
    assert payment_link("") is None
