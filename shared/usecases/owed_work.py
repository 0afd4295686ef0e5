"""An owed effect that a worker has claimed, and what can become of it.

Claimed before anything happens, marked after. What is certain not to have happened is done again, later and
later; what may have happened is asked for first, whoever asks. Three days after the first try it is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.connections.errors import SecretsUnavailableError
from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.orders.changes import Input
from shared.orders.commands import Command, FailCall
from shared.orders.effects import subject_of
from shared.orders.keys import command_hash, command_key
from shared.orders.model import Order, connection_of
from shared.storage.owed_effects import Claim
from shared.storage.records import FINISHED, EffectMessage, EffectRecord, EffectState
from shared.storage.store import OrderStore
from shared.usecases.apply_input import apply_input
from shared.usecases.guard_adapter import AdapterFailedError
from shared.usecases.relay_effects import IN_DOUBT
from shared.wire.api import MissingCredentialError
from shared.wire.http import ApiError, AuthError, NotSentError, RefusedError

ACTOR = "orderhub"
GIVE_UP_AFTER = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)
AUTH_WAIT = timedelta(minutes=5)
OBEDIENT_TRIES = 20
"""How often a channel's wait is kept though it is shorter than ours: each is a receive of its message."""

PENDING = "pending"

_ATTENTION = {
    "booking/book": "book",
    "booking/cancel": "cancel_booking",
    "tracking/follow": "follow",
}
"""What attention calls it: the order's channel has cancellations of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDesk:
    """What claimed work needs. ``lease`` outlasts the function and whoever it asks."""

    store: OrderStore
    connections: Callable[[str], Connection]
    states: ConnectionStates
    lease: timedelta
    now: Callable[[], datetime]
    pause: Callable[[int], None]
    log: Callable[[Exception], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What became of it. ``again_after``: when its message has to come again, None for never."""

    state: EffectState
    reason: str = ""
    again_after: timedelta | None = None


@dataclass(slots=True, kw_only=True)
class Work:
    """One claimed effect ``kind/name/target``. ``effect`` is as it was claimed.

    ``target`` is the id of what it is about, once :meth:`is_of` has shown the order to it.
    ``connection`` is whom it is carried out with, ``retry`` the wait after its first try.
    """

    message: EffectMessage
    claim: Claim
    effect: EffectRecord
    desk: WorkDesk
    order_id: str
    name: str
    target: str
    is_taken_over: bool  # from a worker that vanished
    connection: Connection | None = None
    retry: timedelta = timedelta(seconds=30)

    @property
    def is_pending(self) -> bool:
        """True where the other side took it and has not shown it yet."""
        return self.effect.reason.partition(":")[0] == PENDING

    @property
    def is_in_doubt(self) -> bool:
        """True where it may have happened already."""
        return self.is_taken_over or self.is_pending or self.effect.reason.startswith(IN_DOUBT)

    @property
    def is_repeated(self) -> bool:
        """True where somebody may have tried it before, if only under another key: a resend."""
        return self.claim.attempt > 1 or "@" in self.message.effect

    def is_of(self, order: Order) -> None:
        """Tell an id of the order's own from one with a change behind it."""
        self.target = subject_of(self.target, order.subjects)

    def goes_to(self, connection: Connection, *, retry: timedelta | None = None) -> None:
        """Carry it out with ``connection``, tried again after that one's own time where none is given."""
        self.connection = connection
        self.retry = retry or timedelta(seconds=connection.settings.retry_seconds)

    def carry_out(
        self, step: Callable[[], WorkDone], *, doubt: Callable[[Exception], bool] = lambda _error: False
    ) -> WorkDone:
        """Take a step with ``connection``; what keeps it from its end waits or is given up.

        ``doubt``: whether it may have happened after an error. Raises StoreBusyError, LostRaceError.
        """
        try:
            done = step()
        except MissingCredentialError as error:
            return self._wait_for_merchant("missing_credentials", in_doubt=doubt(error))
        except SecretsUnavailableError as error:
            return self.wait("credentials_unavailable", in_doubt=doubt(error))
        except AuthError as error:
            return self._wait_for_merchant(error.code, in_doubt=doubt(error))
        except RefusedError as error:
            return self.fail(error.code)
        except ApiError as error:
            if isinstance(error, NotSentError) and error.code == "address_not_allowed":
                return self.leave_in_doubt(error.code) if doubt(error) else self.fail(error.code)
            if isinstance(error, AdapterFailedError):
                self._note(error.code)
            return self.wait(error.code, in_doubt=doubt(error), again_after=error.again_after)
        if done.state in (EffectState.DONE, EffectState.PENDING):
            self._note("")
        return done

    def mark(
        self,
        state: EffectState,
        *,
        proof: str = "",
        reason: str = "",
        again_after: timedelta | None = None,
    ) -> WorkDone:
        """Write what became of it. What the other side gave to ask with is kept until the end."""
        now = self.desk.now()
        self.desk.store.mark(
            self.message.pk,
            self.message.sk,
            self.message.effect,
            claim=self.claim,
            state=state,
            now=now,
            proof=proof or self.effect.proof,
            reason=reason,
            again_at=now + again_after if again_after is not None else None,
        )
        return WorkDone(state=state, reason=reason, again_after=again_after)

    def wait(
        self,
        code: str,
        *,
        in_doubt: bool = False,
        again_after: timedelta | None = None,
        ticket: str = "",
        state: EffectState = EffectState.OWED,
    ) -> WorkDone:
        """Try or look again later, at last give up: what may have happened is then shown as in doubt."""
        tried = self.effect.first_tried_at
        if tried is not None and self.desk.now() - tried > GIVE_UP_AFTER:
            is_open = in_doubt or state is EffectState.PENDING
            return self.leave_in_doubt(code) if is_open else self.fail(code)
        reason = f"{IN_DOUBT}{code}" if in_doubt else code
        if in_doubt and self.is_pending:
            # The channel took it: that it cannot be asked for now takes nothing from that.
            state, reason = EffectState.PENDING, self.effect.reason
        return self.mark(state, proof=ticket, reason=reason, again_after=self._pause(again_after))

    def _pause(self, asked: timedelta | None) -> timedelta:
        attempt = self.claim.attempt
        ours: timedelta = min(self.retry * 2 ** min(attempt - 1, 12), LONGEST_WAIT)
        if asked is None:
            return ours
        return max(asked, timedelta(seconds=1)) if attempt <= OBEDIENT_TRIES else max(asked, ours)

    def _wait_for_merchant(self, code: str, *, in_doubt: bool) -> WorkDone:
        """Wait for new credentials, and say so on the connection."""
        self._note(code)
        return self.wait(code, in_doubt=in_doubt, again_after=max(self.retry, AUTH_WAIT))

    def _note(self, code: str) -> None:
        """Say on the connection how it was met, "" where all was well."""
        if self.connection is None:
            return
        states, name = self.desk.states, self.connection.id
        if code:
            states.note(name, calls_state=code, calls_failed_at=self.desk.now())
        elif states.read(name).calls_state:
            states.note(name, calls_state="", calls_failed_at=None)

    def fail(self, reason: str) -> WorkDone:
        """Give up: the order says so, and somebody may have it done once more."""
        self.tell_order(FailCall(call=self._attention, target=self.target, reason=reason))
        return self.mark(EffectState.FAILED, reason=reason)

    def leave_in_doubt(self, reason: str) -> WorkDone:
        """Show that nobody knows; it is never repeated blindly."""
        self.tell_order(FailCall(call=self._attention, target=self.target, reason=reason, in_doubt=True))
        return self.mark(EffectState.AMBIGUOUS, reason=reason)

    @property
    def _attention(self) -> str:
        return _ATTENTION.get(f"{self.message.kind}/{self.name}", self.name)

    def tell_order(self, command: Command) -> None:
        """Enter what came of it into the order, once for each attempt."""
        once = f"{self.message.sk}/{self.message.effect}/{self.claim.attempt}"
        owner = connection_of(self.order_id)
        entry = Input(
            key=command_key(self.order_id, ACTOR, once),
            connection=owner,
            source="call",
            actor=ACTOR,
            received_at=self.desk.now(),
            command=command,
            fingerprint=command_hash(command),
        )
        apply_input(
            self.order_id,
            entry,
            rules=self.desk.connections(owner).rules(),
            store=self.desk.store,
            now=self.desk.now,
            pause=self.desk.pause,
        )


def take(message: EffectMessage, desk: WorkDesk) -> Work | WorkDone:
    """Claim what ``message`` names, if it is still owed; return what became of it where it is not ours."""
    claim, is_taken_over = _claim(message, desk)
    effect = claim.effect
    if effect is None:
        return WorkDone(state=EffectState.SKIPPED, reason="gone")
    if not claim.granted:
        if effect.state in FINISHED:
            return WorkDone(state=effect.state, reason=effect.reason)
        left = (effect.lease_until or desk.now()) - desk.now()
        return WorkDone(state=effect.state, reason="claimed", again_after=max(left, timedelta(seconds=1)))
    name, _, target = message.effect.partition("/")[2].partition("/")
    return Work(
        message=message,
        claim=claim,
        effect=effect,
        desk=desk,
        order_id=message.pk.removeprefix("ORDER#"),
        name=name,
        target=target,
        is_taken_over=is_taken_over,
    )


def _claim(message: EffectMessage, desk: WorkDesk) -> tuple[Claim, bool]:
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
        return first, False
    if effect.lease_until is None or desk.now() <= effect.lease_until:
        return first, False
    taken = claim(effect.attempt)
    return taken, taken.granted
