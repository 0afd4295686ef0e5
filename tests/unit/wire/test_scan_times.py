from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError
from shared.wire.scan_times import ScanTime, scan_time, unix_time

NOW = datetime(2026, 11, 6, 12, tzinfo=UTC)
NOWHERE = Reading(received_at=NOW)
BERLIN = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("reading", [NOWHERE, BERLIN])
def test_a_zoned_time_means_the_same_everywhere(reading: Reading) -> None:
    for value in ("2026-03-06T08:00:00Z", "2026-03-06T09:00:00+01:00", "2026-03-06 10:00:00.5+0200"):
        found = scan_time(value, "at", reading)
        assert found.moment is not None
        assert found.moment.replace(microsecond=0) == datetime(2026, 3, 6, 8, tzinfo=UTC)
        assert found.flag == ""


def test_a_zoneless_time_is_one_of_the_connections_zone() -> None:
    assert scan_time("2026-03-06T09:00:00", "at", BERLIN) == ScanTime(datetime(2026, 3, 6, 8, tzinfo=UTC))


def test_a_day_is_its_midnight_in_the_connections_zone_and_flagged() -> None:
    assert scan_time("2026-03-06", "at", BERLIN) == ScanTime(
        datetime(2026, 3, 5, 23, tzinfo=UTC), "date_only"
    )


def test_a_day_whose_midnight_comes_twice_is_odd_for_its_missing_hour_alone() -> None:
    havana = Reading(received_at=NOW, zone=ZoneInfo("America/Havana"))

    assert scan_time("2026-11-01T00:00:00", "at", havana).flag == "ambiguous_time"
    assert scan_time("2026-11-01", "at", havana).flag == "date_only"


@pytest.mark.parametrize("value", ["2026-03-06", "2026-03-06T09:00:00", "2026-03-06 09:00:00.25"])
def test_without_a_zone_of_either_there_is_no_time_but_a_flag(value: str) -> None:
    assert scan_time(value, "at", NOWHERE) == ScanTime(None, "zoneless_time")


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("reading", [NOWHERE, BERLIN])
def test_no_time_is_none_and_nothing_odd(value: str | None, reading: Reading) -> None:
    assert scan_time(value, "at", reading) == ScanTime(None)


def test_b45_an_hour_that_comes_twice_is_read_as_the_first_and_flagged() -> None:
    assert scan_time("2026-10-25T02:30:00", "at", BERLIN) == ScanTime(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "ambiguous_time"
    )


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-02-30",
        "2026-02-30T08:00:00",
        "2026-02-30T08:00:00Z",
        "2026-03-06T23:59:60",
        "2026-03-06T08:00",
        "06.03.2026",
        "1999-12-31",
        "9999-01-01",
        "9999-01-01T00:00:00",
        "\u0968\u0966\u0968\u096c-03-06",
        " 2026-03-06",
        1_772_784_000,
        True,
        ["2026-03-06"],
    ],
)
@pytest.mark.parametrize("reading", [NOWHERE, BERLIN])
def test_b43_b44_what_is_no_time_is_refused_whatever_the_zone(value: Any, reading: Reading) -> None:
    with pytest.raises(UnusableError) as refused:
        scan_time(value, "at", reading)
    assert (refused.value.code, refused.value.where) == ("invalid_timestamp", "at")


def test_what_is_expected_may_lie_ahead() -> None:
    found = scan_time("2026-12-24T18:00:00", "at", BERLIN, ahead=timedelta(days=90))

    assert found == ScanTime(datetime(2026, 12, 24, 17, tzinfo=UTC))


def test_seconds_since_1970_are_a_time() -> None:
    moment = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)

    assert unix_time(1_772_797_800, "ts", NOWHERE) == moment
    assert unix_time(Decimal("1772797800.25"), "ts", NOWHERE) == moment + timedelta(milliseconds=250)
    assert unix_time(None, "ts", NOWHERE) is None


@pytest.mark.parametrize(
    "value", ["1772797800", True, -1, 0, 10**11, 10**39, Decimal("1e30"), 1_793_966_401 + 86_400, "", [1]]
)
def test_b43_b44_a_number_that_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(UnusableError) as refused:
        unix_time(value, "ts", NOWHERE)
    assert (refused.value.code, refused.value.where) == ("invalid_timestamp", "ts")
