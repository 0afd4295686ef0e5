"""Lambda: what Amazon SES says of the mails that it took, from the default event bus."""

from __future__ import annotations

from typing import Any

from shared.runtime import resources, wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.logs import count, logger
from shared.runtime.mail_events import read_feedback
from shared.usecases.record_mail_feedback import record_mail_feedback


@entry_point
def handler(event: Any) -> dict[str, str]:
    """Record one event. Raises UnexpectedEventError for any other."""
    feedback = read_feedback(event)
    recorded = record_mail_feedback(feedback, wiring.inbox_desk(), resources.addresses())
    count(f"Feedback{recorded.name.title()}")
    logger().info(recorded, said=feedback.event, order_id=feedback.order_id, effect=feedback.effect)
    return {"recorded": recorded}


prepare(wiring.inbox_desk)
