"""Tell a channel what happened, once: claim, ask first where in doubt, tell, mark.

No channel has idempotency keys. So a call is claimed before it is made, made by a client that tries once,
and marked after. What is certain not to have happened is simply made again, later and later. What may have
happened is asked for first, whoever asks. *Done* is only what the channel shows; until then a call is
*pending*. Calls of one order are made in the order in which they came to be owed: the one that waits holds up
those behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace

from shared.adapters import calls_of, capabilities_of
from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection
from shared.orders.commands import ConfirmCall
from shared.orders.model import order_id as make_order_id
from shared.orders.statuses import PackageStatus
from shared.orders.workbench import HANDED_OVER
from shared.storage import keys
from shared.storage.copies import Copies, Copy
from shared.storage.records import FINISHED, EffectMessage, EffectRecord, EffectState, InputRecord
from shared.storage.store import FullOrder
from shared.usecases.build_call import NothingToTellError, Owed, Telling, build_call, read_owed
from shared.usecases.guard_adapter import guarded
from shared.usecases.owed_work import PENDING, Work, WorkDesk, WorkDone, take
from shared.usecases.relay_effects import WAITS_FOR_EARLIER, ParkedInbox, put_back_parked
from shared.usecases.repeats import first_of, is_under_way, may_be_done, ticket_of
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, CallsModule, Told
from shared.wire.http import ApiError, RefusedError

PATIENT_LOOKS = 6
"""How often a channel that took a call may still not show it before it is told again: looks, not tries."""

_GIVEN_UP = frozenset({EffectState.FAILED, EffectState.AMBIGUOUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDesk(WorkDesk):
    """What calling needs besides. ``api`` opens a connection's API."""

    copies: Copies
    api: Callable[[Connection], Api]
    inbox: ParkedInbox


def call_channel(message: EffectMessage, desk: CallDesk) -> WorkDone:
    """Make the call that ``message`` names, if it is still owed. Raises StoreBusyError, LostRaceError."""
    work = take(message, desk)
    if isinstance(work, WorkDone):
        return work
    full = desk.store.read_full(work.order_id)
    if full is None:
        return work.mark(EffectState.SKIPPED, reason="no_order")
    history = desk.store.history(work.order_id) if "resend" in work.effect.data else ()
    if is_under_way(work.effect, history):
        return work.mark(EffectState.SKIPPED, reason="under_way")
    work.is_of(full.order)
    owed = _owed(work.effect, history, full.order.subjects)
    own = full.order.connection
    to = owed.data.get("connection", "") or own
    try:
        connection = desk.connections(to)
    except UnknownConnectionError:
        if to == own:
            # Without its connection nothing can be entered into the order: the call alone shows it.
            return work.mark(EffectState.FAILED, reason="unknown_connection")
        return work.fail("unknown_connection")
    work.goes_to(connection)
    calling = _Calling(
        work=work,
        desk=desk,
        owed=owed,
        full=full,
        connection=connection,
        is_in_doubt=work.is_in_doubt or may_be_done(work.effect, history),
        ticket=work.effect.proof or ticket_of(work.effect, history),
    )
    try:
        return work.carry_out(calling.make, doubt=lambda error: work.is_in_doubt or not _is_certain(error))
    except NothingToTellError as nothing:
        return work.mark(EffectState.SKIPPED, reason=nothing.reason)


def _is_certain(error: Exception) -> bool:
    return not isinstance(error, ApiError) or error.is_certain


def _owed(effect: EffectRecord, history: Iterable[InputRecord], known: Container[str]) -> Owed:
    """Return what is owed; a resend has the data of the effect which it repeats as well."""
    if "resend" not in effect.data:
        return read_owed(effect.key, effect.data, known)
    first = first_of(effect, history)
    return read_owed(effect.key, {**first.data, **effect.data, "resend": first.key}, known)


@dataclass(slots=True, kw_only=True)
class _Calling:
    """One claimed call, and whom it is for."""

    work: Work
    desk: CallDesk
    owed: Owed
    full: FullOrder
    connection: Connection
    is_in_doubt: bool  # it may have taken place: before this try, or as what this one repeats
    ticket: str  # by which the channel can be asked of it, "" for none
    unseen: int = field(init=False)  # looks in which a channel that took the call did not show it
    is_blind: bool = False  # told once more though nobody could say what became of it the first time

    def __post_init__(self) -> None:
        looks = self.work.effect.reason.partition(":")[2]
        self.unseen = int(looks) if self.work.is_pending and looks else 0

    def make(self) -> WorkDone:
        """Make the call, or look what became of it. Raises NothingToTellError and what adapters raise."""
        work, connection, log = self.work, self.connection, self.desk.log
        telling = self._telling()
        with guarded(log, NothingToTellError):
            call = build_call(telling)
        if _is_shown(call, self.full, connection) or (call.name == "create" and self._has_copy()):
            self._tell_success("")
            return work.mark(EffectState.DONE, reason="shown")
        if call.name == "create" and not call.pieces and not self.is_in_doubt:
            raise NothingToTellError("nothing_live")  # called off before anybody made it there
        with guarded(log):
            api = self.desk.api(connection)
            adapter = calls_of(connection.kind)
        try:
            answered = (
                self._tell_again(adapter, call, api) if self.is_in_doubt else self._tell(adapter, call, api)
            )
        except RefusedError as error:
            return self._refused(error.code)
        return self._answered(call, answered)

    def _telling(self) -> Telling:
        """Raises NothingToTellError."""
        connection, name = self.connection, self.owed.name
        capabilities = capabilities_of(connection.kind)
        if not connection.settings.api_url:
            raise NothingToTellError("no_api")
        if name not in capabilities.calls:
            raise NothingToTellError(f"degraded:{name}")
        order, adapter = self.full.order, calls_of(connection.kind)
        is_copy = connection.id != order.connection and name != "create"
        return Telling(
            full=self.full,
            owed=self.owed,
            connection=connection,
            capabilities=capabilities,
            carriers=adapter.CARRIERS,
            since=self.work.claim.owed_since or self.desk.now(),
            own_reasons=adapter.OWN_REASONS,
            copy=self.desk.copies.copy_of(order.id, connection.id) if is_copy else None,
        )

    def _tell(self, adapter: CallsModule, call: Call, api: Api) -> Answered:
        with guarded(self.desk.log, is_certain=False):
            return adapter.perform(call, api)

    def _tell_again(self, adapter: CallsModule, call: Call, api: Api) -> Answered:
        """Ask what became of a call that may have been made; make it only where that is safe.

        Raises ApiError, MissingCredentialError.
        """
        try:
            with guarded(self.desk.log):
                seen = adapter.look(call, self.ticket, api)
        except RefusedError as error:
            # The question is refused, not the call: what became of that is still not known.
            seen = Answered(told=Told.UNKNOWABLE, reason=error.code)
        if seen.told is Told.UNSEEN and self.work.is_pending and self.unseen < PATIENT_LOOKS:
            self.unseen += 1
            return Answered(told=Told.PENDING, ticket=self.ticket)
        repeats = seen.told is Told.UNKNOWABLE and call.name in adapter.REPEATABLE
        # Of a resend: what it repeats was refused by now, and is told for new.
        is_refused = seen.told is Told.REFUSED and not self.work.is_in_doubt
        if seen.told is not Told.UNSEEN and not repeats and not is_refused:
            return seen
        self.is_blind = repeats
        answered = self._tell(adapter, call, api)
        self.unseen = 0
        return answered

    # --- what the channel answered

    def _answered(self, call: Call, answered: Answered) -> WorkDone:
        match answered.told:
            case Told.CONFIRMED:
                if call.name == "create" and answered.external_id:
                    self._keep_copy(answered)
                self._tell_success(answered.external_id if call.name != "create" else "")
                proof = answered.external_id or answered.ticket
                return self.work.mark(EffectState.DONE, proof=proof, reason=answered.reason)
            case Told.PENDING:
                code = f"{PENDING}:{self.unseen}" if self.unseen else PENDING
                return self.work.wait(code, ticket=answered.ticket, state=EffectState.PENDING)
            case Told.UNKNOWABLE:
                return self.work.leave_in_doubt(answered.reason or "cannot_be_asked")
            case _:
                return self._refused(answered.reason or "refused")

    def _refused(self, reason: str) -> WorkDone:
        """Give a call up, unless one that should have come before it has not: then it was too early."""
        if self._waits_for_earlier():
            made = self.work.wait(WAITS_FOR_EARLIER, in_doubt=self.is_blind)
            # Its message goes: in front of its order's others it would hold up the one that it waits for. The
            # sweeper brings it back.
            return replace(made, again_after=None)
        # Told blindly for the second time it may be refused just because the first time succeeded.
        return self.work.leave_in_doubt(reason) if self.is_blind else self.work.fail(reason)

    def _waits_for_earlier(self) -> bool:
        """True where the same connection has still to be told something that came to be owed before."""
        history = self.desk.store.history(self.work.order_id)
        version = next((record.version for record in history if record.sk == self.work.message.sk), 0)
        own = self.full.order.connection
        return any(
            (_owed(effect, history, self.full.order.subjects).data.get("connection", "") or own)
            == self.connection.id
            for record in history
            if 0 < record.version < version
            for effect in record.effects
            if effect.key.startswith("channel/") and effect.state not in FINISHED
        )

    def _tell_success(self, external_id: str) -> None:
        """Keep the channel's name for what it made, and take back that the call failed."""
        settles = self._is_said_to_have_failed()
        if external_id or settles:
            name, target = self.owed.name, self.owed.target
            self.work.tell_order(
                ConfirmCall(call=name, target=target, external_id=external_id, settles=settles)
            )

    def _is_said_to_have_failed(self) -> bool:
        """True where attention says so, and no other call of this name is what it means."""
        owed = self.owed
        codes = {f"channel_refused:{owed.name}", f"channel_in_doubt:{owed.name}"}
        if not any(
            entry.code in codes and entry.subject == owed.target for entry in self.full.order.attention
        ):
            return False
        history = self.desk.store.history(self.work.order_id)
        failed = [
            read_owed(effect.key, effect.data, self.full.order.subjects)
            for record in history
            for effect in record.effects
            if effect.key.startswith("channel/")
            and effect.state in (EffectState.FAILED, EffectState.AMBIGUOUS)
        ]
        return not any(
            (other.name, other.target) == (owed.name, owed.target) and other.first_key != owed.first_key
            for other in failed
        )

    # --- copies in back-office shops

    def _keep_copy(self, answered: Answered) -> None:
        source = self.full.order.id
        copy = make_order_id(self.connection.id, answered.external_id)
        lines = {theirs: ours for ours, theirs in answered.lines.items()}
        self.desk.copies.put(Copy(source=source, order=copy, lines=lines))
        self._put_back(source, copy)

    def _has_copy(self) -> bool:
        """True where the shop's order is known already: a shop that does not find it yet gets no second."""
        if not (self.work.is_in_doubt or "resend" in self.owed.data):
            return False
        copy = self.desk.copies.copy_of(self.full.order.id, self.connection.id)
        if copy is not None:
            self._put_back(copy.source, copy.order)
        return copy is not None

    def _put_back(self, source: str, copy: str) -> None:
        # What the shop said of it before its answer reached us has waited for the copy to be known.
        put_back_parked(keys.order_pk(copy), f"{source}/{copy}", store=self.desk.store, inbox=self.desk.inbox)


def _is_shown(call: Call, full: FullOrder, connection: Connection) -> bool:
    """True where the channel's own documents have shown by now what it was to be told."""
    if call.name != "ship" or call.parcel is None or connection.settings.back_office:
        # With a shop behind it nobody knows whose word a package's is.
        return False
    package = next((entry for entry in full.order.packages if entry.id == call.parcel.id), None)
    if package is None or not package.told or not package.external_ids:
        return False
    return PackageStatus(package.told) in HANDED_OVER and call.order_id == full.order.external_id
