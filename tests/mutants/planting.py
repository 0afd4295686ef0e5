"""How a bug is planted.

A mutant changes the product within one process, by name: where the product no longer has what it wants
to break, it fails with :class:`StaleMutantError` instead of passing for caught.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class StaleMutantError(BaseException):
    """The product has not got any more what a mutant wants to break: it has to be written anew.

    No Exception: the hub takes those for failures of a call, and goes on.
    """


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug: what it is, and how to plant it.

    ``tests``: the files of fast tests that have to find it; without them it is looked for in the simulation.
    """

    name: str
    plant: Callable[[], None]
    tests: tuple[str, ...] = ()


def get(path: str) -> tuple[Any, str, Any]:
    """Return the owner, the name and the value of ``module:attribute`` or ``module:Class.attribute``."""
    module, _, names = path.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = names.split(".")
    for step in owners:
        owner = getattr(owner, step, None)
    if not hasattr(owner, name):
        raise StaleMutantError(path)
    return owner, name, getattr(owner, name)


def swap(path: str, make: Callable[[Any], Any]) -> None:
    """Replace what stands at ``path`` by what ``make`` makes of it."""
    owner, name, value = get(path)
    setattr(owner, name, make(value))


def put(path: str, value: Any) -> None:
    swap(path, lambda _old: value)


def without(path: str, *parts: str) -> None:
    """Take parts out of the condition that a request builder makes."""

    def make(build: Callable[..., Any]) -> Callable[..., Any]:
        def mutated(*arguments: Any, **options: Any) -> Any:
            request = dict(build(*arguments, **options))
            terms = request["ConditionExpression"].split(" AND ")
            kept = [term for term in terms if not any(part in term for part in parts)]
            if len(kept) == len(terms):
                raise StaleMutantError(f"{path}: {parts}")
            return with_condition(request, " AND ".join(kept))

        return mutated

    swap(path, make)


def with_condition(request: dict[str, Any], condition: str) -> dict[str, Any]:
    """Return a request with another condition, without the placeholders that only the old one used."""
    request.pop("ConditionExpression", None)
    if condition:
        request["ConditionExpression"] = condition
    else:
        request.pop("ReturnValuesOnConditionCheckFailure", None)
    text = condition + request.get("UpdateExpression", "")
    for name in ("ExpressionAttributeValues", "ExpressionAttributeNames"):
        used = {key: value for key, value in request.get(name, {}).items() if key in text}
        request.pop(name, None)
        if used:
            request[name] = used
    return request
