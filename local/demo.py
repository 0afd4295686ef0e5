"""Play the scripted day against the real template, then check what became of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local import places
from local.aftermath import complaints_at_the_end, complaints_of_labels
from local.api_calls import Api
from local.channels.demo import document_of
from local.channels.server import ServedChannel
from local.clerk_at_work import Clerk
from local.connections import clock
from local.console import alive, bold, dim, say, short_path
from local.deploy import Stack
from local.invoke import event_of, invoke
from local.labels import write_labels
from local.ledger import Ledger, key_of, read_ledger
from local.mail_commands import PICTURES
from local.mail_events import digest_of, events_of, play
from local.mailbox import read_mails, write_mails
from local.pages import write_pages
from local.samples import connection_of, read_samples, request_of
from local.scenario import EXPECTED, STEPS
from local.start import started
from local.steps import Command, Happening, Invocation, MailSaid, Step, Webhook
from local.timeline import order_lines, order_title
from local.tokens import fetch_token
from local.verdict import Verdict, judge
from local.webhooks import post, url_of
from local.words import complaints_of, seen_in, word_lines
from shared.orders import derive
from shared.orders.changes import Outcome
from shared.orders.model import Order

FIRST_PORT = 4600
# Seconds for one step to come to rest: a tenth, and a few where functions are cold or the machine is busy.
_PATIENCE = 45.0
_LOOK_EVERY = 0.05  # seconds
_QUEUES = ("InboxQueue", "MailQueue", "CallQueue", "BookingQueue", "StockQueue", "QuestionQueue")
_LEDGER_EVERY = 5  # looks
_POLLS = 3  # times that the hub is let ask for what happened
_POLL_AHEAD = 3_600  # seconds: whatever the intervals are, each connection is due


@dataclass
class _Day:
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
    complaints: list[str] = field(default_factory=list)

    @property
    def events(self) -> int:
        """How many webhooks were accepted: those of the script, and those of the simulated channels."""
        return self.accepted + sum(channel.delivered for channel in self.channels.values())


def demo(port: int = 0) -> int:
    """Play the day and return 0 where nothing was lost, nothing happened twice and all was as expected."""
    began = time.monotonic()
    with started(places.DEMO_HOME, port or FIRST_PORT) as running:
        stack = running.stack
        clerk = Clerk(Api(stack.api_url, fetch_token(stack)))
        day = _Day(stack, read_samples(places.EVENTS, clock()), clerk, running.channels)
        say(f"\n{bold('The day')}")
        for number, step in enumerate(STEPS, start=1):
            _play(day, number, step)
        mails = read_mails(str(stack.clients.endpoint))
        day.complaints += complaints_at_the_end(stack, day.ledger, mails, day.channels)
        pages = write_pages(stack, day.ledger.orders, places.DEMO_HOME / "pages")
        labels = write_labels(day.clerk.api, day.ledger.orders, places.DEMO_HOME / "labels")
        day.complaints += complaints_of_labels(labels, day.channels)
    verdict = judge(day.ledger, mails, accepted=day.events, commanded=day.clerk.commanded, expected=EXPECTED)
    day.complaints += complaints_of(day.words)
    write_mails(mails, places.DEMO_HOME / "mails")
    _show_orders(day)
    _show_words(day)
    _show_verdict(day, verdict)
    folder = short_path(places.DEMO_HOME / "mails")
    say(f"{len(mails)} mails to open in {folder}, {time.monotonic() - began:.0f} s in all")
    say(f"{pages} tracking pages to open in {short_path(places.DEMO_HOME / 'pages')}")
    say(f"{len(labels)} labels to print in {short_path(places.DEMO_HOME / 'labels')}")
    say(f"Pictures of every mail and page, light and dark: {_pictures()}")
    say(verdict.line)
    return 0 if verdict.is_good and not day.complaints else 1


def _play(day: _Day, number: int, step: Step) -> None:
    if isinstance(step, Command):
        _command(day, number, step)
        return
    if isinstance(step, Happening):
        _happen(day, number, step)
        return
    if isinstance(step, MailSaid):
        _say_of_mails(day, number, step)
        return
    if isinstance(step, Invocation):
        who = f"  {number:>2}  {'time':<9} {step.function:<21}"
        with alive(who):
            done = _invoke(day, step)
            _come_to_rest(day)
        say(f"{who} {done:<21} {dim(step.why)}")
        return
    who = f"  {number:>2}  {step.connection:<9} {step.topic or 'ping':<21}"
    before = day.ledger
    with alive(who):
        answers = _send(day, step)
        _come_to_rest(day)
    outcome = _outcome(day, before, step)
    say(f"{who} {' '.join(map(str, answers)):<8} {outcome:<12} {dim(step.twist.words)}".rstrip())
    for answer in answers:
        if answer != step.twist.answer:
            day.complaints.append(f"step {number}: answered {answer}, not {step.twist.answer}")
    if outcome != step.outcome:
        day.complaints.append(f"step {number}: {outcome}, not {step.outcome}")


def _command(day: _Day, number: int, step: Command) -> None:
    who = f"  {number:>2}  {'clerk':<9} {step.name:<21}"
    with alive(who):
        given = day.clerk.give(step, clock(), key=step.key or f"step-{number}")
        _come_to_rest(day)
    answers = " ".join(str(answer.status) for answer in given.answers)
    about = f"{step.order.partition(':')[2]:<10} {dim(step.why)}".rstrip()
    say(f"{who} {answers:<8} {given.came_of_it:<38} {about}")
    day.complaints += [f"step {number}: {complaint}" for complaint in given.complaints]


def _happen(day: _Day, number: int, step: Happening) -> None:
    """Let something happen at a simulated channel, and the hub hear of it."""
    channel = day.channels[step.channel]
    who = f"  {number:>2}  {step.channel:<9} {step.action:<21}"
    with alive(who):
        time.sleep(step.later)
        if step.action == "fail":
            channel.fail(**step.details)
        elif step.action == "place":
            channel.place(step.order, **step.details)
        else:
            document = document_of(channel, step.order)
            channel.act(str(document.get("id", step.order)), step.action, **step.details)
        words = _hear_of(day, step) if step.about else {}
    axes = ("channel_status", "fulfillment", "request")
    shown = " · ".join(words[axis] for axis in axes if words.get(axis))
    shown = shown or step.details.get("fault", "no order")
    say(f"{who} {shown:<47} {step.about.partition(':')[2]:<10} {dim(step.why)}".rstrip())
    day.complaints += _differences(number, step.then, words)


def _say_of_mails(day: _Day, number: int, step: MailSaid) -> None:
    """Let the mail service say something of an order's mails."""
    who = f"  {number:>2}  {'ses':<9} {step.said:<21}"
    with alive(who):
        ids = {effect.proof for record, effect in day.ledger.mails() if record.order_id == step.order}
        mails = [mail for mail in read_mails(str(day.stack.clients.endpoint)) if mail.id in ids]
        said = play(day.stack, events_of(day.ledger, mails, step.said, digest_of(day.stack)))
        _come_to_rest(day)
    order = next((order for order in day.ledger.orders if order.id == step.order), None)
    words = dict(_words_of(order)) if order else {}
    say(f"{who} {' '.join(said) or 'no mail':<47} {step.order.partition(':')[2]:<10} {dim(step.why)}")
    day.complaints += _differences(number, step.then, words)


def _differences(number: int, then: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    return [
        f"step {number}: {axis} is {words.get(axis, 'nothing')}, not {word}"
        for axis, word in then.items()
        if words.get(axis) != word
    ]


def _hear_of(day: _Day, step: Happening) -> dict[str, str]:
    """Let the hub hear of what happened; return the words that our order wears then.

    The hub's own schedule may be asking at the same moment: then its question was the one that counts, or the
    next one is.
    """
    words: dict[str, str] = {}
    for _ in range(_POLLS if step.polls else 1):
        if step.polls:
            _invoke(day, Invocation("poll_channels", _POLL_AHEAD, ""))
        _come_to_rest(day)
        order = next((order for order in day.ledger.orders if order.id == step.about), None)
        words = dict(_words_of(order)) if order else {}
        if all(words.get(axis) == word for axis, word in step.then.items()):
            break
    return words


def _words_of(order: Order) -> Iterator[tuple[str, str]]:
    yield "status", order.status.value
    yield "attention", " ".join(sorted({entry.code for entry in order.attention}))
    yield "channel_status", derive.channel_status(order).value
    yield "fulfillment", derive.fulfillment(order).value
    yield "payment", derive.payment(order).value
    yield "refund", derive.refund(order).value
    yield "request", "cancellation requested" if order.cancellation_requested else ""


def _send(day: _Day, step: Webhook) -> list[int]:
    """Send each copy of a step, all at the same time, and return the answers."""
    body, headers = request_of(step, day.samples, clock())
    url = url_of(day.stack.api_url, connection_of(step).kind, step.connection)
    with ThreadPoolExecutor(step.twist.copies) as senders:
        sent = [senders.submit(post, url, body, headers) for _ in range(step.twist.copies)]
        answers = [one.result().status for one in sent]
    if step.twist.is_event:
        day.accepted += answers.count(step.twist.answer)
    return answers


def _invoke(day: _Day, step: Invocation) -> str:
    """Invoke a function with the step's time and return what it did, in its own words."""
    moment = datetime.now(UTC) + timedelta(seconds=step.seconds_ahead)
    answer = invoke(day.stack, step.function, event_of(moment.isoformat(), None, moment))
    if answer.failed:
        day.complaints.append(f"{step.function} failed: {answer.text}")
        return "failed"
    done: dict[str, int] = json.loads(answer.text)
    return ", ".join(f"{name} {count}" for name, count in done.items() if count) or "nothing to do"


def _come_to_rest(day: _Day) -> None:
    """Wait until every accepted webhook has left its trace, the queues are empty and nothing is owed.

    Looked at twice, with the queues in between: what was taken from a queue after the first look
    shows in the second. The ledger is read whole, so only now and then while there is work in the queues.
    """
    deadline = time.monotonic() + _PATIENCE
    looks = 0
    while time.monotonic() < deadline:
        quiet = all(channel.is_quiet for channel in day.channels.values()) and not _waiting(day.stack)
        looks += 1
        if quiet or looks % _LEDGER_EVERY == 0:
            before = day.ledger
            day.ledger = read_ledger(day.stack)
            day.words |= seen_in(day.ledger)
            settled = day.ledger.received >= day.events and day.ledger.is_settled
            if quiet and settled and before == day.ledger and not _waiting(day.stack):
                return
        time.sleep(_LOOK_EVERY)


def _waiting(stack: Stack) -> int:
    """How many messages are in the queues, in flight included."""
    waiting = 0
    for queue in _QUEUES:
        attributes = stack.clients.sqs.get_queue_attributes(
            QueueUrl=stack.physical(queue),
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        waiting += sum(int(count) for count in attributes.values())
    return waiting


def _outcome(day: _Day, before: Ledger, step: Webhook) -> str:
    """Return what became of a step, and remember what its inputs were."""
    if not step.twist.is_event:
        return step.outcome if day.ledger.received == before.received else "stored"
    known = {key_of(record) for record in before.records}
    new = [
        record for record in day.ledger.records if key_of(record) not in known and record.source == "webhook"
    ]
    for record in new:
        day.names[key_of(record)] = f"{step.connection:<9} {step.topic}"
        if record.outcome is Outcome.PARKED:
            day.waited.add(key_of(record))
    if new:
        return new[0].outcome.value
    return "ignored" if day.ledger.received > before.received else "lost"


def _show_orders(day: _Day) -> None:
    for order in day.ledger.orders:
        number = day.ledger.numbers.get(order.id, order.id)
        say(f"\n{bold(number)}  {order.connection}  {order_title(order)}")
        for line in order_lines(day.ledger, order.id, day.names, day.waited):
            say(f"  {line}")


def _show_words(day: _Day) -> None:
    say(f"\n{bold('The words of other products')}")
    for line in word_lines(day.words):
        say(f"  {line}")


def _pictures() -> str:
    """Return where pictures lie, or how they are taken: that needs a Chromium, which the demo does not."""
    index = PICTURES / "index.html"
    return short_path(index) if index.exists() else "make pictures"


def _show_verdict(day: _Day, verdict: Verdict) -> None:
    say()
    for complaint in [*day.complaints, *verdict.complaints]:
        say(f"not as expected: {complaint}")
