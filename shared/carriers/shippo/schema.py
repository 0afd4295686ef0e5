"""The documented fields of Shippo's *Track* (``models/components/track.py``, goshippo/shippo-python-sdk)."""

from __future__ import annotations

from shared.wire.shapes import Raw, Shape


class Status(Shape):
    """One scan: ``tracking_status`` is the present one, ``tracking_history`` holds all of them."""

    status: Raw = None
    status_date: Raw = None


class Track(Shape):
    """A parcel as the carrier shows it, with its whole history."""

    carrier: Raw = None
    tracking_number: Raw = None
    eta: Raw = None
    tracking_status: Status | None = None
    tracking_history: list[Status] | None = None
