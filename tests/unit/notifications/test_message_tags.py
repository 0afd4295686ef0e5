"""Message tags: written in the few characters that they may have, and read back as they were."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.notifications.tags import MAX_TAG_LENGTH, read_tag, write_tags
from shared.orders.model import order_id

LONGEST = order_id("a" * 40, "\U0001f381" * 75)  # 300 bytes, of which none can stay as it is


@given(st.text(max_size=900))
@example("a-2fb")
@example("a/b")
@example("x" * MAX_TAG_LENGTH)
@example("x" * (MAX_TAG_LENGTH + 1))
@example("x" * (MAX_TAG_LENGTH - 1) + "/x")
@example(LONGEST)
def test_a_text_can_be_read_back_however_long_it_is(text: str) -> None:
    tags = write_tags({"order": text, "effect": "mail/shipped/2"})

    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value, re.ASCII) for value in tags.values())
    assert (read_tag(tags, "order"), read_tag(tags, "effect")) == (text, "mail/shipped/2")


def test_a_text_that_is_too_long_for_one_tag_goes_on_in_the_next() -> None:
    tags = write_tags({"order": "x" * 255 + "/y", "effect": ""})

    assert tags == {"order": "x" * 255 + "-", "order-2": "2fy"}


def test_the_longest_order_id_takes_seven_tags() -> None:
    assert len(write_tags({"order": LONGEST})) == 7


@pytest.mark.parametrize("value", ["a/b", "a-b", "a-2", "-ff", "-61", "-2F"])
def test_a_tag_that_is_not_ours_is_not_read(value: str) -> None:
    assert read_tag({"order": value}, "order") == ""
