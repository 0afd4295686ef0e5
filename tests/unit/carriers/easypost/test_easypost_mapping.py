from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters import mapping_of
from shared.carriers.easypost.mapping import STATUSES, normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

READING = Reading(received_at=datetime(2026, 3, 6, 12, tzinfo=UTC))
NUMBER = "1Z999AA10123456784"


def a_tracker(*scans: tuple[str, str | None], **changes: Any) -> dict[str, Any]:
    """Return a tracker with ``scans``, pairs of status and clock time on 6 March 2026."""
    tracker: dict[str, Any] = {
        "id": "trk_example1",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": NUMBER,
        "status": scans[-1][0] if scans else "pre_transit",
        "updated_at": "2026-03-06T11:50:00Z",
        "est_delivery_date": None,
        "carrier": "UPS",
        "tracking_details": [
            {"object": "TrackingDetail", "status": status, "datetime": clock and f"2026-03-06T{clock}:00Z"}
            for status, clock in scans
        ],
    }
    return tracker | changes


def an_event(result: Any, description: str = "tracker.updated") -> dict[str, Any]:
    return {"id": "evt_1", "object": "Event", "description": description, "result": result}


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
    module: MappingModule = mapping_of("easypost")

    assert module.TOPICS == ("tracker.created", "tracker.updated")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("pre_transit", ScanStatus.PENDING),
        ("in_transit", ScanStatus.IN_TRANSIT),
        ("out_for_delivery", ScanStatus.OUT_FOR_DELIVERY),
        ("delivered", ScanStatus.DELIVERED),
        ("available_for_pickup", ScanStatus.READY_FOR_PICKUP),
        ("return_to_sender", ScanStatus.RETURN_TO_SENDER),
        ("failure", ScanStatus.DELIVERY_FAILED),
        ("cancelled", ScanStatus.CANCELLED),
        ("unknown", ScanStatus.UNKNOWN),
        ("error", ScanStatus.UNKNOWN),
    ],
)
def test_a_status_yields_its_word(status: str, meaning: ScanStatus) -> None:
    report = read(a_tracker((status, "08:00")))

    assert report.facts == (
        ParcelScanned(
            status=meaning,
            raw=status,
            occurred_at=datetime(2026, 3, 6, 8, tzinfo=UTC),
            tracking_number=NUMBER,
            carrier="UPS",
        ),
    )
    assert report.flags == ()


def test_every_documented_status_has_a_meaning() -> None:
    assert set(STATUSES) == {
        "unknown",
        "pre_transit",
        "in_transit",
        "out_for_delivery",
        "delivered",
        "available_for_pickup",
        "return_to_sender",
        "failure",
        "cancelled",
        "error",
    }


@pytest.mark.parametrize("status", ["SUPER_SHIPPED", "Delivered", "lost"])
def test_b46_an_undocumented_status_is_unknown_and_flagged(status: str) -> None:
    report = read(a_tracker((status, "08:00")))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.UNKNOWN, status)
    assert report.flags == ("unmapped_status",)


def test_the_report_is_about_the_parcel_and_dated_by_the_tracker() -> None:
    report = read(a_tracker(("in_transit", "08:00")))

    assert (report.tracking_number, report.order_external_id) == (NUMBER, "")
    assert report.source_time == datetime(2026, 3, 6, 11, 50, tzinfo=UTC)


@pytest.mark.parametrize("topic", ["tracker.created", "tracker.updated", ""])
def test_an_event_says_what_its_tracker_says(topic: str) -> None:
    tracker = a_tracker(("in_transit", "08:00"))

    assert read(an_event(tracker, topic or "tracker.updated"), topic) == read(tracker)


def test_lists_give_one_report_per_parcel() -> None:
    page = [a_tracker(tracking_code="A"), a_tracker(tracking_code="B")]

    for document in (page, {"trackers": page, "has_more": False}):
        reports = normalize(document, topic="", reading=READING)
        assert [report.tracking_number for report in reports] == ["A", "B"]


def test_the_newest_scan_of_the_present_status_dates_it() -> None:
    tracker = a_tracker(("in_transit", "09:00"), ("in_transit", "07:00"), ("in_transit", "08:00"))

    assert scans(tracker) == [(ScanStatus.IN_TRANSIT, "09:00")]


def test_a_status_without_a_scan_is_dated_by_the_tracker() -> None:
    assert scans(a_tracker()) == [(ScanStatus.PENDING, "11:50")]
    assert scans(a_tracker(tracking_details=None)) == [(ScanStatus.PENDING, "11:50")]
    assert scans(a_tracker(("in_transit", None))) == [(ScanStatus.IN_TRANSIT, "11:50")]


def test_a_parcel_without_any_time_still_has_a_status() -> None:
    report = read(a_tracker(("in_transit", None), updated_at=None))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.occurred_at, report.source_time) == (ScanStatus.IN_TRANSIT, None, None)


def test_earlier_scans_that_the_present_one_implies_are_left_out() -> None:
    history = [
        ("pre_transit", "06:00"),
        ("in_transit", "07:00"),
        ("failure", "08:00"),
        ("delivered", "09:00"),
    ]

    assert scans(a_tracker(*history)) == [(ScanStatus.DELIVERED, "09:00")]


def test_delivered_is_not_lost_behind_a_late_scan() -> None:
    late = a_tracker(("delivered", "09:00"), ("in_transit", "08:00"))
    later = a_tracker(("delivered", "09:00"), ("in_transit", "10:00"))

    assert scans(late) == [(ScanStatus.IN_TRANSIT, "08:00"), (ScanStatus.DELIVERED, "09:00")]
    assert scans(later) == [(ScanStatus.DELIVERED, "09:00"), (ScanStatus.IN_TRANSIT, "10:00")]


def test_a_parcel_that_came_back_is_not_only_delivered() -> None:
    returned = a_tracker(("return_to_sender", "08:00"), ("in_transit", "08:30"), ("delivered", "09:00"))

    assert scans(returned) == [(ScanStatus.RETURN_TO_SENDER, "08:00"), (ScanStatus.DELIVERED, "09:00")]


def test_the_history_is_read_in_the_order_of_its_times() -> None:
    mixed_up = a_tracker(("delivered", "09:00"), ("return_to_sender", "08:00"), status="delivered")

    assert scans(mixed_up) == [(ScanStatus.RETURN_TO_SENDER, "08:00"), (ScanStatus.DELIVERED, "09:00")]


def test_the_present_status_comes_last_where_times_are_equal() -> None:
    tracker = a_tracker(("return_to_sender", "09:00"), ("delivered", "09:00"))

    assert scans(tracker) == [(ScanStatus.RETURN_TO_SENDER, "09:00"), (ScanStatus.DELIVERED, "09:00")]


def test_an_expected_delivery_lies_ahead() -> None:
    report = read(a_tracker(est_delivery_date="2026-03-20T17:00:00Z"))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert scan.expected_at == datetime(2026, 3, 20, 17, tzinfo=UTC)


def test_times_may_have_an_offset() -> None:
    tracker = a_tracker(tracking_details=[{"status": "pre_transit", "datetime": "2026-03-06T09:00:00+01:00"}])

    assert scans(tracker) == [(ScanStatus.PENDING, "08:00")]


@pytest.mark.parametrize(
    "changes",
    [
        {"updated_at": "2026-03-06T11:50:00"},
        {"updated_at": 1_700_000_000},
        {"updated_at": "2026-03-07T12:00:01Z"},
        {"est_delivery_date": "9999-01-01T00:00:00Z"},
        {"est_delivery_date": "tomorrow"},
        {"tracking_details": [{"status": "in_transit", "datetime": "2026-02-30T00:00:00Z"}]},
    ],
)
def test_b43_b44_a_time_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    assert refusal(a_tracker(**changes)) == "invalid_timestamp"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "missing_field:tracking_number"),
        (" ", "missing_field:tracking_number"),
        ("9" * 201, "invalid_id"),
        (1.5, "invalid_id"),
    ],
)
def test_b33_b35_a_tracker_without_a_usable_code_is_refused(code: Any, reason: str) -> None:
    assert refusal(a_tracker(tracking_code=code)) == reason


@pytest.mark.parametrize("status", [None, "", "  ", ["delivered"]])
def test_a_tracker_without_a_status_is_refused(status: Any) -> None:
    assert refusal(a_tracker(status=status)) == "missing_field:status"


def test_an_event_without_its_result_is_refused() -> None:
    listed = {"id": "evt_1", "object": "Event", "description": "tracker.updated"}

    assert refusal(listed) == "missing_field:result"
    assert refusal(listed | {"result": None}) == "missing_field:result"


@pytest.mark.parametrize(
    "document", [None, 5, "x", True, [None], an_event("x"), a_tracker(tracking_details="x")]
)
def test_what_has_another_shape_is_refused(document: Any) -> None:
    assert refusal(document) == "invalid_shape"


def test_an_object_that_does_not_say_what_it_is_is_refused() -> None:
    assert refusal({}) == "missing_field:object"
    assert refusal(an_event({"tracking_code": NUMBER})) == "missing_field:object"


@pytest.mark.parametrize(
    "description",
    [
        "batch.created",
        "refund.successful",
        "insurance.purchased",
        "scan_form.created",
        "report.new",
        "",
        None,
    ],
)
def test_other_events_are_not_about_parcels(description: Any) -> None:
    with pytest.raises(IrrelevantError):
        read(an_event({"object": "Batch"}, description))
    with pytest.raises(IrrelevantError):
        read(an_event(a_tracker(), description))
    with pytest.raises(IrrelevantError):
        read(a_tracker(), topic="batch.created")


@pytest.mark.parametrize("kind", ["Webhook", "Batch", "Shipment"])
def test_other_objects_are_not_about_parcels(kind: str) -> None:
    with pytest.raises(IrrelevantError):
        read({"id": "x", "object": kind})
    with pytest.raises(IrrelevantError):
        read(an_event({"id": "x", "object": kind}))


def test_a_tracker_of_the_test_mode_is_flagged() -> None:
    assert read(a_tracker(mode="test")).flags == ("test",)


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for changes in ({"updated_at": "secret"}, {"tracking_details": "secret"}, {"tracking_code": ["secret"]}):
        with pytest.raises(UnusableError) as refused:
            read(a_tracker(**changes))
        assert "secret" not in repr(refused.value)
