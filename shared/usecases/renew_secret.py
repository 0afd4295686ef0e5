"""The keys that a channel signs with: asked for at the daily look, and when a webhook names one that is new.

A webhook is answered without asking anybody. One by a key that no secret has is refused; its sender comes
again, and by then the key is stored. Whoever forges webhooks can name any key: a channel is asked for one at
most once in :data:`ASKED_AGAIN`, and what it does not give out is not stored.
"""

from __future__ import annotations

from datetime import timedelta

from shared.adapters import subscriptions_of
from shared.connections.model import Connection
from shared.connections.states import OK
from shared.usecases.guard_adapter import WHAT_A_CHANNEL_ANSWERS, code_of, guarded
from shared.usecases.poll_pages import TOO_SOON, PollDesk, PollRun
from shared.wire.api import Api

ASKED_AGAIN = timedelta(minutes=5)


def learn_key(key: str, connection: Connection, desk: PollDesk) -> PollRun:
    """Ask a channel for the key that a webhook names, and store it.

    Its outcome is ``not_found`` where the channel gives out nothing new, else as that of a poll.
    """
    asked_at = desk.states.read(connection.id).key_asked_at
    if asked_at is not None and desk.now() - asked_at < ASKED_AGAIN:
        return PollRun(outcome=TOO_SOON)
    desk.states.note(connection.id, key_asked_at=desk.now())
    try:
        with guarded(desk.log):
            before = desk.secrets(connection.kind, connection.id)
            after = renew_secret(connection, desk.api(connection), desk, key=key)
    except WHAT_A_CHANNEL_ANSWERS as error:
        return PollRun(outcome=code_of(error))
    return PollRun(outcome=OK if after != before else "not_found")


def renew_secret(connection: Connection, api: Api, desk: PollDesk, *, key: str = "") -> tuple[str, ...]:
    """Return the secrets of a connection; new keys of its channel come first, and are stored."""
    secrets = desk.secrets(connection.kind, connection.id)
    renew = getattr(subscriptions_of(connection.kind), "renewed_secret", None)
    secret = renew(secrets[0] if secrets else "", api, key) if renew is not None else ""
    if not secret:
        return secrets
    desk.keep_secret(connection.kind, connection.id, secret)
    return (secret, *secrets)
