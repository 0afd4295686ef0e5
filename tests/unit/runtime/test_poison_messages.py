"""A message that fails for ever takes nothing with it into the dead letters."""

from __future__ import annotations

import pytest

from functions.send_mail import GATHERS
from shared.connections.model import Settings
from shared.runtime.events import HOLDS_UP, Record, process_batch
from tests.support.queues import Message, Queue
from tests.support.template import load_template

BATCH = 10
RECEIVES = 5


def record(message: Message) -> Record:
    """Return a message as Lambda hands it out (Lambda Developer Guide, SQS FIFO message event)."""
    return {
        "eventSource": "aws:sqs",
        "messageId": message.id,
        "body": message.body,
        "attributes": {"MessageGroupId": message.group, "ApproximateReceiveCount": str(message.receives)},
    }


class Consumer:
    """A function behind a FIFO queue, fed as Lambda feeds it: in batches, of which the failed come again."""

    def __init__(self, *bodies: str, holds_up: int | None = HOLDS_UP) -> None:
        self.holds_up = holds_up
        self.queue = Queue(fifo=True, max_receives=RECEIVES)
        self.now = 0.0
        self.processed: list[str] = []
        for number, body in enumerate(bodies):
            self.queue.send(body, self.now, group="order", once=str(number))

    def run(self) -> None:
        """Take one batch, and wait until what failed comes again."""
        messages = self.queue.receive(self.now, BATCH)
        answer = process_batch(
            [record(each) for each in messages],
            self._process,
            on_failure=lambda _error: None,
            holds_up=self.holds_up,
        )
        failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
        for message in messages:
            if message.id not in failed:
                self.queue.delete(message)
        self.now += self.queue.visibility + 1

    def _process(self, given: Record) -> None:
        self.processed.append(given["body"])
        if given["body"].startswith("poison"):
            raise ValueError

    def run_until_empty(self) -> None:
        """Take batch after batch; nothing is left in the end."""
        for _ in range(50):
            if not self.queue.messages:
                return
            self.run()
        raise AssertionError("it has no end")

    @property
    def dead(self) -> list[str]:
        return [message.body for message in self.queue.dead]


def test_f28_what_stands_behind_a_poison_message_never_becomes_a_dead_letter_with_it() -> None:
    consumer = Consumer("poison", "sound-1", "sound-2")
    consumer.run_until_empty()
    assert consumer.dead == ["poison"]
    assert [body for body in consumer.processed if body != "poison"] == ["sound-1", "sound-2"]
    assert consumer.processed.count("poison") == RECEIVES


def test_f28_without_an_end_to_waiting_the_sound_ones_would_die_unprocessed() -> None:
    consumer = Consumer("poison", "sound-1", "sound-2", holds_up=None)
    consumer.run_until_empty()
    assert consumer.dead == ["poison", "sound-1", "sound-2"]
    assert set(consumer.processed) == {"poison"}


def test_f28_several_poison_messages_die_alone() -> None:
    consumer = Consumer("poison-1", "sound-1", "poison-2", "sound-2", *(f"late-{n}" for n in range(12)))
    consumer.run_until_empty()
    assert sorted(consumer.dead) == ["poison-1", "poison-2"]
    sound = [body for body in consumer.processed if not body.startswith("poison")]
    assert sound == ["sound-1", "sound-2", *(f"late-{n}" for n in range(12))]


def test_f28_each_message_behind_a_failing_one_has_tries_of_its_own() -> None:
    consumer = Consumer("poison-1", "poison-2")
    consumer.run_until_empty()
    assert consumer.processed.count("poison-2") == RECEIVES - HOLDS_UP


def test_what_fails_for_a_moment_is_still_done_in_its_order() -> None:
    consumer = Consumer("poison", "sound-1")
    for _ in range(HOLDS_UP):
        consumer.run()
    consumer.queue.messages[0].body = "mended"
    consumer.run_until_empty()
    assert consumer.processed[HOLDS_UP:] == ["mended", "sound-1"]


@pytest.mark.parametrize(
    ("queue", "waited"), [("InboxQueue", HOLDS_UP), ("StockQueue", HOLDS_UP), ("MailQueue", GATHERS)]
)
def test_f28_the_template_gives_more_receives_than_are_waited_through(queue: str, waited: int) -> None:
    receives = load_template()["Resources"][queue]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    assert receives == RECEIVES
    assert waited < receives


def test_no_later_mail_passes_one_by_that_is_still_gathering() -> None:
    longest = max(
        entry.le for entry in Settings.model_fields["gather_seconds"].metadata if hasattr(entry, "le")
    )
    mails = load_template()["Resources"]["MailQueue"]["Properties"]
    assert longest <= GATHERS * mails["VisibilityTimeout"]
