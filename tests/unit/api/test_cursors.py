"""Cursors are ours, and for one question only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.cursors import read_cursor, write_cursor
from shared.api.problems import ApiError

KEY = b"a key for tests"
QUESTION = ("orders", "shop-one", "", "False")
positions = st.lists(st.text(max_size=40), min_size=1, max_size=4)


@given(positions)
def test_a_cursor_leads_back_to_its_position(position: list[str]) -> None:
    assert read_cursor(write_cursor(position, QUESTION, KEY), QUESTION, KEY) == tuple(position)


@given(positions, st.data())
def test_b55_a_cursor_with_one_other_character_is_refused(position: list[str], data: st.DataObject) -> None:
    cursor = write_cursor(position, QUESTION, KEY)
    # The last character may hold bits that mean nothing.
    place = data.draw(st.integers(0, len(cursor) - 2))
    other = data.draw(st.sampled_from("AZaz09-_").filter(lambda letter: letter != cursor[place]))
    with pytest.raises(ApiError, match="invalid_cursor"):
        read_cursor(cursor[:place] + other + cursor[place + 1 :], QUESTION, KEY)


@given(st.text(max_size=100))
def test_b55_no_text_of_a_stranger_is_a_cursor(text: str) -> None:
    with pytest.raises(ApiError, match="invalid_cursor"):
        read_cursor(text, QUESTION, KEY)


def test_b55_a_cursor_of_another_hub_or_of_another_question_is_refused() -> None:
    cursor = write_cursor(["1"], QUESTION, KEY)
    for question, key in (
        (QUESTION, b"another key"),
        (("orders", "shop-two", "", "False"), KEY),
        (("orders",), KEY),
    ):
        with pytest.raises(ApiError, match="invalid_cursor"):
            read_cursor(cursor, question, key)


def test_b55_an_endless_cursor_is_refused_though_it_be_ours() -> None:
    with pytest.raises(ApiError, match="invalid_cursor"):
        read_cursor(write_cursor(["x" * 3_000], QUESTION, KEY), QUESTION, KEY)


def test_a_position_is_not_read_off_a_cursor_that_was_signed_for_a_longer_question() -> None:
    # Question and position are kept apart: what moves from one to the other changes the signature.
    assert write_cursor(["a"], ["b"], KEY) != write_cursor(["b", "a"], [], KEY)
    with pytest.raises(ApiError):
        read_cursor(write_cursor(["a"], ["b"], KEY), ["b", "a"], KEY)
