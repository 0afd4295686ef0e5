"""Planted bugs: each takes away one thing that the product's promises rest on."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from tests.mutants.planting import Mutant, StaleMutantError, get, put, swap, with_condition, without

MUTANTS: list[Mutant] = []


def mutant(plant: Callable[[], None]) -> Callable[[], None]:
    """Enter a mutant under the name of its function."""
    MUTANTS.append(Mutant(plant.__name__.strip("_"), plant))
    return plant


# --- the one write


@mutant
def no_dedupe() -> None:
    """The record of an input may be written over, and nobody looks for it before."""
    without("shared.storage.requests:_put_input", "attribute_not_exists")
    swap(
        "shared.storage.store:OrderStore.read",
        lambda read: lambda *arguments: replace(read(*arguments), record=None),
    )


@mutant
def marker_written_separately() -> None:
    """The order first, the record of the input in a write of its own."""

    def make(_commit: Any) -> Any:
        def commit(self: Any, before: Any, entry: Any, change: Any, **options: Any) -> Any:
            requests = importlib.import_module("shared.storage.requests")
            request = requests.commit_request(
                self._table, before=before, entry=entry, change=change, **options
            )
            head, record, *others = request["TransactItems"]
            if self._transact({"TransactItems": [head, *others]}) is not None:
                return importlib.import_module("shared.storage.store").Stored.CONFLICT
            self._client.put_item(**record["Put"])
            return importlib.import_module("shared.storage.store").Stored.YES

        return commit

    swap("shared.storage.store:OrderStore.commit", make)


def _head_without(part: str, *, new: bool = False, commands: bool = False) -> None:
    """Take a part out of the condition on the head: of new orders, of known ones, or of commands only."""
    owner, name, build = get("shared.storage.requests:_put_head")

    def put_head(table: str, pk: str, before: Any, *others: Any) -> Any:
        request = dict(build(table, pk, before, *others))
        terms = request["ConditionExpression"].split(" AND ")
        kept = [term for term in terms if part not in term]
        if (before is None) is new and len(kept) == len(terms) and not commands:
            raise StaleMutantError(f"no condition on {part}")
        return with_condition(request, " AND ".join(kept)) if (before is None) is new else request

    setattr(owner, name, put_head)


@mutant
def no_version_condition() -> None:
    """The head is written whatever it has become since it was read."""
    _head_without("version =")


@mutant
def order_created_twice() -> None:
    """A new order is written over one that somebody else has created meanwhile."""
    _head_without("attribute_not_exists", new=True)


@mutant
def last_writer_wins() -> None:
    """Who loses a race writes all the same, without any condition on the head."""

    def make(commit: Any) -> Any:
        def mutated(self: Any, before: Any, entry: Any, change: Any, **options: Any) -> Any:
            stored = importlib.import_module("shared.storage.store").Stored
            if commit(self, before, entry, change, **options) is not stored.CONFLICT:
                return stored.YES
            requests = importlib.import_module("shared.storage.requests")
            request = requests.commit_request(
                self._table, before=before, entry=entry, change=change, **options
            )
            request["TransactItems"][0] = {
                "Put": with_condition(dict(request["TransactItems"][0]["Put"]), "")
            }
            return stored.YES if self._transact(request) is None else stored.REPEATED

        return mutated

    swap("shared.storage.store:OrderStore.commit", make)


def plant_faulty_code() -> None:
    """Code that takes a closed order back to *new* with every second change."""
    statuses = importlib.import_module("shared.orders.statuses").Status
    move = importlib.import_module("shared.orders.changes").Move

    def make(decide: Any) -> Any:
        def mutated(order: Any, *others: Any) -> Any:
            change = decide(order, *others)
            if order is None or change.order is None or change.order.status is not statuses.SHIPPED:
                return change
            back = move(rule="T9", source="shipped", target="new")
            return replace(
                change, order=replace(change.order, status=statuses.NEW), moves=(*change.moves, back)
            )

        return mutated

    swap("shared.usecases.apply_input:decide", make)


@mutant
def no_status_condition() -> None:
    """Faulty code meets a store that does not check the moves. (Without it: see test_mutants.)"""
    plant_faulty_code()
    put("shared.storage.requests:check_moves", lambda *_arguments: None)
    _head_without("#status IN")


@mutant
def conflict_treated_as_success() -> None:
    """A lost race is reported as stored."""
    yes = get("shared.storage.store:Stored.YES")[2]
    swap(
        "shared.storage.store:OrderStore.commit",
        lambda commit: lambda *arguments, **options: commit(*arguments, **options) and yes,
    )


@mutant
def throttled_treated_as_success() -> None:
    """A transaction that was throttled is taken for done."""

    def make(transact: Any) -> Any:
        def mutated(self: Any, request: Any) -> Any:
            try:
                return transact(self, request)
            except importlib.import_module("shared.storage.store").StoreBusyError:
                return None

        return mutated

    swap("shared.storage.store:OrderStore._transact", make)


@mutant
def effects_in_a_later_write() -> None:
    """What a change owes is noted after the change."""

    def make(commit: Any) -> Any:
        def mutated(self: Any, before: Any, entry: Any, change: Any, **options: Any) -> Any:
            keys = importlib.import_module("shared.storage.keys")
            requests = importlib.import_module("shared.storage.requests")
            stored = commit(self, before, entry, replace(change, effects=()), **options)
            if change.effects and stored.value == "yes":
                pk = keys.order_pk(change.order.id)
                item = requests._put_input(
                    self._table, pk, change.order.id, entry, change, options["receipt_id"]
                )
                self._client.put_item(**with_condition(dict(item), ""))
            return stored

        return mutated

    swap("shared.storage.store:OrderStore.commit", make)


# --- parking


@mutant
def early_fact_dropped() -> None:
    """What comes before its order is ignored."""

    def make(decide: Any) -> Any:
        outcome = importlib.import_module("shared.orders.changes").Outcome

        def mutated(*arguments: Any) -> Any:
            change = decide(*arguments)
            return replace(change, outcome=outcome.IGNORED) if change.outcome is outcome.PARKED else change

        return mutated

    swap("shared.usecases.apply_input:decide", make)


@mutant
def park_without_check() -> None:
    """An input is parked although its order has come meanwhile."""

    def make(build: Any) -> Any:
        def mutated(table: str, pk: str, _awaited_sk: str, **options: Any) -> Any:
            return build(table, pk, "NOTHING", **options)

        return mutated

    swap("shared.storage.requests:park_request", make)


@mutant
def unpark_lost() -> None:
    """What was parked is not put back into the inbox."""
    put("shared.storage.inbox:Inbox.put_parked", lambda *_arguments, **_options: None)


@mutant
def unparked_before_applied() -> None:
    """A parked input is deleted first, and applied then."""

    def make(apply: Any) -> Any:
        def mutated(parked: Any, desk: Any) -> Any:
            desk.store.unpark(parked.pk, parked.key)
            return apply(parked, desk)

        return mutated

    swap("tests.simulation.world:apply_parked", make)


# --- what is decided


@mutant
def stale_applied() -> None:
    """Every document counts as newer than the one before."""
    newer = get("shared.orders.apply_document:Freshness")[2].NEWER
    for module in ("apply_document", "decide_facts"):
        put(f"shared.orders.{module}:freshness", lambda *_arguments: newer)


@mutant
def duplicate_counted_as_new() -> None:
    """The key of an input holds something of its delivery."""
    deliveries = count()

    def make(key: Any) -> Any:
        return lambda *arguments: f"{key(*arguments)[:24]}{next(deliveries):08d}"

    swap("shared.usecases.apply_receipt:input_key", make)


@mutant
def effects_owed_twice() -> None:
    """The order does not remember what it ever owed."""
    empty: frozenset[str] = frozenset()
    swap(
        "tests.simulation.world:stored.unpack",
        lambda unpack: lambda text: replace(unpack(text), owed=empty),
    )


@mutant
def refund_cap_not_summed() -> None:
    """Each refund alone is below what was paid; nobody adds them up."""
    zero = get("shared.orders.command_money:_ZERO")[2]
    put("shared.orders.workbench:Workbench.refunded", lambda _self: zero)
    _head_without("paid >=", commands=True)


@mutant
def deadline_never_stored() -> None:
    """The time at which an order closes by itself is not set."""
    _without_deadlines = get("shared.orders.workbench:Workbench.set_deadline")[2]
    put(
        "shared.orders.workbench:Workbench.set_deadline",
        lambda self, kind, due, subject="": (
            None if kind.startswith("close") else _without_deadlines(self, kind, due, subject)
        ),
    )


@mutant
def package_goes_back() -> None:
    """A late word of a package is taken for its state."""
    packages = importlib.import_module("shared.orders.statuses").PackageStatus
    put("shared.orders.workbench:Workbench.can_advance", lambda *_arguments: True)
    owner, name, paths = get("shared.orders.workbench:PACKAGE_PATHS")
    every = {(a, b): (b,) for a in packages for b in packages if a is not b}
    setattr(owner, name, {**every, **paths})
    owner, name, table = get("shared.orders.workbench:PACKAGE_TRANSITIONS")
    setattr(owner, name, {status: tuple(packages) for status in table})


# --- claim, do, mark


@mutant
def blind_resend() -> None:
    """Where a worker vanished, the mail is sent again, nobody asks."""

    def make(_settle: Any) -> Any:
        def mutated(message: Any, claim: Any, desk: Any) -> Any:
            sending = importlib.import_module("shared.usecases.send_mail")
            effect = claim.effect
            if effect is None or effect.state in sending.FINISHED:
                return sending.EffectState.SKIPPED
            if effect.lease_until is None or desk.now() <= effect.lease_until:
                raise sending.StillClaimedError(message.effect)
            again = desk.store.claim(
                message.pk,
                message.sk,
                message.effect,
                now=desk.now(),
                lease=desk.lease,
                abandoned_attempt=effect.attempt,
            )
            if not again.granted:
                raise sending.StillClaimedError(message.effect)
            delivery = desk.mailer.send(
                sending._prepare(message, desk.store.read_full(message.pk[6:]), (), desk)
            )
            return sending._mark(message, again, desk, sending._STATES[delivery.sent], proof=delivery.proof)

        return mutated

    swap("shared.usecases.send_mail:_settle_foreign_claim", make)


@mutant
def lease_too_short() -> None:
    """A claim is over before the mail can be sent."""
    put("tests.simulation.world:LEASE", timedelta(milliseconds=1))


@mutant
def claim_without_condition() -> None:
    """Whoever asks for an effect gets it."""
    owner, name, build = get("shared.storage.effect_requests:claim_request")
    setattr(owner, name, lambda *arguments, **options: with_condition(dict(build(*arguments, **options)), ""))


@mutant
def claim_taken_over_within_its_lease() -> None:
    """A claim is abandoned as soon as somebody else looks."""
    without("shared.storage.effect_requests:claim_request", "lease_until", "IN (:owed, :pending)")
    put("shared.usecases.send_mail:StillClaimedError", _NeverRaisedError)


class _NeverRaisedError(Exception):
    pass


@mutant
def mark_without_claim() -> None:
    """Who has lost its claim still writes what became of the mail."""
    owner, name, build = get("shared.storage.effect_requests:mark_request")
    setattr(owner, name, lambda *arguments, **options: with_condition(dict(build(*arguments, **options)), ""))


@mutant
def marked_before_sent() -> None:
    """A mail is marked as sent, and sent then."""

    def make(send: Any) -> Any:
        def mutated(message: Any, desk: Any) -> Any:
            sending = importlib.import_module("shared.usecases.send_mail")
            mark, mailer = desk.store.mark, desk.mailer

            class Early:
                def send(self, request: Any) -> Any:
                    claim = sending.Claim(granted=True, effect=None, attempt=1, open_effects=2)
                    mark(
                        message.pk,
                        message.sk,
                        message.effect,
                        claim=claim,
                        state=sending.EffectState.DONE,
                        now=desk.now(),
                    )
                    return mailer.send(request)

            return send(message, replace(desk, mailer=Early()))

        return mutated

    swap("tests.simulation.world:send_mail", make)


@mutant
def timeout_treated_as_failure() -> None:
    """A send without an answer counts as not sent, and is sent again."""
    sent = importlib.import_module("shared.notifications.mailer").Sent
    states = importlib.import_module("shared.usecases.send_mail")
    states._STATES[sent.UNKNOWN] = states._STATES[sent.POSTPONED]


@mutant
def mail_client_retries() -> None:
    """The mail client sends again by itself where no answer comes."""

    def make(send: Any) -> Any:
        def mutated(self: Any, request: Any) -> Any:
            unknown = importlib.import_module("shared.notifications.mailer").Sent.UNKNOWN
            delivery = send(self, request)
            return send(self, request) if delivery.sent is unknown else delivery

        return mutated

    swap("shared.notifications.mailer:SesMailer.send", make)


# --- relay and sweep


@mutant
def sweeper_ignores_claimed() -> None:
    """The sweeper looks for what nobody has, not for whom has gone."""
    owed = importlib.import_module("shared.storage.records").EffectState.OWED
    put("shared.usecases.relay_effects:is_open", lambda effect, _at: effect.state is owed)


@mutant
def stream_trusted() -> None:
    """There is no sweeper: the stream will bring everything."""
    put("tests.simulation.world:sweep_effects", lambda **_options: 0)


@mutant
def listed_no_more_too_early() -> None:
    """The first effect that is done takes the input off the list of those that owe."""
    owner, name, build = get("shared.storage.effect_requests:mark_request")
    setattr(owner, name, lambda *arguments, **options: build(*arguments, **{**options, "last": True}))


@mutant
def listed_for_ever() -> None:
    """Two workers finish the last two effects at once, and nobody takes the input off the list."""
    put("shared.storage.store:OrderStore.settle", lambda *_arguments: None)


@mutant
def failed_records_deleted() -> None:
    """A batch reports no failures: the queue forgets what could not be applied."""

    def make(process: Any) -> Any:
        def mutated(*arguments: Any, **options: Any) -> Any:
            process(*arguments, **options)
            return {"batchItemFailures": []}

        return mutated

    swap("tests.simulation.world:process_batch", make)
