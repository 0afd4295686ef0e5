"""Events of Amazon SES, as the rules in the template hand them over: without an address.

``{"event": "Bounce", "bounce": "Permanent", "message_id": "…", "tags": {"order": ["…"], …}}``; ``bounce``
stands in bounces only. Names and shapes are those of "Amazon SES developer guide, Examples of event data";
tags are lists there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.notifications.tags import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, read_tag
from shared.runtime.events import UnexpectedEventError
from shared.usecases.record_mail_feedback import MailFeedback


def read_feedback(event: Any) -> MailFeedback:
    """Return what an event says. Raises UnexpectedEventError for any other event."""
    if not isinstance(event, Mapping) or "Records" in event:
        raise UnexpectedEventError
    tags = event.get("tags")
    if not isinstance(tags, Mapping):
        raise UnexpectedEventError
    said = {name: event.get(name, "") for name in ("event", "bounce", "message_id")}
    if not all(isinstance(value, str) for value in said.values()):
        raise UnexpectedEventError
    if not said["event"] or not said["message_id"]:
        raise UnexpectedEventError
    first = {
        name: values[0]
        for name, values in tags.items()
        if isinstance(values, list) and values and isinstance(values[0], str)
    }
    return MailFeedback(
        **said,
        order_id=read_tag(first, ORDER_TAG),
        input_key=read_tag(first, INPUT_TAG),
        effect=read_tag(first, EFFECT_TAG),
        recipient=read_tag(first, RECIPIENT_TAG),
    )
