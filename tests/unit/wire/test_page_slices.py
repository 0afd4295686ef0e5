"""A page is cut into its orders without reading them: one that is broken spoils nothing but itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.wire.http import UnreadableAnswerError
from shared.wire.polls import slices

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.lists(JSON),
    st.dictionaries(st.text().filter(lambda key: key != "orders"), JSON),
    st.sampled_from([None, 0, 3]),
)
def test_the_elements_come_out_as_they_are(
    elements: list[object], beside: dict[str, object], indent: int | None
) -> None:
    page = json.dumps({**beside, "orders": elements, "more": 1}, indent=indent).encode()
    assert [json.loads(piece) for piece in slices(page, "orders")] == elements


def test_the_array_may_lie_deeper_or_be_the_page_itself() -> None:
    page = b'{"data": {"count": 2, "list": [ 1 , {"a": [2]} ] }}'
    assert list(slices(page, "data", "list")) == [b"1", b'{"a": [2]}']
    assert list(slices(b" [ 1, 2 ] ")) == [b"1", b"2"]
    assert list(slices(b'{"orders": []}', "orders")) == []


def test_f25_a_broken_order_is_cut_out_like_any_other() -> None:
    page = b'{"orders": [{"id": 1}, {"id": 2, "id": 3}, {"price": NaN}, {"name": "\\ud800"}, {"id": 4}]}'
    assert list(slices(page, "orders"))[1:4] == [
        b'{"id": 2, "id": 3}',
        b'{"price": NaN}',
        b'{"name": "\\ud800"}',
    ]


def test_bytes_that_are_no_utf_8_stay_as_they_are() -> None:
    assert list(slices(b'["\xff", 1]')) == [b'"\xff"', b"1"]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html>",
        b'{"orders": {}}',
        b'{"others": []}',
        b'{"orders": [1, 2',
        b'{"orders": [1 2]}',
        b'{"orders" []}',
        b"[" * 100_000,
        b"{}",
        b"null",
    ],
)
def test_a_page_without_its_array_cannot_be_read(page: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        list(slices(page, "orders"))
