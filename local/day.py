"""The scripted day while it is played: each step is carried out, its answer shown and compared."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local.channels.demo import document_of, stock_of
from local.channels.server import ServedChannel
from local.clerk_at_work import Clerk
from local.connections import clock
from local.console import alive, dim, say
from local.deploy import Stack
from local.invoke import event_of, invoke
from local.ledger import Ledger, key_of
from local.mail_events import digest_of, events_of, play
from local.mailbox import read_mails
from local.resting import come_to_rest
from local.samples import connection_of, request_of
from local.steps import Command, Counting, Happening, Invocation, Levels, MailSaid, Step, Webhook
from local.webhooks import post, url_of
from local.words import seen_in
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.model import Order

_TRIES = 3  # times that the hub is let ask for what happened, or tell what changed
_POLL_AHEAD = 3_600  # seconds: whatever the intervals are, each connection is due


@dataclass
class Day:
    """What has been played so far."""

    stack: Stack
    samples: Mapping[str, bytes]
    clerk: Clerk
    channels: Mapping[str, ServedChannel]
    accepted: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    names: dict[str, str] = field(default_factory=dict)  # key of an input -> what it was
    waited: set[str] = field(default_factory=set)  # keys of inputs that were parked
    words: set[str] = field(default_factory=set)  # every word that an order has worn
    # The words that an order has worn in a step, by the order and the name of the first step that has it.
    moments: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _worn: set[str] = field(default_factory=set)  # by the order of the present step, at the last look
    _done: set[str] = field(default_factory=set)  # by what came in during the present step, at any look
    _about: str = ""  # the order of the present step
    _before: frozenset[str] = frozenset()  # keys of the inputs before it
    complaints: list[str] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many webhooks were accepted: those of the script, and those of the simulated channels."""
        return self.accepted + sum(channel.delivered for channel in self.channels.values())

    def play(self, number: int, step: Step) -> None:
        """Carry out a step, wait until nothing is left to do, show what came of it, note what is wrong."""
        self.begin(step)
        self._carry_out(number, step)
        self.moments.setdefault(moment_of(step), self.seen_in_step())

    def begin(self, step: Step) -> None:
        """Look from now on at the order that a step is about, and at what comes in."""
        self._about, _ = moment_of(step)
        self._worn, self._done = set(), set()
        self._before = frozenset(key_of(record) for record in self.ledger.records)

    def see(self, ledger: Ledger) -> None:
        """Take one look at the hub. What an order wears at first is still that of the step before."""
        self.ledger = ledger
        self.words |= seen_in(ledger)
        orders = tuple(order for order in ledger.orders if order.id == self._about)
        new = tuple(record for record in ledger.history(self._about) if key_of(record) not in self._before)
        self._worn = seen_in(Ledger(orders=orders))
        self._done |= seen_in(Ledger(records=new))

    def seen_in_step(self) -> set[str]:
        """Return the words of the step: what its order wears after it, and what was done in it."""
        return self._worn | self._done

    def _carry_out(self, number: int, step: Step) -> None:
        match step:
            case Webhook():
                self._receive(number, step)
            case Command():
                self._command(number, step)
            case Happening():
                self._happen(number, step)
            case MailSaid():
                self._say_of_mails(number, step)
            case Invocation():
                self._let_time_pass(number, step)
            case Counting():
                self._count(number, step)
            case Levels():
                self._tell_levels(number, step)

    def _receive(self, number: int, step: Webhook) -> None:
        who = _who(number, step.connection, step.topic or "ping")
        before = self.ledger
        with alive(who):
            answers = self._send(step)
            self._rest()
        outcome = self._outcome(before, step)
        say(f"{who} {' '.join(map(str, answers)):<8} {outcome:<12} {dim(step.twist.words)}".rstrip())
        for answer in answers:
            if answer != step.twist.answer:
                self.complaints.append(f"step {number}: answered {answer}, not {step.twist.answer}")
        if outcome != step.outcome:
            self.complaints.append(f"step {number}: {outcome}, not {step.outcome}")

    def _send(self, step: Webhook) -> list[int]:
        """Send each copy of a step, all at the same time, and return the answers."""
        body, headers = request_of(step, self.samples, clock())
        url = url_of(self.stack.api_url, connection_of(step).kind, step.connection)
        with ThreadPoolExecutor(step.twist.copies) as senders:
            sent = [senders.submit(post, url, body, headers) for _ in range(step.twist.copies)]
            answers = [one.result().status for one in sent]
        if step.twist.is_event:
            self.accepted += answers.count(step.twist.answer)
        return answers

    def _outcome(self, before: Ledger, step: Webhook) -> str:
        """Return what became of a step, and remember what its inputs were."""
        if not step.twist.is_event:
            return step.outcome if self.ledger.received == before.received else "stored"
        new = [
            record
            for record in self.ledger.records
            if key_of(record) not in self._before and record.source == "webhook"
        ]
        for record in new:
            self.names[key_of(record)] = f"{step.connection:<9} {step.topic}"
            if record.outcome is Outcome.PARKED:
                self.waited.add(key_of(record))
        if new:
            return new[0].outcome.value
        return "ignored" if self.ledger.received > before.received else "lost"

    def _command(self, number: int, step: Command) -> None:
        who = _who(number, "clerk", step.name)
        with alive(who):
            given = self.clerk.give(step, clock(), key=step.key or f"step-{number}")
            self._rest()
        answers = " ".join(str(answer.status) for answer in given.answers)
        about = f"{step.order.partition(':')[2]:<10} {dim(step.why)}".rstrip()
        say(f"{who} {answers:<8} {given.came_of_it:<38} {about}")
        self.complaints += [f"step {number}: {complaint}" for complaint in given.complaints]

    def _happen(self, number: int, step: Happening) -> None:
        """Let something happen at a simulated channel, and the hub hear of it."""
        channel = self.channels[step.channel]
        who = _who(number, step.channel, step.action)
        with alive(who):
            time.sleep(step.later)
            if step.action == "fail":
                channel.fail(**step.details)
            elif step.action == "place":
                channel.place(step.order, **step.details)
            else:
                document = document_of(channel, step.order)
                channel.act(str(document.get("id", step.order)), step.action, **step.details)
            words = self._hear_of(step) if step.about else {}
        axes = ("channel_status", "fulfillment", "request")
        shown = " · ".join(words[axis] for axis in axes if words.get(axis))
        shown = shown or step.details.get("fault", "")
        say(f"{who} {shown:<47} {step.about.partition(':')[2]:<10} {dim(step.why)}".rstrip())
        self.complaints += _differences(number, step.then, words)

    def _hear_of(self, step: Happening) -> dict[str, str]:
        """Let the hub hear of what happened; return the words that our order wears then.

        The hub's own schedule may be asking at the same moment: then its question was the one that counts, or
        the next one is.
        """
        words: dict[str, str] = {}
        for _ in range(_TRIES if step.polls else 1):
            if step.polls:
                self._invoke(Invocation("poll_channels", _POLL_AHEAD, ""))
            self._rest()
            words = self._words(step.about)
            if not _differences(0, step.then, words):
                break
        return words

    def _say_of_mails(self, number: int, step: MailSaid) -> None:
        """Let the mail service say something of an order's mails."""
        who = _who(number, "ses", step.said)
        with alive(who):
            ids = {effect.proof for record, effect in self.ledger.mails() if record.order_id == step.order}
            mails = [mail for mail in read_mails(str(self.stack.clients.endpoint)) if mail.id in ids]
            said = play(self.stack, events_of(self.ledger, mails, step.said, digest_of(self.stack)))
            self._rest()
        say(f"{who} {' '.join(said) or 'no mail':<47} {step.order.partition(':')[2]:<10} {dim(step.why)}")
        self.complaints += _differences(number, step.then, self._words(step.order))

    def _let_time_pass(self, number: int, step: Invocation) -> None:
        who = _who(number, "time", step.function)
        with alive(who):
            done = self._invoke(step)
            self._rest()
        say(f"{who} {done:<21} {dim(step.why)}")
        self.complaints += _differences(number, step.then, self._words(step.about))

    def _count(self, number: int, step: Counting) -> None:
        who = _who(number, "clerk", "count_stock")
        with alive(who):
            answer = self.clerk.api.count_stock(step.sku, step.on_hand, key=f"step-{number}")
        available = answer.document.get("available", "nothing")
        say(f"{who} {answer.status:<8} {f'{available} available':<38} {step.sku:<10} {dim(step.why)}")
        if available != step.on_hand:
            self.complaints.append(f"step {number}: {available} of {step.sku} available, not {step.on_hand}")

    def _tell_levels(self, number: int, step: Levels) -> None:
        """Let the hub tell the levels, and look at the channels. Some say later whether they took them."""
        who = _who(number, "time", "push_levels")
        shown: dict[str, int] = {}
        with alive(who):
            for _ in range(_TRIES):
                self._invoke(Invocation("push_levels", 0, ""))
                shown = {name: stock_of(self.channels[name], name, step.sku) for name in step.shown}
                if shown == step.shown:
                    break
        levels = ", ".join(f"{name} {pieces}" for name, pieces in shown.items())
        say(f"{who} {levels:<47} {step.sku:<10} {dim(step.why)}")
        self.complaints += [
            f"step {number}: {name} shows {shown[name]} of {step.sku}, not {pieces}"
            for name, pieces in step.shown.items()
            if shown[name] != pieces
        ]

    def _invoke(self, step: Invocation) -> str:
        """Invoke a function with the step's time and return what it did, in its own words."""
        moment = datetime.now(UTC) + timedelta(seconds=step.seconds_ahead)
        answer = invoke(self.stack, step.function, event_of(moment.isoformat(), None, moment))
        if answer.failed:
            self.complaints.append(f"{step.function} failed: {answer.text}")
            return "failed"
        done: dict[str, int] = json.loads(answer.text)
        return ", ".join(f"{name} {count}" for name, count in done.items() if count) or "nothing to do"

    def _rest(self) -> None:
        come_to_rest(self.stack, self.channels, lambda: self.events, self.see)

    def _words(self, order_id: str) -> dict[str, str]:
        """Return the words that an order wears, none where there is no such order."""
        order = next((order for order in self.ledger.orders if order.id == order_id), None)
        return dict(_words_of(order)) if order else {}


def moment_of(step: Step) -> tuple[str, str]:
    """Return the order that a step is about, and the name of the step; "" for both where it is about none."""
    match step:
        case Command():
            return step.order, step.name
        case MailSaid():
            return step.order, step.said
        case Happening() if step.about:
            return step.about, step.action
    return "", ""


def _who(number: int, actor: str, what: str) -> str:
    return f"  {number:>3}  {actor:<9} {what:<21}"


def _differences(number: int, then: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    return [
        f"step {number}: {axis} is {words.get(axis, 'nothing')}, not {word}"
        for axis, word in then.items()
        if words.get(axis) != word
    ]


def _words_of(order: Order) -> Iterator[tuple[str, str]]:
    yield "status", order.status.value
    yield "attention", " ".join(sorted({entry.code for entry in order.attention}))
    yield "channel_status", derive.channel_status(order).value
    yield "fulfillment", derive.fulfillment(order).value
    yield "payment", derive.payment(order).value
    yield "refund", derive.refund(order).value
    yield "request", "cancellation requested" if order.cancellation_requested else ""
