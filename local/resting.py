"""When a step of the scripted day is over: nothing is on its way, waiting or owed any more."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping

from local.channels.server import ServedChannel
from local.deploy import Stack
from local.ledger import Ledger, read_ledger

# Seconds for one step to come to rest: a tenth, and many where functions are cold and the machine is busy.
_PATIENCE = 150.0
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.3  # seconds between two looks, doubled from one to the next
_LEDGER_EVERY = 3  # looks
_TIMEOUT = 60.0
_QUEUES = ("InboxQueue", "MailQueue", "CallQueue", "BookingQueue", "StockQueue", "QuestionQueue")


def come_to_rest(
    stack: Stack,
    channels: Mapping[str, ServedChannel],
    events: Callable[[], int],
    see: Callable[[Ledger], None],
) -> None:
    """Wait until all accepted ``events`` have left their traces, the queues are empty and nothing is owed.

    The queues are looked at before and after the ledger: what was taken from a queue meanwhile shows in one
    of the looks. ``see`` gets every look at the ledger, the last one as well. It is read whole, so only now
    and then while there is work in the queues.
    """
    deadline = time.monotonic() + _PATIENCE
    pause, looks = _FIRST_LOOK, 0
    while time.monotonic() < deadline:
        quiet = _is_quiet(stack, channels)
        looks += 1
        if quiet or looks % _LEDGER_EVERY == 0:
            ledger = read_ledger(stack)
            see(ledger)
            settled = ledger.received >= events() and ledger.is_settled
            if quiet and settled and _is_quiet(stack, channels):
                return
        time.sleep(pause)
        pause = min(pause * 2, _LAST_LOOK)


def _is_quiet(stack: Stack, channels: Mapping[str, ServedChannel]) -> bool:
    return all(channel.is_quiet for channel in channels.values()) and not _waiting(stack)


def _waiting(stack: Stack) -> int:
    """How many messages are in the queues, in flight included: all queues in one request to the local AWS."""
    url = f"{stack.clients.endpoint}/_ministack/sqs/messages"
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310
        accounts = json.load(answer)["messages"]
    names = {stack.physical(queue).rpartition("/")[2] for queue in _QUEUES}
    return sum(
        len(messages)
        for regions in accounts.values()
        for queues in regions.values()
        for queue, messages in queues.items()
        if queue.rpartition("/")[2] in names
    )
