"""The documented fields of *Shipment Tracking Unified* (developer.dhl.com) that are read."""

from __future__ import annotations

from pydantic import Field

from shared.wire.shapes import Raw, Shape


class Event(Shape):
    """One scan: a shipment's ``status`` is the present one, its ``events`` are all of them."""

    timestamp: Raw = None
    status_code: Raw = Field(default=None, alias="statusCode")


class Shipment(Shape):
    """A shipment, whichever division carries it."""

    id: Raw = None
    status: Event
    estimated_delivery: Raw = Field(default=None, alias="estimatedTimeOfDelivery")
    events: list[Event] | None = None


class Push(Shape):
    """The shipments of one push."""

    shipments: list[Shipment]
