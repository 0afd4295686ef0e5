"""The API's tables are complete: every command has a body, every refusal a problem, every failure a code."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest

import shared.orders
from shared.api.bodies.commands import COMMANDS, NOT_BY_HAND
from shared.api.bodies.model import Model
from shared.api.bodies.orders import CreateOrderBody
from shared.api.problems import PROBLEMS, ApiError, base_of, problem_body
from shared.api.refusals import LEADS_TO
from shared.api.routes import FAILURES, as_problem
from shared.api.values import CODES
from shared.orders import commands as c
from shared.orders.allowed import CHECKS, ILLEGAL, command_name
from shared.orders.transitions import TRANSITIONS
from shared.usecases.run_command import VersionConflictError

ORDERS = Path(shared.orders.__path__[0])
# Fields that a body has beside its command's, and why.
BESIDE: dict[type[Model], set[str]] = {CreateOrderBody: {"connection"}}  # it becomes a part of the order's id
# Fields of facts that are for channels to say, not for people to type.
OF_CHANNELS = {
    "CustomerBody": {"account"},
    "ChangedCustomerBody": {"account"},
    "ChangeAddressBody": {"kept"},  # what the body leaves out
    "LineBody": {"canceled", "total", "requires_shipping"},
    "SeenBody": {
        *("payment_method_name", "tax_total", "discount_total", "test", "fulfilled_by_channel"),
        *("accept_by", "ship_by", "is_partial"),
    },
}


def all_models() -> list[type[Model]]:
    found: list[type[Model]] = []
    waiting = [Model]
    while waiting:
        for model in waiting.pop().__subclasses__():
            found.append(model)
            waiting.append(model)
    return found


MAKERS = [model for model in all_models() if hasattr(model, "makes")]


def refusals() -> set[str]:
    """Return every code that the domain refuses a command with, as its source spells them."""
    codes = set()
    for path in ORDERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="RefusalError"), args=[argument]):
                    codes |= texts(argument)
                case ast.Call(func=ast.Name(id="Change"), keywords=keywords):
                    said = {word.arg: word.value for word in keywords}
                    if "REFUSED" in ast.unparse(said.get("outcome", ast.Constant(None))):
                        codes |= texts(said["reason"])
    for node in ast.walk(ast.parse((ORDERS / "allowed.py").read_text())):
        if isinstance(node, ast.Return | ast.Lambda):
            value = node.value if isinstance(node, ast.Return) else node.body
            codes |= {text for text in texts(value) if re.fullmatch(r"[a-z]+(_[a-z]+)*", text)}
    return {*codes, ILLEGAL} - {""}


def texts(node: ast.AST | None) -> set[str]:
    if node is None:
        return set()
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_every_command_has_a_route_or_is_not_for_people() -> None:
    by_hand = {*(body.makes for body in COMMANDS.values()), CreateOrderBody.makes}
    assert by_hand | set(NOT_BY_HAND) == set(get_args(c.Command))
    assert by_hand & set(NOT_BY_HAND) == set()
    assert by_hand == set(CHECKS)
    assert all(command_name(body.makes) == name for name, body in COMMANDS.items())


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_a_body_has_the_fields_of_what_it_makes(model: type[Model]) -> None:
    fields = {field.name for field in dataclasses.fields(model.makes)}
    expected = fields - OF_CHANNELS.get(model.__name__, set())
    assert set(model.model_fields) - BESIDE.get(model, set()) == expected


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_a_field_may_be_left_out_exactly_where_the_command_has_a_default(model: type[Model]) -> None:
    defaults = {field.name: field.default for field in dataclasses.fields(model.makes)}
    for name, field in model.model_fields.items():
        if name not in BESIDE.get(model, set()) | {"placed_at"}:
            assert field.is_required() is (defaults[name] is dataclasses.MISSING), name
            if not field.is_required():
                assert field.default == defaults[name], name


def test_every_refusal_of_the_domain_has_a_problem() -> None:
    found = refusals()
    assert {"illegal_transition", "refund_exceeds_paid", "nothing_open", "not_found", "exists"} <= found
    assert {base_of(code) for code in found} <= set(PROBLEMS)


def test_every_failure_has_a_problem() -> None:
    for error, code in FAILURES.items():
        assert as_problem(error("3")).code == code
        assert code in PROBLEMS
    assert as_problem(VersionConflictError(3)).members == {"order_version": 3}


def test_every_code_of_a_field_has_a_problem_and_every_field_with_a_code_exists() -> None:
    assert set(CODES.values()) <= set(PROBLEMS)
    assert set(CODES) <= {name for model in all_models() for name in model.model_fields}


def test_a_problem_says_what_rfc_9457_asks_for_and_what_the_error_knows() -> None:
    body = problem_body(ApiError("unknown_field:colour", errors=[1]), "request-1")
    assert body == {
        "type": "urn:orderhub:problem:unknown_field",
        "title": "There is no such field or parameter.",
        "status": 422,
        "code": "unknown_field:colour",
        "detail": "There is no such field or parameter.",
        "request_id": "request-1",
        "errors": [1],
    }


def test_problems_are_for_callers_and_say_how_it_went() -> None:
    assert {problem.status for problem in PROBLEMS.values()} == {
        400,
        401,
        403,
        404,
        409,
        412,
        413,
        415,
        422,
        503,
    }
    assert all(problem.title.endswith(".") for problem in PROBLEMS.values())


def test_a_command_leads_to_a_status_that_some_row_leads_to() -> None:
    reached = {target for row in TRANSITIONS for target in row.targets}
    assert set(LEADS_TO) <= set(COMMANDS)
    assert set(LEADS_TO.values()) <= reached
