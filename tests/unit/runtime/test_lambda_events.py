"""What Lambda hands in: the function's own events are read, anything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.runtime.events import (
    ComeAgainError,
    Record,
    UnexpectedEventError,
    process_batch,
    records_of,
    time_of,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SQS = "aws:sqs"


def message(message_id: str, group: str = "", body: str = "") -> dict[str, Any]:
    attributes = {"MessageGroupId": group} if group else {}
    return {"eventSource": SQS, "messageId": message_id, "attributes": attributes, "body": body}


def now() -> datetime:
    return NOW


# --- batches


def test_the_records_of_the_functions_own_queue_are_its_own() -> None:
    records = [message("1"), message("2")]
    assert records_of({"Records": records}, SQS) == records


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Records": []},
        {"Records": None},
        {"Records": {}},
        {"Records": "records"},
        {"Records": [None]},
        {"Records": ["record"]},
        {"Records": [{}]},
        {"Records": [{"eventSource": "aws:dynamodb"}]},
        {"Records": [{"EventSource": "aws:sns"}]},
        {"Records": [message("1"), {"eventSource": "aws:dynamodb"}]},
        {"requestContext": {"http": {}}},
        {"source": "aws.events", "time": "2026-11-01T12:00:00Z"},
        [],
        [message("1")],
        None,
        "event",
        5,
    ],
)
def test_b68_any_other_event_is_refused(event: Any) -> None:
    with pytest.raises(UnexpectedEventError, match=r"^unexpected_event$"):
        records_of(event, SQS)


def test_b68_the_refusal_holds_nothing_of_the_event() -> None:
    with pytest.raises(UnexpectedEventError) as caught:
        records_of({"Records": [{"body": "buyer@example.com"}]}, SQS)
    assert caught.value.args == ("unexpected_event",)


class Worker:
    """Fails at some messages; remembers which it has seen, and why it failed."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.seen: list[str] = []
        self.failures: list[str] = []

    def __call__(self, record: Record) -> None:
        self.seen.append(record["messageId"])
        if record["messageId"] in self.failing:
            raise ValueError(record["messageId"])

    def run(self, *records: Record) -> list[str]:
        """Return the messages that have to come again."""
        answer = process_batch(records, self, on_failure=lambda error: self.failures.append(str(error)))
        assert set(answer) == {"batchItemFailures"}
        return [entry["itemIdentifier"] for entry in answer["batchItemFailures"]]


def test_a_batch_without_failure_is_done() -> None:
    worker = Worker()
    assert worker.run(message("1"), message("2")) == []
    assert worker.seen == ["1", "2"]


def test_b67_one_bad_record_comes_again_alone() -> None:
    worker = Worker("3")
    assert worker.run(*(message(str(number)) for number in range(10))) == ["3"]
    assert worker.seen == [str(number) for number in range(10)]
    assert worker.failures == ["3"]


def test_b67_a_batch_of_which_all_fail_comes_again_whole_and_raises_nothing() -> None:
    assert Worker("1", "2").run(message("1"), message("2")) == ["1", "2"]
    assert Worker("1").run(message("1")) == ["1"]


def test_the_rest_of_a_group_waits_behind_its_failure_and_other_groups_go_on() -> None:
    worker = Worker("a2", "b1")
    batch = [message(name, name[0]) for name in ("a1", "b1", "a2", "c1", "a3", "b2", "c2", "a4")]
    assert worker.run(*batch) == ["b1", "a2", "a3", "b2", "a4"]
    assert worker.seen == ["a1", "b1", "a2", "c1", "c2"]
    assert worker.failures == ["b1", "a2"]


def test_messages_without_a_group_do_not_wait_for_each_other() -> None:
    assert Worker("1").run(message("1"), message("2"), {"eventSource": SQS, "messageId": "3"}) == ["1"]


def test_a_process_that_has_to_stop_is_not_held_up() -> None:
    def stop(record: Record) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        process_batch([message("1")], stop, on_failure=lambda _: None)


# --- schedules


@pytest.mark.parametrize(
    "text", ["2026-11-01T12:00:00Z", "2026-11-01T13:00:00+01:00", "2026-11-01T12:00:00.000000+00:00"]
)
def test_a_scheduled_event_says_its_time(text: str) -> None:
    read = time_of({"time": text, "source": "aws.events"}, lambda: datetime.max)  # noqa: DTZ901
    assert read == NOW
    assert read.tzinfo is UTC


@pytest.mark.parametrize("event", [{}, {"time": None}, {"source": "aws.events"}])
def test_without_a_time_it_is_now(event: Any) -> None:
    assert time_of(event, now) == NOW


@pytest.mark.parametrize(
    "event",
    [
        {"time": ""},
        {"time": "soon"},
        {"time": "2026-11-01T12:00:00"},
        {"time": "0001-01-01T00:00:00+10:00"},
        {"time": "9999-12-31T23:59:59-10:00"},
        {"time": 1_793_534_400},
        {"time": []},
        {"time": True},
        [],
        None,
        "2026-11-01T12:00:00Z",
    ],
)
def test_b68_a_time_that_is_none_is_refused(event: Any) -> None:
    with pytest.raises(UnexpectedEventError, match=r"^unexpected_event$"):
        time_of(event, now)


def test_what_stands_behind_a_message_that_waits_waits_as_long() -> None:
    waited: list[tuple[str, int]] = []

    def process(record: Record) -> None:
        if record["messageId"] == "1":
            raise ComeAgainError(7)

    records = [message("1", "a"), message("2", "b"), message("3", "a")]
    failures: list[Exception] = []
    answer = process_batch(
        records,
        process,
        on_failure=failures.append,
        postpone=lambda record, seconds: waited.append((record["messageId"], seconds)),
    )
    assert [entry["itemIdentifier"] for entry in answer["batchItemFailures"]] == ["1", "3"]
    assert waited == [("1", 7), ("3", 7)]
    assert failures == []


def test_what_stands_behind_a_failure_waits_for_the_queue() -> None:
    waited: list[str] = []

    def process(record: Record) -> None:
        raise ValueError(record["messageId"])

    process_batch(
        [message("1", "a"), message("3", "a")],
        process,
        on_failure=lambda _error: None,
        postpone=lambda record, _seconds: waited.append(record["messageId"]),
    )
    assert waited == []
