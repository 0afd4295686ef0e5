"""The samples' story is moved to the day that ends now, in its own order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from local.errors import LocalError
from local.moments import lay_over_a_day, moment_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def moved(**payloads: str) -> dict[str, str]:
    encoded = {name: text.encode() for name, text in payloads.items()}
    return {name: payload.decode() for name, payload in lay_over_a_day(encoded, NOW).items()}


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        (None, NOW),
        ("+5m", NOW + timedelta(minutes=5)),
        ("+90s", NOW + timedelta(seconds=90)),
        ("+2h", NOW + timedelta(hours=2)),
        ("+1d", NOW + timedelta(days=1)),
        ("2026-11-23T13:00:00+01:00", NOW),
    ],
)
def test_a_moment_is_typed_as_such_or_from_now(typed: str | None, moment: datetime) -> None:
    assert moment_of(typed, NOW) == moment


@pytest.mark.parametrize("typed", ["5m", "+5", "+5w", "2026-11-23T13:00:00", "soon"])
def test_any_other_moment_is_answered_with_how_it_is_typed(typed: str) -> None:
    with pytest.raises(LocalError, match="2026-01-31T12:00:00Z, or \\+5m"):
        moment_of(typed, NOW)


def test_what_came_first_still_comes_first() -> None:
    days = moved(a="2026-03-09T10:00:00Z", b="2026-03-02T10:00:00Z", c="2026-03-02T10:00:01Z")
    assert days["b"] < days["c"] < days["a"]


def test_everything_lies_in_the_day_that_ends_now() -> None:
    written = moved(a="2026-03-09T10:00:00Z", b="2019-01-01T00:00:00Z").values()
    moments = [datetime.fromisoformat(text) for text in written]
    assert all(NOW - timedelta(days=1) < moment < NOW for moment in moments)


def test_the_same_moment_is_the_same_in_every_form() -> None:
    day = moved(
        offset="2026-03-02T11:00:00+01:00",
        utc="2026-03-02T10:00:00Z",
        bare="2026-03-02T10:00:00",
        fine="2026-03-02T10:00:00.000Z",
    )
    assert day["offset"].endswith("+01:00")
    assert datetime.fromisoformat(day["offset"]) == datetime.fromisoformat(day["utc"])
    assert day["utc"] == day["bare"] + "Z" == day["fine"]


def test_all_else_is_left_byte_for_byte() -> None:
    assert moved(a='{"at": "2026-03-02T10:00:00Z",  "birthday": "1980-01-01"}')["a"].endswith(
        '",  "birthday": "1980-01-01"}'
    )
