"""A list that is counted off is read as a whole, whatever leaves it or moves in it meanwhile."""

from __future__ import annotations

import random

import pytest

from shared.wire.http import RefusedError
from shared.wire.offsets import Offset, next_offset, read_offset, total_of

SIZE = 20


def read_all(entries: list[int], overlap: int, change: list[int]) -> tuple[set[int], set[int], int]:
    """Read page by page; before each further page so many entries leave.

    Return what was read, what is left, and how many pages it took.
    """
    left, seen, token, pages = list(entries), set[int](), "", 0
    while True:
        offset = read_offset(token)
        page = left[offset.at : offset.at + SIZE]
        seen |= set(page)
        pages += 1
        token = next_offset(
            offset, len(page), len(left), more=offset.at + len(page) < len(left), overlap=overlap
        )
        if not token:
            return seen, set(left), pages
        for _ in range(min(change.pop(0) if change else 0, len(left))):
            left.pop(0)
        assert pages < len(entries), "it has no end"


@pytest.mark.parametrize("overlap", [0, 5])
@pytest.mark.parametrize("seed", range(20))
def test_f22_nothing_slips_past_however_many_leave(overlap: int, seed: int) -> None:
    randomness = random.Random(seed)  # noqa: S311  no secret
    leaving = [randomness.choice([0, 0, 0, 1, 4, 6, 19]) for _ in range(60)]
    seen, left, _ = read_all(list(range(600)), overlap, leaving)
    assert left
    assert left <= seen


def test_a_list_that_stays_as_it_is_is_read_once() -> None:
    everything = set(range(100))
    assert read_all(list(range(100)), 0, []) == (everything, everything, 5)


def test_an_entry_that_moves_to_the_end_lets_none_slip_past_the_overlap() -> None:
    left = list(range(60))
    seen, token = set[int](), ""
    for _ in range(10):
        offset = read_offset(token)
        page = left[offset.at : offset.at + SIZE]
        seen |= set(page)
        token = next_offset(offset, len(page), 60, more=offset.at + len(page) < 60, overlap=5)
        if not token:
            break
        left += [left.pop(0) for _ in range(5)]
    assert seen == set(range(60))


@pytest.mark.parametrize("token", ["x", "-1", "1/x", "/5", "1.5", "٣", "1/-2"])
def test_a_token_that_is_none_of_ours_is_refused(token: str) -> None:
    with pytest.raises(RefusedError, match="invalid_token"):
        read_offset(token)


def test_a_token_of_an_earlier_version_is_an_offset() -> None:
    assert read_offset("100") == Offset(100, None)
    assert read_offset("") == Offset(0, None)


@pytest.mark.parametrize(("text", "total"), [("12", 12), ("0", 0), ("", None), ("many", None), ("٣", None)])
def test_a_length_that_is_none_is_not_known(text: str, total: int | None) -> None:
    assert total_of(text) == total
