"""The documented fields of Sendcloud's webhooks (sendcloud.dev) that are read."""

from __future__ import annotations

from shared.wire.shapes import Raw, Shape


class Status(Shape):
    """A parcel's status in API v2: a number, and its message for people."""

    id: Raw = None
    message: Raw = None


class Parcel(Shape):
    """A parcel in API v2."""

    tracking_number: Raw = None
    status: Status


class StatusChanged(Shape):
    """``parcel_status_changed`` of API v2."""

    timestamp: Raw = None
    parcel: Parcel


class TrackedParcel(Shape):
    """A parcel in an event of API v3."""

    tracking_number: Raw = None
    carrier_code: Raw = None


class Event(Shape):
    """One scan in API v3."""

    timestamp: Raw = None
    phase: Raw = None
    exception: Raw = None
    is_returned: Raw = None


class EventData(Shape):
    """What ``parcels.event.created`` of API v3 is about."""

    parcel: TrackedParcel
    event: Event


class EventCreated(Shape):
    """``parcels.event.created`` of API v3."""

    data: EventData
