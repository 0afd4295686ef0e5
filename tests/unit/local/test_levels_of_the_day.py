"""The stock of the scripted day: told to the channels that take levels, and looked at where buyers see it."""

from __future__ import annotations

from typing import cast

import pytest

from local.channels.demo import DEMO_CHANNELS, DemoChannel, stock_of
from local.channels.server import served
from local.channels.simulator import Stocked
from local.connections import clock
from local.levels import BUFFER, LEVEL_STEPS, SKU
from local.scenario import CHAPTERS, STEPS
from local.steps import Levels
from shared.adapters import capabilities_of

TOLD = [channel for channel in DEMO_CHANNELS if channel.settings.get("stock")]


def test_every_channel_that_moves_the_stock_is_told_the_levels() -> None:
    assert all(capabilities_of(channel.kind).levels for channel in TOLD)
    for step in LEVEL_STEPS:
        if isinstance(step, Levels):
            assert set(step.shown) == {channel.id for channel in TOLD}


def test_the_buffer_of_the_day_is_that_of_the_connection() -> None:
    buffers = {channel.id: channel.settings.get("stock_buffer", 0) for channel in TOLD}
    assert {name for name, buffer in buffers.items() if buffer} == {"bazaar"}
    assert buffers["bazaar"] == BUFFER


@pytest.mark.parametrize("channel", TOLD, ids=lambda channel: channel.id)
def test_a_level_is_looked_up_by_the_name_that_the_channel_has_for_it(channel: DemoChannel) -> None:
    with served(channel.simulated.make(clock), webhook_url="", secret="") as running:
        name = channel.settings.get("skus", {}).get(SKU, SKU)
        expected = cast("Stocked", running.simulator).stock(name)
        assert stock_of(running, channel.id, SKU) == expected


def test_a_sale_lowers_the_level_at_every_channel_and_a_refusal_gives_it_back() -> None:
    levels = [step.shown for step in LEVEL_STEPS if isinstance(step, Levels)]
    first, sold, after = levels
    assert first == after
    assert {first[name] - sold[name] for name in first} == {3}


def test_the_chapters_are_the_day() -> None:
    assert tuple(step for chapter in CHAPTERS for step in chapter.steps) == STEPS
    assert len({chapter.title for chapter in CHAPTERS}) == len(CHAPTERS)
