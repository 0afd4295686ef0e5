"""What the mail service can be let say of a mail, by the words of the command line."""

from __future__ import annotations

# SES's event, and the type of a bounce ("Amazon SES developer guide, Contents of event data").
SAYINGS: dict[str, tuple[str, str]] = {
    "send": ("Send", ""),
    "delivery": ("Delivery", ""),
    "delay": ("DeliveryDelay", ""),
    "bounce": ("Bounce", "Permanent"),
    "soft-bounce": ("Bounce", "Transient"),
    "complaint": ("Complaint", ""),
    "reject": ("Reject", ""),
}
