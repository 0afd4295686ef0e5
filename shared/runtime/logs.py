"""Logs and metrics: ids and codes only, never an event, never a value from a document."""

from __future__ import annotations

import json
from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from shared.runtime.settings import optional_setting

NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
"""The setting that keeps the metrics of one stack from those of another in the same account."""

# As Powertools' own writes, which makes an encoder for each line.
_write = json.JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False).encode


@cache
def logger() -> Logger:
    """Return the one logger; its service name comes from the template."""
    return Logger(
        log_record_order=["level", "message"],
        use_rfc3339=True,
        utc=True,
        json_serializer=_write,
        json_deserializer=str,  # a message is a code: to try to read it as JSON fails each time
    )


@cache
def metrics() -> Metrics:
    """Return the one metrics collector; its namespace and service name come from the template."""
    return Metrics(namespace=optional_setting(NAMESPACE) or "orderhub")


def count(name: str, value: int = 1) -> None:
    """Count something that happened. What did not is not sent: CloudWatch charges for each metric."""
    if value:
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)


def log_failure(error: Exception) -> None:
    """Log that something failed: its kind, and the place, not its text, which may hold data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
    logger().error("failed", error=type(error).__name__, where=where)
