"""Invoke a function directly: time that passes is an argument, nobody waits for a schedule."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.deploy import Stack
from local.errors import LocalError
from local.moments import moment_of

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned, as text; ``failed`` where it raised."""

    text: str
    failed: bool


def event_of(time: str | None, document: bytes | None, now: datetime) -> Any:
    """Return the event to send: ``document`` as it is, else what a schedule sends. Raises LocalError."""
    if document is not None:
        try:
            return json.loads(document)
        except ValueError:
            raise LocalError("The event is not JSON.") from None
    return {"time": moment_of(time, now).isoformat()}


def invoke(stack: Stack, function: str, event: Any) -> Answer:
    """Invoke ``function`` and wait for its end. Raises LocalError.

    It is named by its module (``run_deadlines``) or its logical id (``RunDeadlinesFunction``).
    """
    logical_id = function if function in stack.resources else f"{_camel(function)}Function"
    if logical_id not in stack.resources:
        there = sorted(_snake(name.removesuffix("Function")) for name in _functions(stack))
        raise LocalError(f"There is no function {function}. There are {', '.join(there)}.")
    answer = stack.clients.functions.invoke(
        FunctionName=stack.physical(logical_id), Payload=json.dumps(event).encode()
    )
    return Answer(answer["Payload"].read().decode(), "FunctionError" in answer)


def wake_all(stack: Stack) -> int:
    """Let every function start a worker, all at the same time; return how many there are.

    To be called before there are connections: the functions of schedules find nothing to do then, and all
    others refuse an event without records.
    """
    functions = _functions(stack)
    with ThreadPoolExecutor(_AT_ONCE) as hands:
        list(hands.map(lambda name: invoke(stack, name, {}), functions))
    return len(functions)


def _functions(stack: Stack) -> list[str]:
    return [name for name in stack.resources if name.endswith("Function")]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
