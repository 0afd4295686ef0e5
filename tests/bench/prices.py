"""What AWS asks for: list prices of us-east-1 in USD, without what is free each month.

From the pricing pages of Amazon API Gateway (HTTP APIs), AWS Lambda (arm64), Amazon DynamoDB (on demand),
Amazon SQS (FIFO), Amazon EventBridge (custom events), Amazon S3 (standard) and Amazon CloudWatch (logs).
"""

from __future__ import annotations

from dataclasses import dataclass

# Lambda gives 512 MB about 0.29 of a core: a call of boto3 (0.7 ms of a whole one) and its answer take 8 ms.
MILLISECONDS_PER_CALL = 10
MILLISECONDS_PER_INVOCATION = 10
GIGABYTES = 0.5
# Every hundredth invocation begins a process, which takes half a second.
MILLISECONDS_OF_STARTS = 500 / 100


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the bill. ``price`` is of a million."""

    name: str
    what: str
    price: float


TERMS = (
    Term("api", "requests to the HTTP API", 1.00),
    Term("invocations", "Lambda invocations", 0.20),
    Term("seconds", "Lambda GB-seconds", 13.3334),
    Term("table", "write units of the table", 0.625),
    Term("indexes", "write units of its indexes", 0.625),
    Term("reads", "read units", 0.125),
    Term("queues", "requests to FIFO queues", 0.50),
    Term("events", "events on the bus", 1.00),
    Term("archive", "objects put into the archive", 5.00),
    Term("logs", "kB of logs", 0.50),
)


def gigabyte_seconds(invocations: float, calls: float) -> float:
    """Return the GB-seconds of invocations that make so many calls between them."""
    each = MILLISECONDS_PER_INVOCATION + MILLISECONDS_OF_STARTS
    return (invocations * each + calls * MILLISECONDS_PER_CALL) / 1000 * GIGABYTES
