"""The queue of questions: each belongs to its connection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.channels.simulator import Clock
from shared.storage.questions import ASKED_AGAIN, KeyQuestions, QuestionQueue


def test_f61_each_question_is_in_its_connections_group_so_that_the_others_may_pass(
    session: boto3.Session, environment: dict[str, str]
) -> None:
    sqs, url = session.client("sqs"), environment["QUESTION_QUEUE_URL"]
    questions = QuestionQueue(sqs, url)
    for number in range(3):
        questions.ask_order("hot", f"A-{number}")
    questions.put({"connection": "quiet", "order_id": "", "sweep": False})

    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
    )
    groups = [
        (message["Attributes"]["MessageGroupId"], json.loads(message["Body"])["connection"])
        for message in answer["Messages"]
    ]
    assert sorted(groups) == [("hot", "hot")] * 3 + [("quiet", "quiet")]


class Queue(QuestionQueue):
    """Remembers what is asked, or fails."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.is_down = False

    def put(self, question: dict[str, Any]) -> None:
        if self.is_down:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendMessage")
        self.asked.append(question)


def test_however_many_keys_forged_webhooks_name_one_is_asked_for_at_a_time() -> None:
    clock, queue = Clock(datetime(2026, 3, 10, tzinfo=UTC)), Queue()
    keys = KeyQuestions(queue, clock)
    for number in range(20):
        keys.ask("my-ebay", f"key-{number}")
        keys.ask("other", f"key-{number}")
        clock.at += ASKED_AGAIN / 10
    assert queue.asked == [
        {"connection": connection, "key": key}
        for key in ("key-0", "key-10")
        for connection in ("my-ebay", "other")
    ]


def test_a_key_that_could_not_be_asked_for_is_asked_for_when_it_is_named_again() -> None:
    clock, queue = Clock(datetime(2026, 3, 10, tzinfo=UTC)), Queue()
    keys = KeyQuestions(queue, clock)
    queue.is_down = True
    keys.ask("my-ebay", "key-1")
    queue.is_down = False
    keys.ask("my-ebay", "key-1")
    assert queue.asked == [{"connection": "my-ebay", "key": "key-1"}]
