"""What Amazon SES says of a mail, as the rules of the template pass it on."""

from __future__ import annotations

from typing import Any

from shared.notifications.tags import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, write_tags


def mail_event(
    event: str,
    message_id: str,
    *,
    order: str,
    input_key: str,
    effect: str,
    recipient: str = "",
    bounce: str = "",
) -> dict[str, Any]:
    """Return one event about a mail with our tags."""
    tags = {ORDER_TAG: order, INPUT_TAG: input_key, EFFECT_TAG: effect, RECIPIENT_TAG: recipient}
    return {
        "event": event,
        "message_id": message_id,
        "tags": {
            "ses:configuration-set": ["orderhub-MailConfiguration"],
            **{name: [text] for name, text in write_tags(tags).items()},
        },
        **({"bounce": bounce} if bounce else {}),
    }
