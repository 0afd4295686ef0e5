"""Lambda: /track/{token}. The page behind the link in a customer's mails, and its form."""

from __future__ import annotations

from typing import Any

from shared.notifications.locales import choose_locale
from shared.pages.render import render_notice
from shared.runtime import wiring
from shared.runtime.entry import entry_point, prepare
from shared.runtime.logs import count, logger
from shared.runtime.pages import read_page_request, write_page
from shared.storage.orders_table import StoreBusyError
from shared.storage.signing_key import KeyUnavailableError
from shared.usecases.apply_input import LostRaceError
from shared.usecases.show_tracking import PageAnswer, ask_return, show_tracking


@entry_point
def handler(event: Any) -> dict[str, Any]:
    """Answer one HTTP API event. Raises UnexpectedEventError for any other event."""
    request = read_page_request(event)
    try:
        desk = wiring.tracking_desk()
        answer = (
            show_tracking(request.token, desk, languages=request.languages)
            if request.form is None
            else ask_return(request.token, request.form, desk, languages=request.languages)
        )
    except (KeyUnavailableError, LostRaceError, StoreBusyError):
        answer = PageAnswer(503, render_notice("busy", locale=choose_locale(*request.languages).code))
    count("PageShown" if answer.status == 200 else "PageRefused")
    # The token opens the page: it is not logged.
    logger().info("page", status=answer.status, order_id=answer.order_id)
    return write_page(answer.status, answer.html)


prepare(wiring.tracking_desk)
