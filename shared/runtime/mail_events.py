"""Events of Amazon SES, as the rules in the template hand them over: without an address.

``{"event": "Bounce", "bounce": "Permanent", "message_id": "…", "tags": {"order": ["…"], …}}``; ``bounce``
stands in bounces only. Names and shapes are those of "Amazon SES developer guide, Examples of event data";
tags are lists there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.notifications.build import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, tag_text
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
    return MailFeedback(
        **said,
        order_id=_tag(tags, ORDER_TAG),
        input_key=_tag(tags, INPUT_TAG),
        effect=_tag(tags, EFFECT_TAG),
        recipient=_tag(tags, RECIPIENT_TAG),
    )


def _tag(tags: Mapping[str, Any], name: str) -> str:
    """Return a tag's text, "" where it is not there or not one of ours."""
    values = tags.get(name)
    if not isinstance(values, list) or not values or not isinstance(values[0], str):
        return ""
    return tag_text(values[0]) or ""
