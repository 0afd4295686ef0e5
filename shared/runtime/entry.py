"""What every Lambda function does around its own work: prepare, refuse foreign events, log, count."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from shared.runtime.events import UnexpectedEventError
from shared.runtime.logs import count, log_failure, logger, metrics

Answer = TypeVar("Answer")


def prepare(part: Callable[[], object]) -> None:
    """Make a function's part while Lambda initialises, when it lends a full CPU; elsewhere on first use."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        part()


def entry_point(handle: Callable[[Any], Answer]) -> Callable[[Any, Any], Answer]:
    """Make a Lambda handler of a function of the event."""

    @wraps(handle)
    def handler(event: Any, _context: Any) -> Answer:
        if not gc.isenabled():  # off since shared/__init__.py
            gc.freeze()
            gc.enable()
        try:
            return handle(event)
        except UnexpectedEventError:
            count("UnexpectedEvent")
            logger().error("unexpected_event")
            raise
        except Exception as error:
            count("Failed")
            log_failure(error)
            raise
        finally:
            collected = metrics()
            if collected.metric_set:
                collected.flush_metrics()

    return handler
