from __future__ import annotations

import pytest

from shared.wire.glance import glance


def test_a_text_or_a_whole_number_is_seen_wherever_it_stands() -> None:
    assert glance(b'{"action": " moved "}', "action") == "moved"
    assert glance(b'{"parcels": [{"id": 7777777770}]}', "parcels", 0, "id") == "7777777770"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff",
        b"null",
        b"[]",
        b'["id"]',
        b'"id"',
        b'{"id": null}',
        b'{"id": true}',
        b'{"id": 1.5}',
        b'{"id": ["x"]}',
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
    ],
    ids=range(13),
)
def test_where_nothing_is_to_be_seen_it_is_empty(body: bytes) -> None:
    assert glance(body, "id") == ""
    assert glance(body, 0, "id") == ""
    assert glance(body, "id", 0, "id") == ""


def test_only_the_beginning_of_a_long_text_is_taken() -> None:
    assert glance(b'{"id": "' + b"x" * 201 + b'"}', "id") == "x" * 200
