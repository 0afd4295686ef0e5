"""The workers of the inbox: how many the template lets run, and how long one takes.

How long is assumed from what AWS says of its services; nothing here was measured in an account.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.template import of_type, translate_template, value_of

# Seconds, from and to. A worker that waits for a message has it at once, by SQS's long polling.
HAND_OVER = (0.010, 0.030)  # assumed: what a received message takes to a warm function
DYNAMODB = (
    0.002,
    0.022,
)  # "single-digit millisecond latency", DynamoDB developer guide; a transaction takes two
CPU = 0.006  # of one input with 512 MB, a third of a processor: docs/performance.md counts two calls
ARCHIVE = (
    0.100,
    0.200,
)  # "small object latencies of roughly 100-200 milliseconds", S3 performance guidelines


@dataclass(frozen=True, slots=True)
class Source:
    """The event source of the inbox, as the template has it."""

    batch_size: int
    concurrency: int
    visibility: float
    max_receives: int


def the_templates(concurrency: int = 0) -> Source:
    template = translate_template()
    mappings = of_type(template, "AWS::Lambda::EventSourceMapping")
    mapping = mappings["ApplyInboxFunctionInbox"]
    queue = of_type(template, "AWS::SQS::Queue")["InboxQueue"]
    return Source(
        batch_size=mapping["BatchSize"],
        concurrency=concurrency or value_of(mapping["ScalingConfig"]["MaximumConcurrency"]),
        visibility=queue["VisibilityTimeout"],
        max_receives=queue["RedrivePolicy"]["maxReceiveCount"],
    )
