"""Gives the clerk's commands to the API and compares each answer with what must come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.api_calls import Answer, Api
from local.steps import Command

_ENTERED_AFTER = timedelta(hours=1)  # an order is entered an hour after it was placed
_SAME = ("outcome", "reason", "version", "notes", "effects")  # what an answer that comes again must repeat


@dataclass(frozen=True, slots=True)
class Given:
    """What the API answered to a command, and in what that is not as expected."""

    answers: Sequence[Answer]
    complaints: Sequence[str]

    @property
    def came_of_it(self) -> str:
        """The code of a problem, else where the order stands."""
        document = self.answers[0].document
        if "code" in document:
            return str(document["code"])
        order = document.get("order", {})
        return " · ".join(str(order[axis]) for axis in ("channel_status", "fulfillment") if axis in order)


@dataclass
class Clerk:
    """One who gives commands, and remembers what was answered to which key."""

    api: Api
    _first: dict[tuple[str, str], Answer] = field(default_factory=dict)

    @property
    def commanded(self) -> int:
        """How many commands must be in the history: each once, however often it was sent."""
        return len(self._first)

    def give(self, command: Command, now: datetime, *, key: str) -> Given:
        """Give ``command``, each copy at the same time and under the same ``key``."""
        body = _placed(command.body, now) if command.name == "create_order" else command.body
        seen = None
        if command.seen.value is not None:
            seen = self.api.version_of(command.order) + command.seen.value

        def send(_: int) -> Answer:
            if command.name == "create_order":
                return self.api.create_order(body, key=key)
            return self.api.command(command.order, command.name, body, key=key, seen=seen)

        with ThreadPoolExecutor(command.copies) as hands:
            answers = list(hands.map(send, range(command.copies)))
        complaints = [complaint for answer in answers for complaint in differences(command, answer)]
        if command.is_stored:
            first = self._first.setdefault((command.order, key), answers[0])
            complaints += [
                f"the same key brings another answer: {name}"
                for answer in answers
                for name in _SAME
                if answer.document.get(name) != first.document.get(name)
            ]
        return Given(answers, complaints)


def differences(command: Command, answer: Answer) -> list[str]:
    """Return in what ``answer`` is not what must come of ``command``."""
    found = []
    if answer.status != command.answer:
        found.append(f"answered {answer.status}, not {command.answer}")
    if (code := answer.document.get("code", "")) != command.code:
        found.append(f"{code or 'no problem'}, not {command.code or 'done'}")
    order = answer.document.get("order", {})
    for axis, word in command.then.items():
        if order.get(axis) != word:
            found.append(f"{axis} is {order.get(axis)}, not {word}")
    allowed = answer.document.get("allowed", [])
    found += [f"{name} is not offered instead" for name in command.offers if name not in allowed]
    if command.answer == 409 and command.name in allowed and command.name not in command.offers:
        found.append(f"{command.name} is refused and offered")
    if command.answer < 300 and answer.document.get("outcome") != "applied":
        found.append(f"the outcome is {answer.document.get('outcome')}, not applied")
    return found


def _placed(body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {**body, "seen": {**body["seen"], "placed_at": (now - _ENTERED_AFTER).isoformat()}}
