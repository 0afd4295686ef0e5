"""The keys that a channel signs with: asked for at the daily look, and when a webhook names one that is new.

A webhook is answered without asking anybody. One by a key that no secret has is refused; its sender comes
again, and by then the key is stored. Whoever forges webhooks can name any key: a channel is asked for one at
most once in :data:`ASKED_AGAIN`, and what it does not give out is not stored.
"""

from __future__ import annotations

from shared.adapters import subscriptions_of
from shared.connections.model import Connection
from shared.connections.states import OK
from shared.storage.questions import ASKED_AGAIN
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, code_of, guarded
from shared.usecases.poll_pages import TOO_SOON, PollDesk, PollRun
from shared.wire.api import Api

_NOTHING_NEW = "not_found"


def learn_key(key: str, connection: Connection, desk: PollDesk) -> PollRun:
    """Ask a channel for the key that a webhook names, and store it.

    Its outcome is ``not_found`` where the channel gives out nothing new or has no API to ask, else as that of
    a poll.
    """
    if not connection.has_webhooks:
        # No failure of the connection: whoever forges webhooks could have it announced.
        return PollRun(outcome=_NOTHING_NEW)
    if not desk.states.take_key_question(connection.id, now=desk.now(), again_after=ASKED_AGAIN):
        return PollRun(outcome=TOO_SOON)
    try:
        with guarded(desk.log):
            before = desk.secrets(connection.kind, connection.id)
            after = renew_secret(connection, desk.api(connection), desk, key=key)
    except WHAT_A_CHANNEL_ANSWERS as error:
        return PollRun(outcome=code_of(error))
    return PollRun(outcome=OK if after != before else _NOTHING_NEW)


def renew_secret(connection: Connection, api: Api, desk: PollDesk, *, key: str = "") -> tuple[str, ...]:
    """Return the secrets of a connection; new keys of its channel come first, and are stored."""
    secrets = desk.secrets(connection.kind, connection.id)
    renew = getattr(subscriptions_of(connection.kind), "renewed_secret", None)
    secret = renew(secrets[0] if secrets else "", api, key) if renew is not None else ""
    if not secret:
        return secrets
    desk.keep_secret(connection.kind, connection.id, secret)
    return (secret, *secrets)
