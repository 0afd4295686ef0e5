"""What is small as JSON fits into the table: the measure item by item is for the rest."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from shared.storage import sizes
from shared.storage.sizes import MARK_BYTES, MOST_BYTES_OF_HEAD, SURELY_FITS, TooLargeError, check_fit


def record_of(effects: int) -> dict[str, Any]:
    """Return the smallest record there can be with so many effects."""
    owed = {"M": {"state": {"S": "owed"}}}
    item = {"pk": {"S": "p"}, "sk": {"S": "HEAD"}, "effects": {"M": {f"{n}": owed for n in range(effects)}}}
    return {"Put": {"Item": item}}


def test_a_request_that_is_small_as_json_has_room_for_every_mark() -> None:
    effects = 0
    while len(to_json([record_of(effects + 1)])) <= SURELY_FITS:
        effects += 1
    item = record_of(effects)["Put"]["Item"]
    assert sizes.item_size(item) + effects * MARK_BYTES <= MOST_BYTES_OF_HEAD


def test_a_request_that_is_large_as_json_is_measured() -> None:
    writes = [record_of(3_000)]
    with pytest.raises(TooLargeError, match="bytes"):
        check_fit(writes, len(to_json(writes)))


def test_a_request_of_too_many_operations_does_not_fit_however_small_it_is() -> None:
    with pytest.raises(TooLargeError, match="operations"):
        check_fit([record_of(0)] * 101, 1)
