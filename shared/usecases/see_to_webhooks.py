"""Once a day: webhooks that are missing or switched off at a channel or a carrier are made anew."""

from __future__ import annotations

from shared.adapters import capabilities_of, subscriptions_of
from shared.connections.model import Connection
from shared.connections.states import OK
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, AdapterFailedError, code_of, guarded
from shared.usecases.poll_pages import PollDesk, PollRun
from shared.usecases.renew_secret import renew_secret


def look_at_webhooks(connection: Connection, desk: PollDesk) -> PollRun:
    """Look at the webhooks of a connection that is not polled. Its state says what its API answers.

    Raises AdapterFailedError: the question then comes again.
    """
    restored, failure = see_to_webhooks(connection, desk)
    broken = "" if failure is None else code_of(failure)
    desk.states.note(connection.id, restored=restored, webhooks_state=broken)
    if isinstance(failure, AdapterFailedError):
        raise failure
    return PollRun(outcome=broken or OK, restored=restored)


def see_to_webhooks(connection: Connection, desk: PollDesk) -> tuple[tuple[str, ...], Exception | None]:
    """Return the webhooks that were missing and are made anew, and what kept them from being looked at."""
    capabilities = capabilities_of(connection.kind)
    if not capabilities.subscriptions:
        return (), None
    try:
        with guarded(desk.log):
            subscriptions, api = subscriptions_of(connection.kind), desk.api(connection)
            secrets = renew_secret(connection, api, desk)
            if not secrets and not capabilities.by_queue:
                return (), None
            secret = secrets[0] if secrets else ""
            return subscriptions.ensure(desk.address(connection), secret, api), None
    except WHAT_A_CHANNEL_ANSWERS as error:
        return (), error
