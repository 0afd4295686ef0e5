"""The documented fields of AfterShip's webhooks (aftership.com/docs/tracking) that are read."""

from __future__ import annotations

from shared.wire.shapes import Raw, Shape


class Checkpoint(Shape):
    """One scan."""

    checkpoint_time: Raw = None
    tag: Raw = None
    subtag: Raw = None


class Tracking(Shape):
    """A parcel as the carrier shows it, with its whole history."""

    tracking_number: Raw = None
    slug: Raw = None
    tag: Raw = None
    subtag: Raw = None
    checkpoints: list[Checkpoint] | None = None


class Update(Shape):
    """``tracking_update``; ``ts`` is when AfterShip saw it, in unix seconds."""

    ts: Raw = None
    msg: Tracking
