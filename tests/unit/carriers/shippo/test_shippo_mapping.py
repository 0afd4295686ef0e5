from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters import mapping_of
from shared.carriers.shippo.mapping import STATUSES, normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

READING = Reading(received_at=datetime(2026, 3, 6, 12, tzinfo=UTC))
NUMBER = "92055901755477000000000015"


def a_status(word: Any, clock: str | None) -> dict[str, Any]:
    return {"status": word, "status_date": clock and f"2026-03-06T{clock}:00Z", "substatus": None}


def a_track(*scans: tuple[Any, str | None], **changes: Any) -> dict[str, Any]:
    """Return a track with ``scans``, pairs of status and clock time on 6 March 2026; the last is present."""
    history = [a_status(*scan) for scan in scans]
    track: dict[str, Any] = {
        "carrier": "usps",
        "tracking_number": NUMBER,
        "eta": None,
        "tracking_status": history[-1] if history else None,
        "tracking_history": history,
    }
    return track | changes


def an_event(track: Any, event: Any = "track_updated", **changes: Any) -> dict[str, Any]:
    return {"event": event, "test": False, "data": track} | changes


def read(document: Any, topic: str = "") -> Report:
    [report] = normalize(document, topic=topic, reading=READING)
    return report


def scans(document: Any) -> list[tuple[ScanStatus, str]]:
    facts = [fact for fact in read(document).facts if isinstance(fact, ParcelScanned)]
    return [(fact.status, f"{fact.occurred_at:%H:%M}") for fact in facts]


def refusal(document: Any) -> str:
    with pytest.raises(UnusableError) as refused:
        read(document)
    return refused.value.code


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("shippo")

    assert module.TOPICS == ("track_updated",)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("UNKNOWN", ScanStatus.UNKNOWN),
        ("PRE_TRANSIT", ScanStatus.PENDING),
        ("TRANSIT", ScanStatus.IN_TRANSIT),
        ("DELIVERED", ScanStatus.DELIVERED),
        ("RETURNED", ScanStatus.RETURN_TO_SENDER),
        ("FAILURE", ScanStatus.DELIVERY_FAILED),
    ],
)
def test_a_status_yields_its_word(status: str, meaning: ScanStatus) -> None:
    report = read(an_event(a_track((status, "08:00"))))

    assert report.facts == (
        ParcelScanned(
            status=meaning,
            raw=status,
            occurred_at=datetime(2026, 3, 6, 8, tzinfo=UTC),
            tracking_number=NUMBER,
            carrier="usps",
        ),
    )
    assert report.flags == ()


def test_every_status_of_the_sdk_has_a_meaning() -> None:
    assert set(STATUSES) == {"UNKNOWN", "PRE_TRANSIT", "TRANSIT", "DELIVERED", "RETURNED", "FAILURE"}


@pytest.mark.parametrize("status", ["SUPER_SHIPPED", "delivered", "LOST"])
def test_b46_an_undocumented_status_is_unknown_and_flagged(status: str) -> None:
    report = read(an_event(a_track((status, "08:00"))))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.UNKNOWN, status)
    assert report.flags == ("unmapped_status",)


def test_the_report_is_about_the_parcel_and_dated_by_its_present_status() -> None:
    report = read(an_event(a_track(("TRANSIT", "08:00"))))

    assert (report.tracking_number, report.order_external_id) == (NUMBER, "")
    assert report.source_time == datetime(2026, 3, 6, 8, tzinfo=UTC)


def test_a_track_says_the_same_without_the_frame_of_the_webhook() -> None:
    track = a_track(("PRE_TRANSIT", "07:00"), ("TRANSIT", "08:00"))

    assert read(track) == read(an_event(track)) == read(track, "track_updated")


def test_delivered_is_not_lost_behind_a_late_scan() -> None:
    late = a_track(("DELIVERED", "09:00"), ("TRANSIT", "08:00"))

    assert scans(late) == [(ScanStatus.IN_TRANSIT, "08:00"), (ScanStatus.DELIVERED, "09:00")]


def test_a_parcel_that_came_back_is_not_only_delivered() -> None:
    returned = a_track(("FAILURE", "07:00"), ("RETURNED", "08:00"), ("DELIVERED", "09:00"))

    assert scans(returned) == [(ScanStatus.RETURN_TO_SENDER, "08:00"), (ScanStatus.DELIVERED, "09:00")]


def test_a_track_may_have_no_history_and_no_time() -> None:
    bare = a_track(("TRANSIT", None), tracking_history=None)

    [scan] = read(bare).facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.occurred_at) == (ScanStatus.IN_TRANSIT, None)
    assert read(bare).source_time is None


def test_an_expected_delivery_lies_ahead() -> None:
    earlier, present = read(
        a_track(("RETURNED", "07:00"), ("TRANSIT", "08:00"), eta="2026-03-20T17:00:00Z")
    ).facts

    assert isinstance(present, ParcelScanned)
    assert isinstance(earlier, ParcelScanned)
    assert present.expected_at == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert earlier.expected_at is None


def test_an_event_of_the_test_mode_is_flagged() -> None:
    track = a_track(("TRANSIT", "08:00"))

    assert read(an_event(track, test=True)).flags == ("test",)
    assert read(an_event(track, test=False)).flags == ()
    assert read(an_event(a_track(("LOST", "08:00")), test=True)).flags == ("test", "unmapped_status")


@pytest.mark.parametrize(
    "changes",
    [
        {"eta": "tomorrow"},
        {"eta": "9999-01-01T00:00:00Z"},
        {"tracking_status": {"status": "TRANSIT", "status_date": "2026-03-06T11:50:00"}},
        {"tracking_status": {"status": "TRANSIT", "status_date": 1_700_000_000}},
        {"tracking_status": {"status": "TRANSIT", "status_date": "2026-03-07T12:00:01Z"}},
        {"tracking_history": [{"status": "TRANSIT", "status_date": "2026-02-30T00:00:00Z"}]},
    ],
)
def test_b43_b44_a_time_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    assert refusal(an_event(a_track(("TRANSIT", "08:00"), **changes))) == "invalid_timestamp"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "missing_field:tracking_number"),
        (" ", "missing_field:tracking_number"),
        ("9" * 201, "invalid_id"),
        (1.5, "invalid_id"),
    ],
)
def test_b33_b35_a_track_without_a_usable_number_is_refused(number: Any, reason: str) -> None:
    assert refusal(an_event(a_track(("TRANSIT", "08:00"), tracking_number=number))) == reason


def test_a_track_that_says_nothing_is_refused_by_what_it_lacks() -> None:
    assert refusal(an_event(None)) == "missing_field:data"
    assert refusal(an_event({})) == "missing_field:tracking_number"
    assert refusal(an_event(a_track())) == "missing_field:tracking_status"
    for status in (None, "", " ", ["DELIVERED"]):
        assert refusal(an_event(a_track((status, "08:00")))) == "missing_field:status"


@pytest.mark.parametrize(
    "document",
    [None, 5, "x", True, [], [None], an_event("x"), an_event([]), a_track(tracking_history="x")],
)
def test_what_has_another_shape_is_refused(document: Any) -> None:
    assert refusal(document) == "invalid_shape"


@pytest.mark.parametrize("event", ["transaction_created", "transaction_updated", "batch_created"])
def test_other_events_are_not_about_tracking(event: str) -> None:
    with pytest.raises(IrrelevantError):
        read(an_event({}, event))
    with pytest.raises(IrrelevantError):
        read({}, topic=event)


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for changes in ({"eta": "secret"}, {"tracking_history": "secret"}, {"tracking_number": ["secret"]}):
        with pytest.raises(UnusableError) as refused:
            read(an_event(a_track(("TRANSIT", "08:00"), **changes)))
        assert "secret" not in repr(refused.value)
