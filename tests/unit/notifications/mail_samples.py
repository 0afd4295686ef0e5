"""One order's mails, as full and as bare as they come. For the tests beside it."""

from __future__ import annotations

from shared.notifications.samples import BARE, BRANDING, FULL, MUGS, PARCELS, PLAIN_BRANDING, TEAPOT

__all__ = ["BARE", "BRANDING", "FULL", "MUGS", "PARCELS", "PLAIN_BRANDING", "TEAPOT"]
