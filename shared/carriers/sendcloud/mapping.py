"""Sendcloud's parcel webhooks in our words: API v2, and the event subscriptions of v3 (sendcloud.dev).

Each webhook says one thing of one parcel and has no history. They arrive in any order; the
``timestamp`` tells which is the later one.

What Sendcloud leaves open:

* the unit of v2's ``timestamp``, "a unix timestamp". The one example has milliseconds; both
  units are read, because no number is a time of this century in both;
* most of v2's status numbers: the list is only to be had from its API. What is not in
  ``STATUSES`` is unknown, and shown with its message;
* whether a parcel of a return label can be told apart in v2. It is read like any other.

``carrier_status_change_timestamp`` is not read: not all carriers have it, and times of two
clocks do not tell an order.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.carriers.sendcloud import schema
from shared.orders.facts import ParcelScanned, Report, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError, UnusableError
from shared.wire.scan_times import unix_time
from shared.wire.shapes import read_shape

STATUS_CHANGED = "parcel_status_changed"
EVENT_CREATED = "parcels.event.created"
TOPICS = (STATUS_CHANGED, EVENT_CREATED)

STATUSES = {
    "1": ScanStatus.PENDING,
    "3": ScanStatus.IN_TRANSIT,
    "11": ScanStatus.DELIVERED,
    "2000": ScanStatus.CANCELLED,
}
"""API v2, by number: ready to send, on the way to the sorting centre, delivered, cancelled."""

PHASES = {
    "none": ScanStatus.PENDING,
    "no_label": ScanStatus.PENDING,
    "announcing": ScanStatus.PENDING,
    "announced": ScanStatus.PENDING,
    "labelled": ScanStatus.PENDING,
    "ready_to_send": ScanStatus.PENDING,
    "accepted": ScanStatus.IN_TRANSIT,
    "dropped": ScanStatus.IN_TRANSIT,
    "sorted": ScanStatus.IN_TRANSIT,
    "in_transit": ScanStatus.IN_TRANSIT,
    "customs": ScanStatus.IN_TRANSIT,
    "in_delivery": ScanStatus.OUT_FOR_DELIVERY,
    "attempted": ScanStatus.DELIVERY_FAILED,
    "pup": ScanStatus.READY_FOR_PICKUP,
    "delivered": ScanStatus.DELIVERED,
    "delivery_forced": ScanStatus.DELIVERED,
    "cancelled": ScanStatus.CANCELLED,
    "unknown": ScanStatus.UNKNOWN,
}
"""API v3: all phases that its specification lists. Others are unknown."""

_MILLISECONDS_FROM = 10**11  # in seconds the year 5138, in milliseconds 1973
_NO_EXCEPTION = ("", "none")
_UNMAPPED = ("unmapped_status",)


def normalize(document: Any, *, topic: str, reading: Reading) -> list[Report]:
    """Return what a webhook says of its parcel.

    Raises UnusableError, and IrrelevantError for webhooks about something else.
    """
    if not isinstance(document, dict):
        raise UnusableError("invalid_shape")
    said = fields.text(document.get("action")) or fields.text(document.get("event_type")) or topic
    if not said:
        raise UnusableError("missing_field:action", "action")
    if said == STATUS_CHANGED:
        return [_status_changed(read_shape(schema.StatusChanged, document), reading)]
    if said == EVENT_CREATED:
        return [_event_created(read_shape(schema.EventCreated, document).data, reading)]
    raise IrrelevantError("not about a parcel's way")


def _status_changed(changed: schema.StatusChanged, reading: Reading) -> Report:
    parcel = changed.parcel
    number = fields.identifier(parcel.tracking_number, "tracking_number")
    status = fields.identifier(parcel.status.id, "status")
    changed_at = _changed_at(changed.timestamp, reading)
    return Report(
        tracking_number=number,
        source_time=changed_at,
        facts=(
            ParcelScanned(
                tracking_number=number,
                status=STATUSES.get(status, ScanStatus.UNKNOWN),
                raw=fields.text(parcel.status.message) or status,
                occurred_at=changed_at,
            ),
        ),
        flags=() if status in STATUSES else _UNMAPPED,
    )


def _changed_at(value: Any, reading: Reading) -> datetime | None:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value >= _MILLISECONDS_FROM:
        value = Decimal(value) / 1000
    return unix_time(value, "timestamp", reading)


def _event_created(data: schema.EventData, reading: Reading) -> Report:
    number = fields.identifier(data.parcel.tracking_number, "tracking_number")
    phase = fields.text(data.event.phase)
    if not phase:
        raise UnusableError("missing_field:phase", "phase")
    exception = fields.text(data.event.exception)
    status = PHASES.get(phase, ScanStatus.UNKNOWN)
    if data.event.is_returned is True:
        status = ScanStatus.RETURN_TO_SENDER
    scanned_at = fields.optional_timestamp(data.event.timestamp, "timestamp", received_at=reading.received_at)
    return Report(
        tracking_number=number,
        source_time=scanned_at,
        facts=(
            ParcelScanned(
                tracking_number=number,
                carrier=fields.text(data.parcel.carrier_code),
                status=status,
                raw=phase if exception in _NO_EXCEPTION else exception,
                occurred_at=scanned_at,
            ),
        ),
        flags=() if phase in PHASES else _UNMAPPED,
    )
