"""Lambda: POST /webhooks/{kind}/{connection}. Proves, stores, answers; reads no database.

Senders that prove themselves by a token of ours get it at /webhooks/{kind}/{connection}/token.
"""

from __future__ import annotations

from typing import Any

from shared.runtime import clock, resources
from shared.runtime.entry import entry_point, prepare
from shared.runtime.gateway import read_webhook, write_answer
from shared.runtime.logs import count, logger
from shared.usecases.issue_token import issue_token
from shared.usecases.receive_webhook import receive_webhook


@entry_point
def handler(event: Any) -> dict[str, Any]:
    """Answer one HTTP API event. Raises UnexpectedEventError for any other event."""
    request = read_webhook(event)
    if request.is_token_request:
        answer = issue_token(request, secrets=resources.secrets(), now=clock.now())
        logger().info(answer.code, connection=request.connection)
        return write_answer(answer, request.request_id)
    answer = receive_webhook(
        request,
        secrets=resources.secrets(),
        inbox=resources.inbox(),
        ask_key=resources.ask_key,
        now=clock.now(),
    )
    count("WebhookAccepted" if answer.status < 300 else "WebhookRefused")
    logger().info(answer.code, connection=request.connection, receipt_id=request.request_id)
    return write_answer(answer, request.request_id)


prepare(resources.secrets)
prepare(resources.inbox)
