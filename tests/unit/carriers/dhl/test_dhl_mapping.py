from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.adapters import mapping_of
from shared.carriers.dhl.mapping import STATUS_CODES, normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import UnusableError

RECEIVED_AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
READING = Reading(received_at=RECEIVED_AT, zone=ZoneInfo("Europe/Berlin"))
NOWHERE = Reading(received_at=RECEIVED_AT)
NUMBER = "00340434100000000022"


def an_event(code: Any, time: Any) -> dict[str, Any]:
    return {"statusCode": code, "timestamp": time, "status": "TEXT", "description": "Text"}


def clock(time: str) -> str:
    return f"2026-03-06T{time}:00Z"


def a_shipment(*scans: tuple[Any, Any], **changes: Any) -> dict[str, Any]:
    """Return a shipment with ``scans``, pairs of status code and time; the last is present."""
    events = [an_event(*scan) for scan in scans]
    shipment = {"id": NUMBER, "service": "parcel-de", "status": events[-1] if events else {}}
    return shipment | {"events": list(reversed(events))} | changes


def a_push(*scans: tuple[Any, Any], **changes: Any) -> dict[str, Any]:
    return {"shipments": [a_shipment(*scans, **changes)]}


def read(document: Any, reading: Reading = READING) -> Report:
    [report] = normalize(document, topic="", reading=reading)
    return report


def scans(document: Any, reading: Reading = READING) -> list[tuple[ScanStatus, str]]:
    facts = [fact for fact in read(document, reading).facts if isinstance(fact, ParcelScanned)]
    return [(fact.status, f"{fact.occurred_at:%d %H:%M}" if fact.occurred_at else "") for fact in facts]


def refusal(document: Any, reading: Reading = READING) -> str:
    with pytest.raises(UnusableError) as refused:
        read(document, reading)
    return refused.value.code


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("dhl")

    assert module.TOPICS == ("",)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("pre-transit", ScanStatus.PENDING),
        ("transit", ScanStatus.IN_TRANSIT),
        ("delivered", ScanStatus.DELIVERED),
        ("failure", ScanStatus.DELIVERY_FAILED),
        ("unknown", ScanStatus.UNKNOWN),
    ],
)
def test_a_status_code_yields_its_word(code: str, meaning: ScanStatus) -> None:
    moment = datetime(2026, 3, 6, 8, tzinfo=UTC)

    assert read(a_push((code, clock("08:00")))) == Report(
        tracking_number=NUMBER,
        source_time=moment,
        facts=(
            ParcelScanned(
                status=meaning, raw=code, occurred_at=moment, tracking_number=NUMBER, carrier="dhl"
            ),
        ),
    )


def test_every_documented_status_code_has_a_meaning() -> None:
    assert set(STATUS_CODES) == {"pre-transit", "transit", "delivered", "failure", "unknown"}


@pytest.mark.parametrize("code", ["SUPER_SHIPPED", "Delivered", "out-for-delivery"])
def test_b46_an_undocumented_status_code_is_unknown_and_flagged(code: str) -> None:
    report = read(a_push((code, clock("08:00"))))

    [scan] = report.facts
    assert isinstance(scan, ParcelScanned)
    assert (scan.status, scan.raw) == (ScanStatus.UNKNOWN, code)
    assert report.flags == ("unmapped_status",)


def test_each_shipment_of_a_push_is_a_report() -> None:
    push = {"shipments": [a_shipment(("transit", clock("08:00")), id=number) for number in ("A", 7, "C")]}

    reports = normalize(push, topic="", reading=READING)
    assert [report.tracking_number for report in reports] == ["A", "7", "C"]


def test_delivered_is_not_lost_behind_a_late_scan() -> None:
    late = a_push(("delivered", clock("09:00")), ("transit", clock("08:00")))

    assert scans(late) == [(ScanStatus.IN_TRANSIT, "06 08:00"), (ScanStatus.DELIVERED, "06 09:00")]


def test_earlier_scans_that_the_present_one_implies_are_left_out() -> None:
    push = a_push(("pre-transit", clock("06:00")), ("failure", clock("07:00")), ("delivered", clock("08:00")))

    assert scans(push) == [(ScanStatus.DELIVERED, "06 08:00")]


def test_a_zoneless_time_is_one_of_the_connections_zone() -> None:
    push = a_push(("transit", "2026-03-06T09:00:00"))

    assert scans(push) == [(ScanStatus.IN_TRANSIT, "06 08:00")]
    assert read(push).flags == ()


def test_without_a_zone_a_zoneless_time_is_left_out_and_the_scan_counts() -> None:
    push = a_push(("delivered", "2026-03-06T09:00:00"))

    assert scans(push, NOWHERE) == [(ScanStatus.DELIVERED, "")]
    assert (read(push, NOWHERE).source_time, read(push, NOWHERE).flags) == (None, ("zoneless_time",))


def test_an_expected_delivery_without_a_zone_is_flagged_too() -> None:
    push = a_push(("transit", clock("08:00")), estimatedTimeOfDelivery="2026-03-07")

    assert read(push).flags == ("date_only",)
    assert read(push, NOWHERE).flags == ("zoneless_time",)


def test_b45_an_hour_that_comes_twice_is_flagged() -> None:
    push = a_push(("transit", "2025-10-26T02:30:00"))

    assert scans(push) == [(ScanStatus.IN_TRANSIT, "26 00:30")]
    assert read(push).flags == ("ambiguous_time",)


def test_an_expected_delivery_lies_ahead() -> None:
    push = a_push(
        ("delivered", clock("07:00")),
        ("transit", clock("08:00")),
        estimatedTimeOfDelivery="2026-03-20T17:00:00",
    )

    earlier, present = read(push).facts
    assert isinstance(present, ParcelScanned)
    assert isinstance(earlier, ParcelScanned)
    assert present.expected_at == datetime(2026, 3, 20, 16, tzinfo=UTC)
    assert earlier.expected_at is None


def test_a_shipment_may_have_no_events_and_no_time() -> None:
    push = a_push(("transit", None), events=None)

    assert scans(push) == [(ScanStatus.IN_TRANSIT, "")]
    assert read(push).source_time is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": an_event("transit", "yesterday")},
        {"status": an_event("transit", 1_700_000_000)},
        {"status": an_event("transit", "2026-03-07T12:00:01Z")},
        {"events": [an_event("transit", "2026-02-30T00:00:00")]},
        {"estimatedTimeOfDelivery": "9999-01-01T00:00:00Z"},
    ],
)
def test_b43_b44_a_time_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    for reading in (READING, NOWHERE):
        assert refusal(a_push(("transit", clock("08:00")), **changes), reading) == "invalid_timestamp"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "missing_field:tracking_number"),
        (" ", "missing_field:tracking_number"),
        ("9" * 201, "invalid_id"),
        (1.5, "invalid_id"),
    ],
)
def test_b33_b35_a_shipment_without_a_usable_number_is_refused(number: Any, reason: str) -> None:
    assert refusal(a_push(("transit", clock("08:00")), id=number)) == reason


def test_a_push_that_says_nothing_is_refused_by_what_it_lacks() -> None:
    assert refusal({}) == refusal({"shipments": []}) == "missing_field:shipments"
    assert refusal({"shipments": [{"id": NUMBER}]}) == "missing_field:shipments.0.status"
    for code in (None, "", " ", ["delivered"]):
        assert refusal(a_push((code, clock("08:00")))) == "missing_field:statusCode"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"shipments": [{"shipmentTrackingNumber": NUMBER, "status": "delivered"}]}, "invalid_shape"),
        ({"packages": [{"trackingId": NUMBER}]}, "missing_field:shipments"),
        ({"title": "No result found", "status": 404}, "missing_field:shipments"),
    ],
)
def test_what_another_api_of_dhl_answers_is_refused_by_what_it_lacks(document: Any, reason: str) -> None:
    assert refusal(document) == reason


@pytest.mark.parametrize(
    "document", [None, 5, "x", [], [a_push()], {"shipments": "x"}, {"shipments": [None]}]
)
def test_what_has_another_shape_is_refused(document: Any) -> None:
    assert refusal(document) == "invalid_shape"


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for changes in ({"estimatedTimeOfDelivery": "secret"}, {"events": "secret"}, {"id": ["secret"]}):
        with pytest.raises(UnusableError) as refused:
            read(a_push(("transit", clock("08:00")), **changes))
        assert "secret" not in repr(refused.value)
