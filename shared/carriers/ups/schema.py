"""The fields of an event that are read (UPS-API/api-documentation on GitHub, UPSTrackAlert.yaml)."""

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
