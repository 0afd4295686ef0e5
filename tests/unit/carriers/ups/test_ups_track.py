"""Answers of UPS's Track API: the present activity, what is kept of earlier ones, nothing of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.carriers.ups.codes import STATUS_CODES
from shared.carriers.ups.mapping import normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
READING = Reading(received_at=NOW)
NUMBER = "1Z999AA10123456784"


def activity(code: Any, day: str = "20260306", time: str = "081500", **changes: Any) -> dict[str, Any]:
    return {"status": {"type": "I", "code": code}, "gmtDate": day, "gmtTime": time} | changes


def package(*activities: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"trackingNumber": NUMBER, "activity": list(activities)} | changes


def answer(*packages: dict[str, Any], inquiry: str = NUMBER) -> dict[str, Any]:
    return {"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "package": list(packages)}]}}


def read(document: Any, reading: Reading = READING) -> Report:
    [report] = normalize(document, topic="", reading=reading)
    return report


def scans(document: Any, reading: Reading = READING) -> list[ParcelScanned]:
    return [fact for fact in read(document, reading).facts if isinstance(fact, ParcelScanned)]


@pytest.mark.parametrize(("code", "status"), STATUS_CODES.items())
def test_an_activity_means_what_an_event_of_its_code_means(code: str, status: ScanStatus) -> None:
    [scan] = scans(answer(package(activity(code))))
    assert (scan.status, scan.raw, scan.carrier, scan.tracking_number) == (status, code, "ups", NUMBER)
    assert scan.occurred_at == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)


def test_a_code_that_is_not_listed_is_unknown_and_flagged() -> None:
    report = read(answer(package(activity("SR"))))
    assert report.flags == ("unmapped_status",)
    assert scans(answer(package(activity("SR"))))[0].status is ScanStatus.UNKNOWN


def test_a_delivery_is_kept_under_a_later_scan_and_other_scans_are_not() -> None:
    document = answer(
        package(
            activity("DP"), activity("FS", "20260305"), activity("OT", "20260304"), activity("MP", "20260301")
        )
    )
    assert [(scan.raw, scan.status) for scan in scans(document)] == [
        ("FS", ScanStatus.DELIVERED),
        ("DP", ScanStatus.IN_TRANSIT),
    ]
    assert read(document).source_time == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("time", ["74700", "074700", "07:47:00"])
def test_a_time_is_read_in_each_way_that_ups_writes_it(time: str) -> None:
    [scan] = scans(answer(package(activity("FS", time=time))))
    assert scan.occurred_at == datetime(2026, 3, 6, 7, 47, tzinfo=UTC)


def test_a_time_at_the_place_is_read_in_the_connections_zone_and_is_none_without() -> None:
    local = {"status": {"code": "FS"}, "date": "20260306", "time": "081500"}
    berlin = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert scans(answer(package(local)), berlin)[0].occurred_at == datetime(2026, 3, 6, 7, 15, tzinfo=UTC)
    assert scans(answer(package(local)))[0].occurred_at is None
    assert read(answer(package(local))).flags == ("zoneless_time",)


def test_a_rescheduled_delivery_is_expected_rather_than_the_scheduled_one() -> None:
    dates = [{"type": "SDD", "date": "20260307"}, {"type": "RDD", "date": "20260309"}]
    berlin = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))
    [scan] = scans(answer(package(activity("DP"), deliveryDate=dates)), berlin)
    assert scan.expected_at == datetime(2026, 3, 8, 23, tzinfo=UTC)
    delivered = [{"type": "DEL", "date": "20260306"}]
    assert scans(answer(package(activity("FS"), deliveryDate=delivered)), berlin)[0].expected_at is None


def test_of_a_shipment_of_several_parcels_the_one_that_was_asked_for_is_reported() -> None:
    other = package(activity("FS"), trackingNumber="1Z999AA10123456791")
    assert read(answer(other, package(activity("DP")))).tracking_number == NUMBER


def test_a_parcel_without_a_number_is_the_one_that_was_asked_for_if_it_is_alone() -> None:
    nameless = package(activity("FS"), trackingNumber=None)
    assert read(answer(nameless)).tracking_number == NUMBER
    with pytest.raises(IrrelevantError):
        normalize(answer(nameless, nameless), topic="", reading=READING)


@pytest.mark.parametrize(
    "document",
    [
        {"trackResponse": {}},
        {"trackResponse": {"shipment": []}},
        {"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "warnings": [{"code": "TW0001"}]}]}},
        answer(package()),
    ],
)
def test_an_answer_that_knows_nothing_yet_is_no_fault(document: Any) -> None:
    with pytest.raises(IrrelevantError):
        normalize(document, topic="", reading=READING)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"trackResponse": None}, "invalid_shape"),
        (answer(package(activity(""))), "missing_field:code"),
        (
            answer(package({"gmtDate": "20260306"})),
            "missing_field:trackResponse.shipment.0.package.0.activity.0.status",
        ),
        (answer(package(activity("FS", "2026-03-06"))), "invalid_timestamp"),
        (answer(package(activity("FS", time="25"))), "invalid_timestamp"),
        (answer(package(activity("FS", "20270101"))), "invalid_timestamp"),
    ],
)
def test_what_cannot_be_read_is_refused_by_what_it_lacks(document: Any, code: str) -> None:
    with pytest.raises(UnusableError) as refused:
        normalize(document, topic="", reading=READING)
    assert refused.value.code == code


def test_s10_the_addresses_of_an_answer_are_in_no_fact() -> None:
    place = [{"name": "Example Customer", "address": {"city": "Berlin"}}]
    assert "Example" not in repr(read(answer(package(activity("FS"), packageAddress=place))))
