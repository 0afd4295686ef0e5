"""The fields that are read of events (UPS-API/api-documentation on GitHub, UPSTrackAlert.yaml)."""

from __future__ import annotations

from pydantic import Field

from shared.wire.shapes import Raw, Shape


class Status(Shape):
    """What happened. ``type`` is not read: D is said of a parcel that is loaded, too."""

    code: Raw = None


class Event(Shape):
    """One event of one parcel. Days are YYYYMMDD, times HHMMSS; ``deliveryPhoto`` is left where it is."""

    tracking_number: Raw = Field(default=None, alias="trackingNumber")
    status: Status = Field(alias="activityStatus")
    gmt_day: Raw = Field(default=None, alias="gmtActivityDate")
    gmt_time: Raw = Field(default=None, alias="gmtActivityTime")
    local_day: Raw = Field(default=None, alias="localActivityDate")
    local_time: Raw = Field(default=None, alias="localActivityTime")
    scheduled_day: Raw = Field(default=None, alias="scheduledDeliveryDate")


class Activity(Shape):
    """One activity of a parcel in an answer of the Track API (Tracking.yaml there)."""

    status: Status
    gmt_day: Raw = Field(default=None, alias="gmtDate")
    gmt_time: Raw = Field(default=None, alias="gmtTime")
    day: Raw = Field(default=None, alias="date")
    time: Raw = None


class DeliveryDate(Shape):
    """``type`` is SDD for a scheduled delivery, RDD for a rescheduled one, DEL for the delivery itself."""

    type: Raw = None
    date: Raw = None


class TrackedPackage(Shape):
    """One parcel of a shipment. Its addresses, its photo and its signature are left where they are."""

    tracking_number: Raw = Field(default=None, alias="trackingNumber")
    activities: list[Activity] | None = Field(default=None, alias="activity")
    delivery_dates: list[DeliveryDate] | None = Field(default=None, alias="deliveryDate")


class TrackedShipment(Shape):
    """What was asked for by one number."""

    inquiry_number: Raw = Field(default=None, alias="inquiryNumber")
    packages: list[TrackedPackage] | None = Field(default=None, alias="package")


class TrackBody(Shape):
    """The shipments of an answer."""

    shipments: list[TrackedShipment] | None = Field(default=None, alias="shipment")


class TrackAnswer(Shape):
    """An answer of the Track API."""

    answer: TrackBody = Field(alias="trackResponse")
