"""Functions that pass a webhook on to a mail and do nothing else: what the hops alone take.

Each writes one line, as every function of the hub does: the local AWS waits 50 ms for the line of one that
writes none, and its stream and its queues wait with it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import boto3

_sqs, _dynamodb, _ses = boto3.client("sqs"), boto3.client("dynamodb"), boto3.client("sesv2")


def receive(event: Any, context: Any) -> dict[str, int]:
    """Queue a request's body."""
    sys.stdout.write("received\n")
    _pass_on("INBOX", event["body"], context.aws_request_id)
    return {"statusCode": 202}


def apply(event: Any, _context: Any) -> None:
    """Store each body."""
    sys.stdout.write("applied\n")
    for record in event["Records"]:
        item: Any = {"pk": {"S": record["messageId"]}, "body": {"S": record["body"]}}
        _dynamodb.put_item(TableName="bare", Item=item)


def relay(event: Any, _context: Any) -> None:
    """Queue the key of what was stored."""
    sys.stdout.write("relayed\n")
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        _pass_on("MAILS", key, key)


def mail(event: Any, _context: Any) -> None:
    """Send a mail for each."""
    sys.stdout.write("mailed\n")
    for record in event["Records"]:
        _ses.send_email(
            FromEmailAddress=os.environ["SENDER"],
            Destination={"ToAddresses": ["buyer@example.com"]},
            Content={"Simple": {"Subject": {"Data": "bare"}, "Body": {"Text": {"Data": record["body"]}}}},
        )


def _pass_on(queue: str, body: str, group: str) -> None:
    _sqs.send_message(
        QueueUrl=os.environ[queue], MessageBody=body, MessageGroupId=group, MessageDeduplicationId=group
    )
