"""The samples' story is moved to the day that ends now, in its own order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from local.moments import lay_over_a_day

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def moved(**payloads: str) -> dict[str, str]:
    encoded = {name: text.encode() for name, text in payloads.items()}
    return {name: payload.decode() for name, payload in lay_over_a_day(encoded, NOW).items()}


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
