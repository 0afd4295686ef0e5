"""docs/capabilities.md is made from what the adapters declare, and says all of it."""

from __future__ import annotations

from dataclasses import fields

from local import capabilities_page
from local.capabilities_page import _ABILITIES
from shared.adapters import ADAPTERS, capabilities_of
from shared.orders.effects import CALLS
from shared.wire.capabilities import Capabilities

# What is shown in sentences, or is nobody's but the hub's own.
ELSEWHERE = {
    *("calls", "hosts", "base_url", "options", "credentials", "poll_every", "overlap", "open_points"),
    *("is_marketplace", "settles_after", "books"),
    *("follow_every", "follows_silent", "follows_at_once", "follows_any"),
}


def test_the_page_is_as_the_adapters_are() -> None:
    assert capabilities_page.is_current(), "run `python -m local docs` and commit docs/capabilities.md"


def test_every_ability_has_its_row() -> None:
    assert {name for name, _ in _ABILITIES} | ELSEWHERE == {field.name for field in fields(Capabilities)}


def test_the_page_names_every_call_and_every_open_point() -> None:
    page = capabilities_page.capabilities_page()
    for call in CALLS:
        assert f"| `{call}` |" in page
    for kind in ADAPTERS:
        for point in capabilities_of(kind).open_points:
            assert f"* {point}" in page
