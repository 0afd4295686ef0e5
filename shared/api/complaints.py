"""What is wrong with a body, in the API's words: which fields, and what they take. Never what was sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import ValidationError

from shared.api.bodies.model import Model
from shared.api.problems import PROBLEMS, ApiError
from shared.api.values import CODE, CODES, NO_CONTROL

MAX_COMPLAINTS = 20

_NAME = re.compile(r"[^A-Za-z0-9_.-]")

# What a field takes, by pydantic's word for what is wrong with it; in braces what the field's own type says.
_TAKES = {
    "enum": "One of {expected}.",
    "bool_type": "true or false.",
    "string_type": "A text.",
    "string_too_long": "A text of at most {max_length} characters.",
    "string_too_short": "A text of at least {min_length} characters.",
    "tuple_type": "A list.",
    "too_short": "A list of at least {min_length}.",
    "too_long": "A list of at most {max_length}.",
    "model_type": "An object.",
}
# The same for texts that follow a pattern, by the pattern.
_FOLLOWS = {
    CODE: "At most 64 letters, digits, and _ . : -.",
    NO_CONTROL: "A text on one line, without control characters.",
}


def complaint_of(error: ValidationError, model: type[Model]) -> ApiError:
    """Return the first complaint about a ``model`` as the answer, with all of them beside it."""
    items = error.errors(include_input=False, include_url=False)
    around = {item["loc"][:depth] for item in items for depth in range(len(item["loc"]))}
    # A list whose items are wrong is called too short as well: the items say it all.
    shown = [item for item in items if item["loc"] not in around]
    found = [
        {"code": _code(item["type"], item["loc"]), "field": ".".join(printable(str(p)) for p in item["loc"])}
        for item in shown[:MAX_COMPLAINTS]
    ]
    return ApiError(found[0]["code"], _detail(shown[0], model), errors=found)


def _detail(item: Any, model: type[Model]) -> str:
    """Return what a field takes, where that is a few words: ours, never what was sent."""
    context = item.get("ctx", {})
    around = item["loc"][:-1]
    if item["type"] == "extra_forbidden":
        where = f"in {'.'.join(map(str, around))}" if around else "here"
        return (
            f"There is no such field {where}. There are {', '.join(_model_at(model, around).model_fields)}."
        )
    if item["type"] == "missing":
        return f"{'.'.join(map(str, item['loc']))} is missing."
    if item["type"] == "string_pattern_mismatch":
        return _FOLLOWS.get(context["pattern"], "")
    return _TAKES.get(item["type"], "").format_map(context)


def _model_at(model: type[Model], where: Sequence[int | str]) -> type[Model]:
    """Return what is at a place of a body: a place of a list is as the list."""
    for name in where:
        if isinstance(name, str):
            model = _model_in(model.model_fields[name].annotation) or model
    return model


def _model_in(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _code(kind: str, where: tuple[int | str, ...]) -> str:
    names = [part for part in where if isinstance(part, str)]
    name = printable(names[-1]) if names else ""
    if kind == "extra_forbidden":
        return f"unknown_field:{name}"
    if kind == "missing":
        return f"missing_field:{name}"
    if kind in PROBLEMS:
        return kind
    return CODES.get(name, f"invalid_field:{name}")


def printable(name: str) -> str:
    """Return a name that a stranger chose as one that can be shown."""
    return _NAME.sub("?", name)[:64]
