from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.adapters import mapping_of
from shared.carriers.aftership.mapping import SUBTAGS, TAGS, normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

RECEIVED_AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
READING = Reading(received_at=RECEIVED_AT, zone=ZoneInfo("Europe/Berlin"))
NOWHERE = Reading(received_at=RECEIVED_AT)
NUMBER = "00340434100000000015"


def a_tracking(*scans: tuple[Any, Any], **changes: Any) -> dict[str, Any]:
    """Return a tracking with ``scans``, pairs of subtag (or tag) and time; the last is present."""
    checkpoints = [
        {"tag": str(word).partition("_")[0], "subtag": word, "checkpoint_time": time} for word, time in scans
    ]
    present = {key: checkpoints[-1][key] for key in ("tag", "subtag")} if checkpoints else {}
    tracking = {"tracking_number": NUMBER, "slug": "dhl", **present, "checkpoints": checkpoints}
    return tracking | changes


def an_update(*scans: tuple[Any, Any], ts: Any = 1_772_797_800, **changes: Any) -> dict[str, Any]:
    return {
        "ts": ts,
        "event": "tracking_update",
        "event_id": "00000000-0000-4000-8000-000000000001",
        "is_tracking_first_tag": True,
        "msg": a_tracking(*scans, **changes),
    }


def clock(time: str) -> str:
    return f"2026-03-06T{time}:00Z"


def read(document: Any, reading: Reading = READING, topic: str = "") -> Report:
    [report] = normalize(document, topic=topic, reading=reading)
    return report


def scans(document: Any, reading: Reading = READING) -> list[tuple[ScanStatus, str]]:
    facts = [fact for fact in read(document, reading).facts if isinstance(fact, ParcelScanned)]
    return [(fact.status, f"{fact.occurred_at:%d %H:%M}" if fact.occurred_at else "") for fact in facts]


def refusal(document: Any, reading: Reading = READING) -> str:
    with pytest.raises(UnusableError) as refused:
        read(document, reading)
    return refused.value.code


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("aftership")

    assert module.TOPICS == ("tracking_update",)


@pytest.mark.parametrize(
    ("tag", "meaning"),
    [
        ("Pending", ScanStatus.PENDING),
        ("InfoReceived", ScanStatus.PENDING),
        ("InTransit", ScanStatus.IN_TRANSIT),
        ("OutForDelivery", ScanStatus.OUT_FOR_DELIVERY),
        ("AttemptFail", ScanStatus.DELIVERY_FAILED),
        ("Delivered", ScanStatus.DELIVERED),
        ("AvailableForPickup", ScanStatus.READY_FOR_PICKUP),
        ("Exception", ScanStatus.ON_HOLD),
        ("Expired", ScanStatus.UNKNOWN),
    ],
)
def test_a_tag_yields_its_word(tag: str, meaning: ScanStatus) -> None:
    assert read(an_update((f"{tag}_001", clock("08:00")))) == Report(
        tracking_number=NUMBER,
        source_time=datetime(2026, 3, 6, 11, 50, tzinfo=UTC),
        facts=(
            ParcelScanned(
                status=meaning,
                raw=tag,
                occurred_at=datetime(2026, 3, 6, 8, tzinfo=UTC),
                tracking_number=NUMBER,
                carrier="dhl",
            ),
        ),
    )


def test_every_documented_tag_has_a_meaning() -> None:
    assert set(TAGS) == {
        "Pending",
        "InfoReceived",
        "InTransit",
        "OutForDelivery",
        "AttemptFail",
        "Delivered",
        "AvailableForPickup",
        "Exception",
        "Expired",
    }


def test_an_exception_is_a_return_where_its_subtag_says_so_and_else_on_hold() -> None:
    documented = [f"Exception_{number:03}" for number in range(1, 22)]
    returning = [word for word in documented if scans(an_update((word, "")))[0][0] is not ScanStatus.ON_HOLD]

    assert returning == list(SUBTAGS) == ["Exception_010", "Exception_011"]
    for word in returning:
        [scan] = read(an_update((word, ""))).facts
        assert isinstance(scan, ParcelScanned)
        assert (scan.status, scan.raw) == (ScanStatus.RETURN_TO_SENDER, word)


def test_a_subtag_decides_under_its_own_tag_only() -> None:
    document = an_update(("InTransit_001", clock("08:00")), subtag="Exception_011")

    assert scans(document)[-1] == (ScanStatus.IN_TRANSIT, "06 08:00")


@pytest.mark.parametrize("tag", ["SUPERSHIPPED", "delivered", "Lost"])
def test_b46_an_undocumented_tag_is_unknown_and_flagged(tag: str) -> None:
    report = read(an_update((tag, clock("08:00"))))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.UNKNOWN, tag)
    assert report.flags == ("unmapped_status",)


def test_the_present_tag_is_dated_by_its_newest_checkpoint() -> None:
    document = an_update(
        ("InTransit_001", clock("09:00")), ("InTransit_002", clock("10:00")), ("InTransit_003", "")
    )

    assert scans(document) == [(ScanStatus.IN_TRANSIT, "06 10:00")]


def test_delivered_is_not_lost_behind_a_late_scan() -> None:
    late = an_update(("Delivered_003", clock("09:00")), ("InTransit_001", clock("08:00")))

    assert scans(late) == [(ScanStatus.IN_TRANSIT, "06 08:00"), (ScanStatus.DELIVERED, "06 09:00")]


def test_a_parcel_that_came_back_is_not_only_delivered() -> None:
    returned = an_update(
        ("AttemptFail_001", clock("07:00")),
        ("Exception_010", clock("08:00")),
        ("Exception_011", clock("09:00")),
        ("Delivered_001", clock("10:00")),
    )

    assert scans(returned) == [
        (ScanStatus.RETURN_TO_SENDER, "06 09:00"),
        (ScanStatus.DELIVERED, "06 10:00"),
    ]


@pytest.mark.parametrize(
    ("time", "moment", "flags"),
    [
        ("", "", ()),
        (None, "", ()),
        ("2026-03-06", "05 23:00", ("date_only",)),
        ("2026-03-06T09:00:00", "06 08:00", ()),
        ("2026-03-06T09:00:00Z", "06 09:00", ()),
        ("2026-03-06T04:00:00-05:00", "06 09:00", ()),
        ("2025-10-26T02:30:00", "26 00:30", ("ambiguous_time",)),
    ],
)
def test_b45_a_checkpoint_time_tells_what_it_tells_and_no_more(
    time: Any, moment: str, flags: tuple[str, ...]
) -> None:
    document = an_update(("InTransit_001", time))

    assert scans(document) == [(ScanStatus.IN_TRANSIT, moment)]
    assert read(document).flags == flags


@pytest.mark.parametrize("time", ["2026-03-06", "2026-03-06T09:00:00"])
def test_without_a_zone_a_zoneless_time_is_left_out_and_the_scan_counts(time: str) -> None:
    document = an_update(("Delivered_001", time))

    assert scans(document, NOWHERE) == [(ScanStatus.DELIVERED, "")]
    assert read(document, NOWHERE).flags == ("zoneless_time",)


def test_each_flag_is_raised_once() -> None:
    document = an_update(*[("InTransit_001", "2026-03-06")] * 3, ("Lost", ""))

    assert read(document).flags == ("date_only", "unmapped_status")


@pytest.mark.parametrize("time", ["yesterday", "2026-02-30", 1_772_797_800, "2026-03-07T12:00:01Z", []])
def test_b43_b44_a_checkpoint_time_that_is_none_is_refused(time: Any) -> None:
    for reading in (READING, NOWHERE):
        assert refusal(an_update(("InTransit_001", time)), reading) == "invalid_timestamp"


@pytest.mark.parametrize("ts", ["1772797800", "2026-03-06T11:50:00Z", 1_772_797_800_000, True, -1])
def test_b43_b44_a_ts_that_is_none_is_refused(ts: Any) -> None:
    assert refusal(an_update(("InTransit_001", ""), ts=ts)) == "invalid_timestamp"


def test_an_update_may_have_neither_ts_nor_checkpoints() -> None:
    document = an_update(ts=None, tag="InTransit", subtag=None, checkpoints=None)

    assert scans(document) == [(ScanStatus.IN_TRANSIT, "")]
    assert read(document).source_time is None


def test_the_id_of_the_delivery_says_nothing_of_the_parcel() -> None:
    first = an_update(("InTransit_001", clock("08:00")))

    assert read(first) == read(first | {"event_id": "00000000-0000-4000-8000-000000000002"})


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "missing_field:tracking_number"),
        (" ", "missing_field:tracking_number"),
        ("9" * 201, "invalid_id"),
        (1.5, "invalid_id"),
    ],
)
def test_b33_b35_a_tracking_without_a_usable_number_is_refused(number: Any, reason: str) -> None:
    assert refusal(an_update(("InTransit_001", ""), tracking_number=number)) == reason


def test_an_update_that_says_nothing_is_refused_by_what_it_lacks() -> None:
    assert refusal({}) == "missing_field:event"
    assert refusal({"event": "tracking_update"}) == "missing_field:msg"
    for tag in (None, "", " ", ["Delivered"]):
        assert refusal(an_update(tag=tag)) == "missing_field:tag"


@pytest.mark.parametrize(
    "document",
    [None, 5, "x", [], [an_update()], {"event": "tracking_update", "msg": "x"}, an_update(checkpoints="x")],
)
def test_what_has_another_shape_is_refused(document: Any) -> None:
    assert refusal(document) == "invalid_shape"


@pytest.mark.parametrize("event", ["edd_revise", "tracking_pending_time"])
def test_other_events_are_not_about_where_a_parcel_is(event: str) -> None:
    with pytest.raises(IrrelevantError):
        read(an_update(("InTransit_001", "")) | {"event": event})
    with pytest.raises(IrrelevantError):
        read({}, topic=event)


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for changes in ({"checkpoints": "secret"}, {"tracking_number": ["secret"]}):
        with pytest.raises(UnusableError) as refused:
            read(an_update(("InTransit_001", ""), **changes))
        assert "secret" not in repr(refused.value)
