"""Planted bugs of the workers at the edge, stock, bookings, followings, mails, the sweeper, polls and calls:
the fast tests have to find each.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from tests.mutants.planting import Mutant, put, swap

LEDGER = ("tests/unit/storage/test_stock_ledger.py",)
MOVES = ("tests/unit/usecases/test_move_stock.py",)
LEVELS = ("tests/unit/usecases/test_push_levels.py",)
BOOKINGS = ("tests/unit/usecases/test_book_parcel.py",)
FOLLOWINGS = ("tests/unit/orders/test_following.py", "tests/unit/usecases/test_follow_parcel.py")
MAILS = ("tests/functions/test_gathered_mails.py",)
SWEEPS = ("tests/unit/usecases/test_sweep_effects.py",)
POLLS = ("tests/unit/usecases/test_poll_connection.py",)
CALLS = ("tests/unit/usecases/test_call_channel.py", "tests/unit/usecases/test_call_channel_crashes.py")

MUTANTS: list[Mutant] = []


def found_by(tests: tuple[str, ...]) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Enter a mutant under the name of its function, with the files of tests that have to find it."""

    def enter(plant: Callable[[], None]) -> Callable[[], None]:
        MUTANTS.append(Mutant(plant.__name__, plant, tests))
        return plant

    return enter


# --- stock


@found_by(LEDGER)
def reserved_without_a_condition() -> None:
    """What two orders read as free is reserved for both."""
    swap(
        "shared.storage.stock_requests:_level_write",
        lambda build: lambda *arguments: build(*arguments[:-1], None),
    )


@found_by(LEDGER)
def held_pieces_written_unseen() -> None:
    """What an order holds is written whatever it has become since it was read."""

    def make(build: Any) -> Any:
        def mutated(*arguments: Any) -> Any:
            request = build(*arguments)
            del request["Update"]["ConditionExpression"]
            request["Update"]["ExpressionAttributeValues"].pop(":seen", None)
            return request

        return mutated

    swap("shared.storage.stock_requests:_held_write", make)


@found_by(MOVES)
def movement_without_its_effect_in_its_key() -> None:
    """Two movements that one input owes are taken for one."""
    swap(
        "shared.storage.stock:StockLedger.move",
        lambda move: (
            lambda *arguments, cause, **options: move(
                *arguments, cause=cause.partition("/stock/")[0], **options
            )
        ),
    )


@found_by(LEDGER)
def given_back_twice() -> None:
    """A movement is known by when it is made, not by what caused it: asked for again, it is made again."""
    numbers = count()
    swap(
        "shared.storage.stock_keys:move_sk",
        lambda key: lambda at, cause: key(at, f"{cause}/{next(numbers)}"),
    )


@found_by(LEDGER)
def taken_from_others() -> None:
    """An order gives back and takes more than it holds."""
    swap(
        "shared.storage.stock_requests:deltas",
        lambda deltas: lambda kind, work: deltas(kind, replace(work, held=work.pieces)),
    )


@found_by(LEDGER)
def some_skus_of_an_order_reserved() -> None:
    """Each SKU is reserved by itself: of two, one may be had without the other."""
    put("shared.storage.stock_requests:SKUS_AT_ONCE", 1)


@found_by(LEDGER)
def parts_of_a_short_order_kept() -> None:
    """An order of many SKUs that is short in one part keeps what it got of the others."""
    swap(
        "shared.storage.stock:StockLedger._move_part",
        lambda part: (
            lambda ledger, kind, *others, **options: (
                None
                if kind == "give_back" and others[2].endswith("/short")
                else part(ledger, kind, *others, **options)
            )
        ),
    )


@found_by(MOVES)
def buffer_ignored_by_the_rule() -> None:
    """An order is accepted by rule with the last pieces."""
    swap(
        "shared.storage.stock:StockLedger.move",
        lambda move: lambda *arguments, buffer, **options: move(*arguments, buffer=0, **options),
    )


@found_by(MOVES)
def accepted_without_a_level() -> None:
    """An order is accepted by rule though nobody knows whether its goods are there."""
    swap(
        "shared.usecases.move_stock:_move",
        lambda move: (
            lambda *arguments, **options: replace(move(*arguments, **options), tracked=True, above=True)
        ),
    )


@found_by(MOVES)
def movements_in_any_order() -> None:
    """What comes before its reservation does not wait for it."""
    put("shared.usecases.move_stock:_earlier", lambda *_arguments: [])


@found_by(LEDGER)
def level_told_before_it_changed() -> None:
    """A level that changed while channels were told of it counts as told."""

    def make(_settle: Any) -> Any:
        def settle(self: Any, level: Any) -> None:
            stock_keys = importlib.import_module("shared.storage.stock_keys")
            keys = importlib.import_module("shared.storage.keys")
            key = keys.key_of(stock_keys.sku_pk(level.sku), stock_keys.LEVEL)
            self._client.update_item(TableName=self._table, Key=key, UpdateExpression="REMOVE changed")

        return settle

    swap("shared.storage.stock:StockLedger.settle", make)


# --- bookings


@found_by(BOOKINGS)
def booked_again_unasked() -> None:
    """A parcel that may have been booked is booked again, nobody asks."""
    put("shared.usecases.owed_work:Work.is_repeated", property(lambda _work: False))


@found_by(BOOKINGS)
def told_before_the_label_is_kept() -> None:
    """The order knows its booking before there is a label."""

    def make(booking_of: Any) -> Any:
        booking: Any = importlib.import_module("shared.usecases.book_parcel")
        works: list[Any] = []
        book = booking._book

        def noted(work: Any, full: Any, *others: Any) -> Any:
            works.append((work, full))
            return book(work, full, *others)

        def mutated(kind: str) -> Any:
            module = booking_of(kind)

            def fetch_label(booked: Any, api: Any) -> Any:
                work, full = works[-1]
                work.tell_order(booking._confirmation(booking._package(full, work), booked))
                return module.fetch_label(booked, api)

            return SimpleNamespace(**{**vars(module), "fetch_label": fetch_label})

        booking._book = noted
        return mutated

    swap("shared.usecases.book_parcel:booking_of", make)


@found_by(BOOKINGS)
def unconfirmed_booking_left_behind() -> None:
    """A canceled package whose booking nobody could confirm keeps it."""

    def make(cancel: Any) -> Any:
        booking: Any = importlib.import_module("shared.usecases.book_parcel")

        def mutated(*arguments: Any) -> Any:
            booking_of = booking.booking_of
            booking.booking_of = lambda kind: SimpleNamespace(
                **{**vars(booking_of(kind)), "find": lambda *_arguments: None}
            )
            try:
                return cancel(*arguments)
            finally:
                booking.booking_of = booking_of

        return mutated

    swap("shared.usecases.book_parcel:_cancel", make)


@found_by(BOOKINGS)
def canceled_package_booked() -> None:
    """A package that was canceled while its booking waited is booked."""
    ready = importlib.import_module("shared.orders.statuses").PackageStatus.READY_TO_SHIP
    swap(
        "shared.usecases.book_parcel:_package",
        lambda find: (
            lambda full, work: (
                replace(find(full, work), status=ready) if work.name == "book" else find(full, work)
            )
        ),
    )


# --- followings


@found_by(FOLLOWINGS)
def subscription_never_renewed() -> None:
    """A parcel is subscribed to once, and forgotten when the subscription ends."""
    put("shared.orders.decide_deadlines:follow_again", lambda _bench: None)


@found_by(FOLLOWINGS)
def renewed_each_time_anything_happens() -> None:
    """Whatever is heard of an order, its parcels are subscribed to again."""

    def make(follow: Any) -> Any:
        following = importlib.import_module("shared.orders.following")

        def mutated(bench: Any) -> None:
            follow(bench)
            following.follow_again(bench)

        return mutated

    swap("shared.orders.deadlines:follow_parcels", make)


@found_by(FOLLOWINGS)
def followed_for_ever() -> None:
    """A parcel that has arrived is asked of again and again."""
    every = frozenset(importlib.import_module("shared.orders.statuses").PackageStatus)
    put("shared.orders.following:_FOLLOWED", every)
    put("shared.usecases.follow_parcel:_OVER", frozenset())


@found_by(FOLLOWINGS)
def answer_of_a_carrier_dropped() -> None:
    """What a carrier answers at once reaches no inbox."""
    swap(
        "shared.usecases.follow_parcel:_answered",
        lambda answered: (
            lambda work, number, followed, *others: answered(
                work, number, replace(followed, documents=()), *others
            )
        ),
    )


# --- mails of several parcels


@found_by(MAILS)
def parcels_never_gathered() -> None:
    """Each of two parcels shipped together gets its mail."""
    put("shared.usecases.send_mail:claim_others", lambda *_arguments, **_options: ())


@found_by(MAILS)
def gathered_and_sent_again() -> None:
    """Mails that one has stood for stay owed."""
    owed = importlib.import_module("shared.storage.records").EffectState.OWED
    swap(
        "shared.usecases.send_mail:_mark_others",
        lambda mark: lambda message, others, desk, *_became: mark(message, others, desk, owed, ""),
    )


@found_by(MAILS)
def window_ignored() -> None:
    """Nobody waits for what may be shipped next."""
    put("shared.usecases.send_mail:wait_for_others", lambda *_arguments, **_options: None)


# --- the sweeper


@found_by(SWEEPS)
def line_never_turned() -> None:
    """Each round begins with what the one before began with."""
    put("shared.storage.store:OrderStore.put_last", lambda *_arguments: None)


# --- polls


@found_by(POLLS)
def cursor_moved_first() -> None:
    """The cursor stands at the end of the window before its pages are stored."""

    def make(lease: Any) -> Any:
        def mutated(self: Any, connection: str, owner: str, *, now: Any, **more: Any) -> Any:
            progress = lease(self, connection, owner, now=now, **more)
            if progress is not None:
                self.save(connection, owner, polled_until=now)
            return progress

        return mutated

    swap("shared.connections.states:ConnectionStates.lease", make)


@found_by(POLLS)
def page_token_saved_first() -> None:
    """A page counts as read before it is in the inbox."""

    def make(store: Any) -> Any:
        def mutated(self: Any, documents: Any) -> None:
            if self.source == "poll":
                self.desk.states.note(self.connection.id, polled_until=self.desk.now())
            store(self, documents)

        return mutated

    swap("shared.usecases.poll_pages:PageRun._store", make)


@found_by(POLLS)
def polls_without_a_lease() -> None:
    """Two runs read one connection at once."""
    put(
        "shared.connections.states:IS_FREE",
        "attribute_not_exists(pk) OR attribute_exists(pk) OR lease_until < :now",
    )


@found_by(POLLS)
def cursor_of_another_run_moved() -> None:
    """A run that outlived its lease writes how far it has read."""
    put("shared.connections.states:IS_OURS", "lease_owner = :owner OR attribute_exists(pk)")


@found_by(POLLS)
def pages_read_for_ever() -> None:
    """A page that comes again under another token is read as if it were new."""
    numbers = count()
    put("shared.usecases.poll_pages:_digest", lambda _page: f"{next(numbers)}")


@found_by(LEVELS)
def slow_channels_hold_up_all_others() -> None:
    """A channel is told all that it is owed before the next one is."""
    put("shared.usecases.level_taker:TURN", timedelta(days=1))


@found_by(POLLS)
def circles_longer_than_a_run_unseen() -> None:
    """Pages that go in a circle are seen by the run that meets one of them twice, and by no other."""
    put("shared.usecases.page_trail:Trail.meets", lambda _trail, _digest: False)


@found_by(POLLS)
def windows_without_an_overlap() -> None:
    """A window begins where the last one ended."""
    swap(
        "shared.usecases.poll_connection:_window",
        lambda window: (
            lambda connection, capabilities, *others: window(
                connection, replace(capabilities, overlap=timedelta(0)), *others
            )
        ),
    )


# --- calls


def _answers(swapped: dict[str, Callable[[Any], Any]]) -> None:
    """Let channels answer otherwise than they do, as call_channel sees it."""

    def make(calls_of: Any) -> Any:
        def mutated(kind: str) -> Any:
            module = calls_of(kind)
            changed = {name: change(getattr(module, name)) for name, change in swapped.items()}
            return SimpleNamespace(**{**vars(module), **changed})

        return mutated

    swap("shared.usecases.call_channel:calls_of", make)


@found_by(CALLS)
def done_though_not_shown() -> None:
    """A call counts as done once the channel has taken it."""
    told = importlib.import_module("shared.wire.calls").Told

    def perform(tell: Any) -> Any:
        def mutated(*arguments: Any) -> Any:
            answered = tell(*arguments)
            return replace(answered, told=told.CONFIRMED) if answered.told is told.PENDING else answered

        return mutated

    _answers({"perform": perform})


@found_by(CALLS)
def told_again_unasked() -> None:
    """A call that may have been made is made again, nobody asks."""
    calls = importlib.import_module("shared.wire.calls")
    _answers({"look": lambda _look: lambda *_arguments: calls.Answered(told=calls.Told.UNSEEN)})


@found_by(CALLS)
def no_answer_taken_for_no() -> None:
    """A call without an answer counts as not made."""
    for name in ("NoAnswerError", "UnavailableError", "UnreadableAnswerError"):
        put(f"shared.wire.http:{name}.is_certain", True)


@found_by(CALLS)
def unshown_told_again_at_once() -> None:
    """A channel that needs a moment to show a call is told a second time."""
    put("shared.usecases.call_channel:PATIENT_LOOKS", 0)


@found_by(CALLS)
def later_call_given_up() -> None:
    """A call that came too early, before the one it builds on, is given up."""
    put("shared.usecases.call_channel:_Calling._waits_for_earlier", lambda _calling: False)


@found_by(CALLS)
def refusal_tried_for_ever() -> None:
    """What a channel refuses for good is tried again."""
    put("shared.usecases.call_channel:_Calling._refused", lambda calling, reason: calling.work.wait(reason))
