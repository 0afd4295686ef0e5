from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.adapters import mapping_of
from shared.carriers.sendcloud.mapping import PHASES, STATUSES, normalize
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire.adapter import MappingModule, Reading
from shared.wire.errors import IrrelevantError, UnusableError

READING = Reading(received_at=datetime(2026, 3, 6, 12, tzinfo=UTC))
CHANGED_AT = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
NUMBER = "3SEXMP000000015"


def changed(status: Any = 1, message: Any = "Ready to send", **changes: Any) -> dict[str, Any]:
    """Return ``parcel_status_changed`` of API v2."""
    parcel = {"id": 1, "tracking_number": NUMBER, "status": {"id": status, "message": message}}
    document: dict[str, Any] = {
        "action": "parcel_status_changed",
        "timestamp": 1_772_797_800_000,
        "carrier_status_change_timestamp": None,
        "parcel": parcel | changes.pop("parcel", {}),
    }
    return document | changes


def created(phase: Any = "in_transit", **changes: Any) -> dict[str, Any]:
    """Return ``parcels.event.created`` of API v3; ``changes`` are to its event."""
    event: dict[str, Any] = {
        "event_type": "carrier",
        "timestamp": "2026-03-06T11:50:00Z",
        "phase": phase,
        "exception": "none",
        "is_returned": False,
    }
    parcel = {"parcel_id": 1, "tracking_number": NUMBER, "carrier_code": "postnl"}
    return {"event_type": "parcels.event.created", "data": {"parcel": parcel, "event": event | changes}}


def read(document: Any, topic: str = "") -> Report:
    [report] = normalize(document, topic=topic, reading=READING)
    return report


def scan(document: Any) -> ParcelScanned:
    [fact] = read(document).facts
    assert isinstance(fact, ParcelScanned)
    return fact


def refusal(document: Any) -> str:
    with pytest.raises(UnusableError) as refused:
        read(document)
    return refused.value.code


def test_the_adapter_keeps_the_protocol() -> None:
    module: MappingModule = mapping_of("sendcloud")

    assert module.TOPICS == ("parcel_status_changed", "parcels.event.created")


@pytest.mark.parametrize(
    ("number", "message", "meaning"),
    [
        (1, "Ready to send", ScanStatus.PENDING),
        (3, "En route to sorting center", ScanStatus.IN_TRANSIT),
        (11, "Delivered", ScanStatus.DELIVERED),
        (2000, "Cancelled", ScanStatus.CANCELLED),
    ],
)
def test_v2_a_status_number_yields_its_word(number: int, message: str, meaning: ScanStatus) -> None:
    report = read(changed(number, message))

    assert report == Report(
        tracking_number=NUMBER,
        source_time=CHANGED_AT,
        facts=(ParcelScanned(status=meaning, raw=message, occurred_at=CHANGED_AT, tracking_number=NUMBER),),
    )


def test_v2_the_statuses_are_those_that_are_known() -> None:
    assert set(STATUSES) == {"1", "3", "11", "2000"}


@pytest.mark.parametrize("number", [0, 2, 80, 1002, 1337, 99_999])
def test_b46_v2_another_status_is_unknown_and_flagged(number: int) -> None:
    document = changed(number, "SUPER_SHIPPED")

    assert (scan(document).status, scan(document).raw) == (ScanStatus.UNKNOWN, "SUPER_SHIPPED")
    assert read(document).flags == ("unmapped_status",)


def test_b34_v2_a_status_is_the_same_as_number_and_as_text() -> None:
    assert scan(changed("11")).status is ScanStatus.DELIVERED


def test_v2_a_status_without_a_message_is_shown_with_its_number() -> None:
    assert scan(changed(11, None)).raw == "11"


@pytest.mark.parametrize("number", [1_772_797_800_000, 1_772_797_800, Decimal("1772797800.000")])
def test_v2_a_timestamp_is_read_in_either_unit(number: Any) -> None:
    assert read(changed(timestamp=number)).source_time == CHANGED_AT


def test_v2_no_number_is_a_time_of_this_century_in_both_units() -> None:
    latest_seconds = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
    earliest_milliseconds = datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000

    assert latest_seconds < 10**11 < earliest_milliseconds


def test_v2_the_later_webhook_is_the_one_with_the_later_timestamp() -> None:
    first, second = read(changed(timestamp=1_772_797_800_000)), read(changed(timestamp=1_772_797_800_001))

    assert first.source_time is not None
    assert second.source_time == first.source_time + timedelta(milliseconds=1)


def test_v2_a_webhook_without_a_timestamp_has_no_time() -> None:
    document = changed(timestamp=None, carrier_status_change_timestamp=1_772_797_800_000)

    assert (read(document).source_time, scan(document).occurred_at) == (None, None)


@pytest.mark.parametrize(
    "timestamp",
    ["1772797800000", "2026-03-06T11:50:00Z", True, -1, 123, 10**16, 10**39, 1_772_884_801_000, []],
)
def test_b43_b44_v2_a_timestamp_that_is_none_is_refused(timestamp: Any) -> None:
    assert refusal(changed(timestamp=timestamp)) == "invalid_timestamp"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (None, "missing_field:tracking_number"),
        (" ", "missing_field:tracking_number"),
        ("9" * 201, "invalid_id"),
        (1.5, "invalid_id"),
    ],
)
def test_b33_b35_a_parcel_without_a_usable_number_is_refused(number: Any, reason: str) -> None:
    assert refusal(changed(parcel={"tracking_number": number})) == reason
    event = created()
    event["data"]["parcel"]["tracking_number"] = number
    assert refusal(event) == reason


def test_a_webhook_that_says_nothing_is_refused_by_what_it_lacks() -> None:
    assert refusal({}) == "missing_field:action"
    assert refusal({"action": "parcel_status_changed"}) == "missing_field:parcel"
    assert refusal(changed(parcel={"status": {}})) == "missing_field:status"
    assert refusal({"event_type": "parcels.event.created"}) == "missing_field:data"
    assert refusal({"event_type": "parcels.event.created", "data": {"parcel": {}}}) == (
        "missing_field:data.event"
    )
    assert refusal(created(None)) == "missing_field:phase"


@pytest.mark.parametrize(
    ("phase", "meaning"),
    [
        ("accepted", ScanStatus.IN_TRANSIT),
        ("announced", ScanStatus.PENDING),
        ("announcing", ScanStatus.PENDING),
        ("attempted", ScanStatus.DELIVERY_FAILED),
        ("cancelled", ScanStatus.CANCELLED),
        ("customs", ScanStatus.IN_TRANSIT),
        ("delivered", ScanStatus.DELIVERED),
        ("delivery_forced", ScanStatus.DELIVERED),
        ("dropped", ScanStatus.IN_TRANSIT),
        ("in_delivery", ScanStatus.OUT_FOR_DELIVERY),
        ("in_transit", ScanStatus.IN_TRANSIT),
        ("labelled", ScanStatus.PENDING),
        ("no_label", ScanStatus.PENDING),
        ("none", ScanStatus.PENDING),
        ("pup", ScanStatus.READY_FOR_PICKUP),
        ("ready_to_send", ScanStatus.PENDING),
        ("sorted", ScanStatus.IN_TRANSIT),
        ("unknown", ScanStatus.UNKNOWN),
    ],
)
def test_v3_a_phase_yields_its_word(phase: str, meaning: ScanStatus) -> None:
    assert read(created(phase)) == Report(
        tracking_number=NUMBER,
        source_time=CHANGED_AT,
        facts=(
            ParcelScanned(
                status=meaning, raw=phase, occurred_at=CHANGED_AT, tracking_number=NUMBER, carrier="postnl"
            ),
        ),
    )


def test_v3_every_documented_phase_has_a_meaning() -> None:
    documented = (
        "accepted announced announcing attempted cancelled customs delivered delivery_forced dropped"
        " in_delivery in_transit labelled none no_label pup ready_to_send sorted unknown"
    )

    assert set(PHASES) == set(documented.split())


@pytest.mark.parametrize("phase", ["SUPER_SHIPPED", "Delivered", "returned"])
def test_b46_v3_another_phase_is_unknown_and_flagged(phase: str) -> None:
    assert (scan(created(phase)).status, scan(created(phase)).raw) == (ScanStatus.UNKNOWN, phase)
    assert read(created(phase)).flags == ("unmapped_status",)


@pytest.mark.parametrize("phase", ["in_transit", "delivered"])
def test_v3_what_goes_back_goes_back_in_whatever_phase(phase: str) -> None:
    assert scan(created(phase, is_returned=True)).status is ScanStatus.RETURN_TO_SENDER
    for other in (False, None, "true", 1):
        assert scan(created(phase, is_returned=other)).status is PHASES[phase]


def test_v3_an_exception_is_shown_in_the_senders_word_and_decides_nothing() -> None:
    found = scan(created("attempted", exception="recipient_absent"))

    assert (found.status, found.raw) == (ScanStatus.DELIVERY_FAILED, "recipient_absent")
    assert [scan(created("sorted", exception=word)).raw for word in ("none", "", None)] == ["sorted"] * 3


@pytest.mark.parametrize("timestamp", ["2026-03-06T11:50:00", 1_772_797_800, "2026-03-07T12:00:01Z", "x"])
def test_b43_b44_v3_a_timestamp_that_is_none_is_refused(timestamp: Any) -> None:
    assert refusal(created(timestamp=timestamp)) == "invalid_timestamp"


@pytest.mark.parametrize(
    "document",
    [
        None,
        5,
        "x",
        [],
        [changed()],
        changed(parcel={"status": "11"}),
        {"action": "parcel_status_changed", "parcel": []},
        {"event_type": "parcels.event.created", "data": "x"},
    ],
)
def test_what_has_another_shape_is_refused(document: Any) -> None:
    assert refusal(document) == "invalid_shape"


@pytest.mark.parametrize(
    "action", ["integration_connected", "integration_updated", "integration_deleted", "return_created"]
)
def test_other_webhooks_are_not_about_a_parcels_way(action: str) -> None:
    for document, topic in (({"action": action}, ""), ({"event_type": action}, ""), ({}, action)):
        with pytest.raises(IrrelevantError):
            read(document, topic)


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for document in (
        changed(timestamp="secret"),
        changed(parcel={"status": "secret"}),
        created(timestamp="secret"),
    ):
        with pytest.raises(UnusableError) as refused:
            read(document)
        assert "secret" not in repr(refused.value)
