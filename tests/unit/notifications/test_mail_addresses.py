from __future__ import annotations

from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notifications.addresses import MAX_ADDRESS_LENGTH, deliverable_address


@pytest.mark.parametrize(
    "raw",
    [
        "a@b.example, c@d.example",
        "a@b, c@d",
        "a@b.example;c@d.example",
        "a@b.example c@d.example",
        '"a b"@d.example',
        '"a"@d.example',
        "ü@d.example",
        "ü@d",
        "a@b.example\r\n",
        "a@b.example\nBcc: c@d.example",
        "a\x00@b.example",
        "a@b.example\u2028",
        "a@localhost",
        "a@b",
        "a@b.",
        "a@.b.example",
        "a@b..example",
        "a@-b.example",
        "a@b-.example",
        "a@b_c.example",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a@b@c.example",
        ".a@b.example",
        "a.@b.example",
        "a..b@c.example",
        "@b.example",
        "a@",
        "a",
        "",
        " a@b.example",
        "Customer <a@b.example>",
        "<a@b.example>",
        "a(comment)@b.example",
        "a@" + "b" * 64 + ".example",
        "a" * 65 + "@b.example",
        "a@straße.example",  # IDNA 2003 would write to strasse.example
        "a@ｂ.example",  # noqa: RUF001
        "a@b\u200d.example",
        "a@" + "ü" * 64 + ".example",
    ],
)
def test_b60_what_is_not_exactly_one_plain_recipient_gets_no_mail(raw: str) -> None:
    assert deliverable_address(raw) is None


def test_b60_an_address_of_255_characters_is_one_too_long() -> None:
    fits = "a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 61, "e"]) + ".f"
    fits = fits + "f" * (MAX_ADDRESS_LENGTH - len(fits))

    assert len(fits) == 254
    assert deliverable_address(fits) == fits
    assert deliverable_address(fits + "f") is None


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("buyer@example.com", "buyer@example.com"),
        ("Buyer.Name+tag@Mail.Example.COM", "Buyer.Name+tag@mail.example.com"),
        ("o'neill@example.com", "o'neill@example.com"),
        ("a@xn--mnchen-3ya.example", "a@xn--mnchen-3ya.example"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
        ("a@MÜNCHEN.example", "a@xn--mnchen-3ya.example"),
        ("1@2.example", "1@2.example"),
        ("a@example.xn--p1ai", "a@example.xn--p1ai"),
    ],
)
def test_an_ordinary_address_is_taken_with_its_domain_in_ascii(raw: str, address: str) -> None:
    assert deliverable_address(raw) == address


@given(st.text(max_size=40) | st.from_regex(r"[a-z\",;<>@ ü.]{1,30}", fullmatch=True))
def test_b60_whatever_is_accepted_is_one_recipient_and_stays_accepted(raw: str) -> None:
    address = deliverable_address(raw)

    if address is not None:
        assert address.isascii()
        assert getaddresses([address]) == [("", address)]
        assert deliverable_address(address) == address
