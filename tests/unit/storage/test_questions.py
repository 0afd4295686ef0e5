"""The queue of questions: each belongs to its connection."""

from __future__ import annotations

import json

import boto3

from shared.storage.questions import QuestionQueue


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
