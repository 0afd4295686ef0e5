"""An owed effect that a worker has claimed, and what can become of it.

Claimed before anything happens, marked after. What is certain not to have happened is done again, later and
later; what may have happened is asked for first, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.orders.changes import Input
from shared.orders.commands import Command, FailCall
from shared.orders.keys import command_hash, command_key
from shared.orders.model import Order
from shared.storage.records import FINISHED, EffectMessage, EffectState
from shared.storage.store import Claim, OrderStore
from shared.usecases.apply_input import apply_input

ACTOR = "orderhub"
GIVE_UP_AFTER = timedelta(days=3)
_CALLS = {"book": "book", "cancel": "cancel_booking", "follow": "follow"}
"""What attention calls it: the order's channel has cancellations of its own."""
LONGEST_WAIT = timedelta(hours=1)
AUTH_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDesk:
    """What claimed work needs. ``lease`` outlasts the function and whoever it asks."""

    store: OrderStore
    connections: Callable[[str], Connection]
    states: ConnectionStates
    lease: timedelta
    now: Callable[[], datetime]
    pause: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What became of it. ``again_after``: when its message has to come again, None for never."""

    state: EffectState
    reason: str = ""
    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One claimed effect ``kind/name/target``. ``is_repeated``: somebody may have done it before."""

    message: EffectMessage
    claim: Claim
    desk: WorkDesk
    order: Order
    name: str
    target: str
    is_repeated: bool

    def mark(
        self,
        state: EffectState,
        *,
        proof: str = "",
        reason: str = "",
        again_after: timedelta | None = None,
    ) -> WorkDone:
        """Write what became of it."""
        now = self.desk.now()
        self.desk.store.mark(
            self.message.pk,
            self.message.sk,
            self.message.effect,
            claim=self.claim,
            state=state,
            now=now,
            proof=proof,
            reason=reason,
            again_at=now + again_after if again_after is not None else None,
        )
        return WorkDone(state=state, reason=reason, again_after=again_after)

    def wait(self, code: str, *, retry: timedelta, again_after: timedelta | None = None) -> WorkDone:
        """Try again later, at last give up."""
        since = self.claim.owed_since
        if since is not None and self.desk.now() - since > GIVE_UP_AFTER:
            return self.fail(code)
        if again_after is None:
            again_after = min(retry * 2 ** min(self.claim.attempt - 1, 12), LONGEST_WAIT)
        return self.mark(EffectState.OWED, reason=code, again_after=max(again_after, timedelta(seconds=1)))

    def wait_for_merchant(self, connection: Connection, code: str, *, retry: timedelta) -> WorkDone:
        """Wait for new credentials, and say so on the connection."""
        self.desk.states.note(connection.id, state=code, failed_at=self.desk.now())
        return self.wait(code, retry=retry, again_after=max(retry, AUTH_WAIT))

    def fail(self, reason: str) -> WorkDone:
        """Give up: the order says so, and somebody may have it done once more."""
        self.tell_order(FailCall(call=_CALLS[self.name], target=self.target, reason=reason))
        return self.mark(EffectState.FAILED, reason=reason)

    def tell_order(self, command: Command) -> None:
        """Enter what came of it into the order, once for each attempt."""
        once = f"{self.message.sk}/{self.message.effect}/{self.claim.attempt}"
        entry = Input(
            key=command_key(self.order.id, ACTOR, once),
            connection=self.order.connection,
            source="call",
            actor=ACTOR,
            received_at=self.desk.now(),
            command=command,
            fingerprint=command_hash(command),
        )
        apply_input(
            self.order.id,
            entry,
            rules=self.desk.connections(self.order.connection).rules(),
            store=self.desk.store,
            now=self.desk.now,
            pause=self.desk.pause,
        )


def take(message: EffectMessage, desk: WorkDesk) -> Work | WorkDone:
    """Claim what ``message`` names, if it is still owed; return what became of it where it is not ours."""
    claim = _claim(message, desk)
    effect = claim.effect
    if effect is None:
        return WorkDone(state=EffectState.SKIPPED, reason="gone")
    if not claim.granted:
        if effect.state in FINISHED:
            return WorkDone(state=effect.state, reason=effect.reason)
        left = (effect.lease_until or desk.now()) - desk.now()
        return WorkDone(state=effect.state, reason="claimed", again_after=max(left, timedelta(seconds=1)))
    order = desk.store.read(message.pk.removeprefix("ORDER#")).order
    assert order is not None  # noqa: S101  an input that owes is written with its order
    _, name, target = message.effect.split("/", 2)
    return Work(
        message=message,
        claim=claim,
        desk=desk,
        order=order,
        name=name,
        target=target.partition("@")[0],
        is_repeated=claim.attempt > 1 or "@" in target,  # a resend
    )


def _claim(message: EffectMessage, desk: WorkDesk) -> Claim:
    """Claim an effect that is owed, or take it over from a worker that is gone."""

    def claim(abandoned: int = 0) -> Claim:
        return desk.store.claim(
            message.pk,
            message.sk,
            message.effect,
            now=desk.now(),
            lease=desk.lease,
            abandoned_attempt=abandoned,
        )

    first = claim()
    effect = first.effect
    if first.granted or effect is None or effect.state is not EffectState.CLAIMED:
        return first
    is_gone = effect.lease_until is not None and desk.now() > effect.lease_until
    return claim(effect.attempt) if is_gone else first
