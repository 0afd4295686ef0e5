"""The clerk's commands are ones that the API takes, and each answer is held against the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.api_calls import Answer, Api
from local.clerk import CLERK_STEPS
from local.clerk_at_work import Clerk, differences
from local.steps import Command, Seen
from shared.api.bodies.commands import COMMANDS
from shared.api.bodies.orders import CreateOrderBody
from shared.api.problems import PROBLEMS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMANDS_GIVEN = [step for step in CLERK_STEPS if isinstance(step, Command)]
SHIP = Command(order="shop-two:1", name="ship", then={"status": "shipped"})
SHIPPED: dict[str, Any] = {
    "outcome": "applied",
    "reason": "",
    "version": 2,
    "notes": [],
    "effects": ["mail/shipped/1"],
    "order": {"status": "shipped", "channel_status": "shipped", "fulfillment": "fulfilled"},
}


class FakeApi(Api):
    """Answers from a list, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__("", "")
        object.__setattr__(self, "answers", list(answers))
        object.__setattr__(self, "asked", [])

    answers: list[Answer]
    asked: list[tuple[str, Mapping[str, Any], str, int | None]]

    def version_of(self, order_id: str) -> int:
        return 7

    def create_order(self, body: Mapping[str, Any], *, key: str) -> Answer:
        self.asked.append(("create_order", body, key, None))
        return self.answers.pop(0)

    def command(
        self, order_id: str, name: str, body: Mapping[str, Any], *, key: str, seen: int | None
    ) -> Answer:
        self.asked.append((name, body, key, seen))
        return self.answers.pop(0)


@pytest.mark.parametrize("command", COMMANDS_GIVEN, ids=lambda command: command.name)
def test_every_command_has_a_body_that_the_api_takes(command: Command) -> None:
    if command.name == "create_order":
        body = {**command.body, "seen": {**command.body["seen"], "placed_at": NOW.isoformat()}}
        CreateOrderBody.model_validate(body, context={"now": NOW})
    else:
        COMMANDS[command.name].model_validate(command.body, context={"now": NOW})


@pytest.mark.parametrize("command", COMMANDS_GIVEN, ids=lambda command: command.name)
def test_what_must_fail_has_a_code_of_the_api_and_what_must_not_has_none(command: Command) -> None:
    assert command.answer == (PROBLEMS[command.code].status if command.code else command.answer)
    assert bool(command.code) is (command.answer >= 400) is not bool(command.then)


def test_an_answer_as_expected_has_no_complaint() -> None:
    given = Clerk(FakeApi(Answer(200, SHIPPED))).give(SHIP, NOW, key="a")
    assert (given.complaints, given.came_of_it) == ([], "shipped · fulfilled")


@pytest.mark.parametrize(
    ("command", "answer", "complaint"),
    [
        (SHIP, Answer(409, {"code": "nothing_open"}), "answered 409, not 200"),
        (SHIP, Answer(200, {**SHIPPED, "code": "busy"}), "busy, not done"),
        (SHIP, Answer(200, {**SHIPPED, "order": {"status": "closed"}}), "status is closed, not shipped"),
        (SHIP, Answer(200, {**SHIPPED, "outcome": "ignored"}), "the outcome is ignored, not applied"),
        (replace(SHIP, answer=409, code="x", then={}), Answer(409, {"code": "y"}), "y, not x"),
        (
            replace(SHIP, answer=409, code="x", then={}, offers=("cancel",)),
            Answer(409, {"code": "x", "allowed": ["refuse"]}),
            "cancel is not offered instead",
        ),
        (
            replace(SHIP, answer=409, code="x", then={}),
            Answer(409, {"code": "x", "allowed": ["ship"]}),
            "ship is refused and offered",
        ),
    ],
)
def test_another_answer_is_a_complaint(command: Command, answer: Answer, complaint: str) -> None:
    assert complaint in differences(command, answer)


def test_a_key_that_came_before_must_bring_the_first_answer_and_counts_once() -> None:
    other = {**SHIPPED, "version": 3}
    clerk = Clerk(FakeApi(Answer(200, SHIPPED), Answer(200, SHIPPED), Answer(200, other)))
    assert clerk.give(SHIP, NOW, key="a").complaints == []
    assert clerk.give(SHIP, NOW, key="a").complaints == []
    assert clerk.give(SHIP, NOW, key="a").complaints == ["the same key brings another answer: version"]
    assert clerk.commanded == 1


def test_copies_are_sent_under_one_key_and_count_once() -> None:
    api = FakeApi(Answer(200, SHIPPED), Answer(200, {**SHIPPED, "effects": []}))
    clerk = Clerk(api)
    given = clerk.give(replace(SHIP, copies=2), NOW, key="a")
    assert [key for _, _, key, _ in api.asked] == ["a", "a"]
    assert "the same key brings another answer: effects" in given.complaints
    assert clerk.commanded == 1


def test_what_was_asked_wrongly_is_not_in_the_history() -> None:
    stale = replace(SHIP, answer=412, code="version_conflict", then={}, seen=Seen.OUTDATED)
    api = FakeApi(Answer(412, {"code": "version_conflict"}))
    clerk = Clerk(api)
    assert clerk.give(stale, NOW, key="a").complaints == []
    assert (api.asked, clerk.commanded) == ([("ship", {}, "a", 6)], 0)


def test_the_version_on_the_screen_is_named_where_the_step_says_so() -> None:
    api = FakeApi(Answer(200, SHIPPED), Answer(200, SHIPPED))
    clerk = Clerk(api)
    clerk.give(replace(SHIP, seen=Seen.LATEST), NOW, key="a")
    clerk.give(SHIP, NOW, key="b")
    assert [seen for _, _, _, seen in api.asked] == [7, None]


def test_an_order_is_entered_after_it_was_placed() -> None:
    enter = Command(order="shop-two:1", name="create_order", body={"seen": {"number": "M-1"}}, answer=201)
    api = FakeApi(Answer(201, SHIPPED))
    assert Clerk(api).give(enter, NOW, key="a").complaints == []
    assert api.asked[0][1]["seen"] == {"number": "M-1", "placed_at": "2026-03-01T11:00:00+00:00"}
