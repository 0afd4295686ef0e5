from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.adapters import mapping_of
from shared.carriers.ups.codes import STATUS_CODES
from shared.carriers.ups.mapping import normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import UnusableError

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
READING = Reading(received_at=NOW)
NUMBER = "1Z999AA10123456784"


def event(code: Any = "DP", kind: str = "I", **changes: Any) -> dict[str, Any]:
    status = {"type": kind, "code": code, "description": "Text", "descriptionCode": 17}
    moment = {"gmtActivityDate": "20260306", "gmtActivityTime": "081500"}
    return {"trackingNumber": NUMBER, "activityStatus": status} | moment | changes


def read(document: Any, reading: Reading = READING) -> Report:
    [report] = normalize(document, topic="", reading=reading)
    return report


def scan(document: Any, reading: Reading = READING) -> ParcelScanned:
    [fact] = read(document, reading).facts
    assert isinstance(fact, ParcelScanned)
    return fact


def refusal(document: Any) -> str:
    with pytest.raises(UnusableError) as refused:
        read(document)
    return refused.value.code


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("ups")
    assert module.TOPICS == ("",)


def test_every_documented_code_has_its_meaning() -> None:
    by_status: dict[ScanStatus, set[str]] = {}
    for code, status in STATUS_CODES.items():
        by_status.setdefault(status, set()).add(code)
    assert by_status == {
        ScanStatus.PICKED_UP: {"OR", "PU", "OC", "OG"},
        ScanStatus.DELIVERED: {"FS", "KB", "F4"},
        ScanStatus.IN_TRANSIT: {"DP", "AA", "AR", "AF", "AL", "DS", "IH", "AP"},
        ScanStatus.OUT_FOR_DELIVERY: {"OT", "OD", "OF", "DL"},
        ScanStatus.ON_HOLD: {"EX", "HX", "HD", "HI", "HS", "HU", "NH"},
        ScanStatus.DELIVERY_FAILED: {"RF", "UR", "UF", "CC"},
        ScanStatus.CANCELLED: {"VD", "CA", "CN", "CV"},
        ScanStatus.READY_FOR_PICKUP: {"RP", "UU", "AC", "WC"},
        ScanStatus.PENDING: {"MP", "XD", "OA", "DD"},
        ScanStatus.DELIVERY_DELAYED: {"DY", "DE", "SD"},
    }


@pytest.mark.parametrize("code", STATUS_CODES)
@pytest.mark.parametrize("kind", ["D", "I", "M", "X"])
def test_the_code_tells_and_the_type_does_not(code: str, kind: str) -> None:
    assert scan(event(code, kind)).status is STATUS_CODES[code]


def test_a_parcel_of_type_d_that_is_out_for_delivery_is_not_delivered() -> None:
    assert scan(event("OT", "D")).status is ScanStatus.OUT_FOR_DELIVERY


@pytest.mark.parametrize("code", ["D", "I", "M", "MV", "X", "YP", "fs", "SUPER_SHIPPED"])
def test_b46_an_undocumented_code_is_unknown_and_flagged(code: str) -> None:
    assert (scan(event(code)).status, scan(event(code)).raw) == (ScanStatus.UNKNOWN, code)
    assert read(event(code)).flags == ("unmapped_status",)


def test_the_moment_is_told_by_gmt() -> None:
    report = read(event(localActivityDate="20260306", localActivityTime="031500"))
    assert report.source_time == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)
    assert report.flags == ()


def test_without_gmt_the_connections_zone_tells_the_moment() -> None:
    local = event(
        gmtActivityDate="", gmtActivityTime="", localActivityDate="20260306", localActivityTime="091500"
    )
    berlin = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert scan(local, berlin).occurred_at == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)
    assert (scan(local).occurred_at, read(local).flags) == (None, ("zoneless_time",))


@pytest.mark.parametrize(
    "changes",
    [
        {"gmtActivityDate": "2026-03-06"},
        {"gmtActivityDate": 20260306},
        {"gmtActivityTime": "8150"},
        {"gmtActivityTime": "٠٨١٥٠٠"},
        {"gmtActivityDate": "20260230"},
        {"gmtActivityTime": "246000"},
        {"gmtActivityDate": "20270306"},
        {"scheduledDeliveryDate": "tomorrow"},
    ],
)
def test_a_time_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    assert refusal(event(**changes)) == "invalid_timestamp"


def test_the_scheduled_day_is_expected_where_a_zone_tells_its_midnight() -> None:
    berlin = Reading(received_at=NOW, zone=ZoneInfo("Europe/Berlin"))
    due = event(scheduledDeliveryDate="20260310")
    assert scan(due, berlin).expected_at == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert scan(due).expected_at is None
    assert read(due).flags == ()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (event() | {"trackingNumber": None}, "missing_field:tracking_number"),
        (event(None), "missing_field:code"),
        (event(""), "missing_field:code"),
        ({"trackingNumber": NUMBER}, "missing_field:activityStatus"),
        (event() | {"activityStatus": "D"}, "invalid_shape"),
        ([event()], "invalid_shape"),
    ],
)
def test_what_lacks_its_parcel_or_its_code_is_refused(document: Any, code: str) -> None:
    assert refusal(document) == code


def test_a_number_with_spaces_around_it_is_the_same() -> None:
    assert read(event(trackingNumber=f" {NUMBER}")).tracking_number == NUMBER


def test_s10_the_photo_is_left_where_it_is() -> None:
    assert "c2VjcmV0" not in repr(read(event("FS", "D", deliveryPhoto="c2VjcmV0")))
