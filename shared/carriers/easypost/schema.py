"""The documented fields of EasyPost's *Event* and *Tracker* (docs.easypost.com) that are read."""

from __future__ import annotations

from shared.wire.shapes import Raw, Shape


class Detail(Shape):
    """One scan of ``tracking_details``: the status of the parcel at that time."""

    status: Raw = None
    datetime: Raw = None


class Tracker(Shape):
    """A parcel as the carrier shows it, with its whole history."""

    tracking_code: Raw = None
    carrier: Raw = None
    mode: Raw = None
    status: Raw = None
    updated_at: Raw = None
    est_delivery_date: Raw = None
    tracking_details: list[Detail] | None = None
