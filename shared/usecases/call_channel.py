"""Tell a channel what happened, once: claim, ask first where in doubt, tell, mark.

No channel has idempotency keys. So a call is claimed before it is made, made by a client that tries once,
and marked after. What is certain not to have happened is simply made again, later and later. What may have
happened is asked for first, whoever asks. *Done* is only what the channel shows; until then a call is
*pending*. Calls of one order are made in the order in which they came to be owed: the one that waits holds up
those behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.adapters import calls_of, capabilities_of
from shared.connections.errors import SecretsUnavailableError, UnknownConnectionError
from shared.connections.model import Connection
from shared.connections.states import ConnectionStates
from shared.orders.changes import Input
from shared.orders.commands import Command, ConfirmCall, FailCall
from shared.orders.keys import command_hash, command_key
from shared.orders.model import order_id as make_order_id
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import HANDED_OVER
from shared.storage import keys
from shared.storage.copies import Copies, Copy
from shared.storage.records import FINISHED, EffectMessage, EffectRecord, EffectState
from shared.storage.store import Claim, FullOrder, OrderStore
from shared.usecases.apply_input import apply_input
from shared.usecases.build_call import NothingToTellError, Owed, Telling, build_call, read_owed
from shared.usecases.relay_effects import WAITS_FOR_EARLIER, ParkedInbox, put_back_parked
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, CallsModule, Told
from shared.wire.http import ApiError, AuthError, NotSentError, RefusedError

GIVE_UP_AFTER = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)
AUTH_WAIT = timedelta(minutes=5)
PENDING = "pending"
IN_DOUBT = "in_doubt:"
PATIENT_LOOKS = 6
"""How often a channel that took a call may still not show it before it is told again: looks, not tries."""

ACTOR = "orderhub"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDesk:
    """What calling needs. ``api`` opens a connection's API; ``lease`` outlasts function and channel."""

    store: OrderStore
    copies: Copies
    connections: Callable[[str], Connection]
    states: ConnectionStates
    api: Callable[[Connection], Api]
    inbox: ParkedInbox
    lease: timedelta
    now: Callable[[], datetime]
    pause: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """What became of a call. ``again_after``: when its message has to come again, None for never."""

    state: EffectState
    reason: str = ""
    again_after: timedelta | None = None


def call_channel(message: EffectMessage, desk: CallDesk) -> CallMade:
    """Make the call that ``message`` names, if it is still owed. Raises StoreBusyError, LostRaceError."""
    claim, is_taken_over = _claim(message, desk)
    effect = claim.effect
    if effect is None:
        return CallMade(state=EffectState.SKIPPED, reason="gone")
    if not claim.granted:
        return _foreign(claim, desk.now())
    order_id = message.pk.removeprefix("ORDER#")
    full = desk.store.read_full(order_id)
    known = full.order.subjects if full else frozenset[str]()
    owed = read_owed(message.effect, _data_of(order_id, effect.key, effect.data, desk), known)
    work = _Work(message, claim, desk, owed, full)
    if full is None:
        return work.mark(EffectState.SKIPPED, reason="no_order")
    doubt = is_taken_over or _is_pending(effect) or effect.reason.startswith(IN_DOUBT)
    try:
        connection = desk.connections(owed.data.get("connection", "") or full.order.connection)
        telling = _telling(work, full, connection)
        call = build_call(telling)
    except UnknownConnectionError:
        if owed.data.get("connection", full.order.connection) == full.order.connection:
            # Without its connection nothing can be entered into the order: the call alone shows it.
            return work.mark(EffectState.FAILED, reason="unknown_connection")
        return work.fail("unknown_connection")
    except NothingToTellError as nothing:
        return work.mark(EffectState.SKIPPED, reason=nothing.reason)
    work.retry = timedelta(seconds=connection.settings.retry_seconds)
    work.connection = connection
    if _is_shown(call, full, connection) or (call.name == "create" and work.has_copy(in_doubt=doubt)):
        return work.mark(EffectState.DONE, reason="shown")
    try:
        api = desk.api(connection)
        adapter = calls_of(connection.kind)
        answered = _tell_again(work, adapter, call, api) if doubt else adapter.perform(call, api)
    except MissingCredentialError:
        return work.wait_for_merchant("missing_credentials", in_doubt=doubt)
    except SecretsUnavailableError:
        return work.wait("credentials_unavailable", in_doubt=doubt)
    except AuthError as error:
        return work.wait_for_merchant(error.code, in_doubt=doubt)
    except ApiError as error:
        return _not_done(work, error, in_doubt=doubt)
    return _answered(work, call, answered)


def _is_pending(effect: EffectRecord) -> bool:
    return effect.reason.partition(":")[0] == PENDING


def _unseen_looks(effect: EffectRecord) -> int:
    """Return how often a channel that took a call did not show it: ``pending:3``."""
    looks = effect.reason.partition(":")[2]
    return int(looks) if _is_pending(effect) and looks else 0


def _claim(message: EffectMessage, desk: CallDesk) -> tuple[Claim, bool]:
    """Claim a call that is owed or pending, or take over one whose worker is gone."""
    claim = desk.store.claim(message.pk, message.sk, message.effect, now=desk.now(), lease=desk.lease)
    effect = claim.effect
    if claim.granted or effect is None or effect.state is not EffectState.CLAIMED:
        return claim, False
    if effect.lease_until is None or desk.now() <= effect.lease_until:
        return claim, False
    taken = desk.store.claim(
        message.pk,
        message.sk,
        message.effect,
        now=desk.now(),
        lease=desk.lease,
        abandoned_attempt=effect.attempt,
    )
    return taken, taken.granted


def _foreign(claim: Claim, now: datetime) -> CallMade:
    effect = claim.effect
    assert effect is not None  # noqa: S101  looked at by the caller
    if effect.state in FINISHED:
        return CallMade(state=effect.state, reason=effect.reason)
    until = effect.lease_until or now
    return CallMade(state=effect.state, reason="claimed", again_after=max(until - now, timedelta(seconds=1)))


def _data_of(order_id: str, key: str, data: dict[str, str], desk: CallDesk) -> dict[str, str]:
    """Return an effect's data; a resend has that of the effect which it repeats as well."""
    first = data.get("resend", "")
    if not first:
        return data
    for record in desk.store.history(order_id):
        effect = record.effect(first)
        if effect is not None and key != first:
            return {**effect.data, **data}
    return data


def _telling(work: _Work, full: FullOrder, connection: Connection) -> Telling:
    is_copy = connection.id != full.order.connection and work.owed.name != "create"
    copy = work.desk.copies.copy_of(full.order.id, connection.id) if is_copy else None
    capabilities = capabilities_of(connection.kind)
    if not connection.settings.api_url:
        raise NothingToTellError("no_api")
    if work.owed.name not in capabilities.calls:
        raise NothingToTellError(f"degraded:{work.owed.name}")
    return Telling(
        full=full,
        owed=work.owed,
        connection=connection,
        capabilities=capabilities,
        carriers=calls_of(connection.kind).CARRIERS,
        since=work.claim.owed_since or work.desk.now(),
        copy=copy,
    )


def _is_shown(call: Call, full: FullOrder, connection: Connection) -> bool:
    """True where the channel's own documents have shown by now what it was to be told."""
    if call.name != "ship" or call.parcel is None or connection.settings.back_office:
        # With a shop behind it nobody knows whose word a package's is.
        return False
    package = next((entry for entry in full.order.packages if entry.id == call.parcel.id), None)
    if package is None or not package.told or not package.external_ids:
        return False
    return PackageStatus(package.told) in HANDED_OVER and call.order_id == full.order.external_id


def _tell_again(work: _Work, adapter: CallsModule, call: Call, api: Api) -> Answered:
    """Ask what became of a call that may have been made; make it only where that is safe.

    Raises ApiError, MissingCredentialError.
    """
    effect = work.claim.effect
    assert effect is not None  # noqa: S101  a granted claim has its effect
    try:
        seen = adapter.look(call, effect.proof, api)
    except RefusedError as error:
        # The question is refused, not the call: what became of that is still not known.
        seen = Answered(told=Told.UNKNOWABLE, reason=error.code)
    if seen.told is Told.UNSEEN and _is_pending(effect) and work.unseen < PATIENT_LOOKS:
        work.unseen += 1
        return Answered(told=Told.PENDING, ticket=effect.proof)
    repeats = seen.told is Told.UNKNOWABLE and call.name in adapter.REPEATABLE
    if seen.told is not Told.UNSEEN and not repeats:
        return seen
    answered = adapter.perform(call, api)
    work.unseen = 0
    return answered


def _not_done(work: _Work, error: ApiError, *, in_doubt: bool) -> CallMade:
    if isinstance(error, RefusedError):
        return _refused(work, error.code)
    if isinstance(error, NotSentError) and error.code == "address_not_allowed":
        return work.leave_in_doubt(error.code) if in_doubt else work.fail(error.code)
    doubt = in_doubt or not error.is_certain
    return work.wait(error.code, in_doubt=doubt, again_after=error.again_after)


def _answered(work: _Work, call: Call, answered: Answered) -> CallMade:
    match answered.told:
        case Told.CONFIRMED:
            work.confirm(call, answered)
            proof = answered.external_id or answered.ticket
            return work.mark(EffectState.DONE, proof=proof, reason=answered.reason)
        case Told.PENDING:
            code = f"{PENDING}:{work.unseen}" if work.unseen else PENDING
            return work.wait(code, in_doubt=False, ticket=answered.ticket, state=EffectState.PENDING)
        case Told.UNKNOWABLE:
            return work.leave_in_doubt(answered.reason or "cannot_be_asked")
        case _:
            return _refused(work, answered.reason or "refused")


def _refused(work: _Work, reason: str) -> CallMade:
    """Give a call up, unless one that should have come before it has not: then it was too early."""
    if work.desk.store.owes_before(work.message.pk, work.message.sk, "channel/"):
        made = work.wait(WAITS_FOR_EARLIER, in_doubt=False)
        # Its message goes: in front of its order's others it would hold up the one that it waits for. The
        # sweeper brings it back.
        return replace(made, again_after=None)
    return work.fail(reason)


@dataclass(slots=True)
class _Work:
    """One claimed call, and what can become of it."""

    message: EffectMessage
    claim: Claim
    desk: CallDesk
    owed: Owed
    full: FullOrder | None
    retry: timedelta = timedelta(seconds=30)
    connection: Connection | None = None
    unseen: int = field(init=False)  # looks in which a channel that took the call did not show it

    def __post_init__(self) -> None:
        effect = self.claim.effect
        self.unseen = _unseen_looks(effect) if effect else 0

    def mark(
        self,
        state: EffectState,
        *,
        proof: str = "",
        reason: str = "",
        again_after: timedelta | None = None,
    ) -> CallMade:
        now = self.desk.now()
        effect = self.claim.effect
        self.desk.store.mark(
            self.message.pk,
            self.message.sk,
            self.message.effect,
            claim=self.claim,
            state=state,
            now=now,
            # What the channel gave to ask with is kept until the end.
            proof=proof or (effect.proof if effect else ""),
            reason=reason,
            again_at=now + again_after if again_after is not None else None,
        )
        return CallMade(state=state, reason=reason, again_after=again_after)

    def wait(
        self,
        code: str,
        *,
        in_doubt: bool,
        again_after: timedelta | None = None,
        ticket: str = "",
        state: EffectState = EffectState.OWED,
    ) -> CallMade:
        """Try or look again later, at last give up: what may have happened is then shown as in doubt."""
        since = self.claim.owed_since
        if since is not None and self.desk.now() - since > GIVE_UP_AFTER:
            is_open = in_doubt or state is EffectState.PENDING
            return self.leave_in_doubt(code or "never_shown") if is_open else self.fail(code)
        if again_after is None:
            again_after = min(self.retry * 2 ** min(self.claim.attempt - 1, 12), LONGEST_WAIT)
        reason = f"{IN_DOUBT}{code}" if in_doubt and code else code
        effect = self.claim.effect
        if in_doubt and effect is not None and _is_pending(effect):
            # The channel took it: that it cannot be asked for now takes nothing from that.
            state, reason = EffectState.PENDING, effect.reason
        return self.mark(
            state, proof=ticket, reason=reason, again_after=max(again_after, timedelta(seconds=1))
        )

    def wait_for_merchant(self, code: str, *, in_doubt: bool) -> CallMade:
        """Wait for new credentials, and say so on the connection."""
        if self.connection is not None:
            self.desk.states.note(self.connection.id, state=code, failed_at=self.desk.now())
        return self.wait(code, in_doubt=in_doubt, again_after=max(self.retry, AUTH_WAIT))

    def fail(self, reason: str) -> CallMade:
        """Give up: the order says so, and somebody may have it made once more."""
        self._tell_order(FailCall(call=self.owed.name, target=self.owed.target, reason=reason))
        return self.mark(EffectState.FAILED, reason=reason)

    def leave_in_doubt(self, reason: str) -> CallMade:
        """Show that nobody knows; it is never repeated blindly."""
        self._tell_order(FailCall(call=self.owed.name, target=self.owed.target, reason=reason, in_doubt=True))
        return self.mark(EffectState.AMBIGUOUS, reason=reason)

    def confirm(self, call: Call, answered: Answered) -> None:
        """Keep the channel's names for what it made."""
        full = self.full
        if full is None or not answered.external_id:
            return
        if call.name == "create":
            self._keep_copy(full.order.id, answered)
            return
        self._tell_order(
            ConfirmCall(call=self.owed.name, target=self.owed.target, external_id=answered.external_id)
        )

    def _keep_copy(self, source: str, answered: Answered) -> None:
        assert self.connection is not None  # noqa: S101  a call is confirmed by its connection
        copy = make_order_id(self.connection.id, answered.external_id)
        lines = {theirs: ours for ours, theirs in answered.lines.items()}
        self.desk.copies.put(Copy(source=source, order=copy, lines=lines))
        self._put_back(source, copy)

    def has_copy(self, *, in_doubt: bool) -> bool:
        """True where the shop's order is known already: a shop that does not find it yet gets no second."""
        if self.full is None or self.connection is None or not (in_doubt or "resend" in self.owed.data):
            return False
        copy = self.desk.copies.copy_of(self.full.order.id, self.connection.id)
        if copy is not None:
            self._put_back(copy.source, copy.order)
        return copy is not None

    def _put_back(self, source: str, copy: str) -> None:
        # What the shop said of it before its answer reached us has waited for the copy to be known.
        put_back_parked(keys.order_pk(copy), f"{source}/{copy}", store=self.desk.store, inbox=self.desk.inbox)

    def _tell_order(self, command: Command) -> None:
        """Enter what came of the call into the order, once for each attempt."""
        if self.full is None:
            return
        order = self.full.order
        once = f"{self.message.sk}/{self.message.effect}/{self.claim.attempt}"
        entry = Input(
            key=command_key(order.id, ACTOR, once),
            connection=order.connection,
            source="call",
            actor=ACTOR,
            received_at=self.desk.now(),
            command=command,
            fingerprint=command_hash(command),
        )
        apply_input(
            order.id,
            entry,
            rules=self.desk.connections(order.connection).rules(),
            store=self.desk.store,
            now=self.desk.now,
            pause=self.desk.pause,
        )
