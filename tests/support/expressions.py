"""DynamoDB's expressions, as far as the product writes them: read once, run often.

Conditions (comparisons, ``IN``, ``attribute_exists``, ``attribute_not_exists``, ``begins_with``, joined by
``AND``, and these by ``OR``) and updates (``SET`` with ``if_not_exists`` and ``+``, ``REMOVE``, ``ADD``).
Anything else raises :class:`UnknownExpressionError`: nothing is accepted that is not understood.

Items are in DynamoDB's JSON ({"S": "text"}). They are never changed in place: an update makes a new
item that shares what did not change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

Item = dict[str, Any]
Value = dict[str, Any]
Names = Mapping[str, str]
Values = Mapping[str, Value]
Path = tuple[str, ...]
Check = Callable[[Item | None, Names, Values], bool]
Operand = Callable[[Item | None, Names, Values], Value | None]
Step = Callable[[Item, Item | None, Names, Values], None]


class UnknownExpressionError(NotImplementedError):
    """An expression that this module does not understand."""


class InvalidPathError(ValueError):
    """An update of a path whose parent is not there."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. ``placeholders`` are the #names and :values that it mentions."""

    holds: Check
    placeholders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Update:
    """A compiled update."""

    steps: tuple[Step, ...]
    placeholders: frozenset[str]

    def apply(self, item: Item, old: Item | None, names: Names, values: Values) -> None:
        """Change ``item``, a shallow copy of ``old`` that is ours. Raises InvalidPathError."""
        for step in self.steps:
            step(item, old, names, values)


_TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),+.]|[#:]?[A-Za-z_][A-Za-z0-9_]*)")
_FUNCTIONS = frozenset({"attribute_exists", "attribute_not_exists", "begins_with", "if_not_exists"})
_WORDS = frozenset({"AND", "IN", "SET", "REMOVE", "ADD", "OR", "NOT", "BETWEEN", "DELETE"})
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


@lru_cache(maxsize=512)
def compile_condition(text: str) -> Condition:
    """Read a condition. Raises UnknownExpressionError."""
    reader = _Reader(text)
    either = [_all_of(reader)]
    while not reader.at_end():
        reader.expect("OR")
        either.append(_all_of(reader))
    if len(either) == 1:
        return Condition(either[0], reader.placeholders())
    return Condition(
        lambda item, names, values: any(check(item, names, values) for check in either),
        reader.placeholders(),
    )


def _all_of(reader: _Reader) -> Check:
    checks = [reader.check()]
    while reader.next_is("AND"):
        reader.take()
        checks.append(reader.check())
    if len(checks) == 1:
        return checks[0]

    def holds(item: Item | None, names: Names, values: Values) -> bool:
        for check in checks:  # noqa: SIM110 - a generator takes twice as long
            if not check(item, names, values):
                return False
        return True

    return holds


@lru_cache(maxsize=512)
def compile_update(text: str) -> Update:
    """Read an update. Raises UnknownExpressionError."""
    reader = _Reader(text)
    steps: list[Step] = []
    while not reader.at_end():
        section = reader.take()
        read = {"SET": reader.assignment, "REMOVE": reader.removal, "ADD": reader.addition}.get(section)
        if read is None:
            raise UnknownExpressionError(text)
        steps.append(read())
        while reader.next_is(","):
            reader.take()
            steps.append(read())
    return Update(tuple(steps), reader.placeholders())


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise UnknownExpressionError(text)
            self._tokens.append(match.group(1))
            position = match.end()
        self._position = 0

    def placeholders(self) -> frozenset[str]:
        return frozenset(token for token in self._tokens if token[0] in "#:")

    def at_end(self) -> bool:
        return self._position == len(self._tokens)

    def next_is(self, token: str) -> bool:
        return not self.at_end() and self._tokens[self._position] == token

    def take(self) -> str:
        if self.at_end():
            raise UnknownExpressionError(self._text)
        self._position += 1
        return self._tokens[self._position - 1]

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise UnknownExpressionError(self._text)

    def path(self) -> Path:
        parts = [self._name()]
        while self.next_is("."):
            self.take()
            parts.append(self._name())
        return tuple(parts)

    def _name(self) -> str:
        token = self.take()
        if not re.fullmatch(r"#?[A-Za-z_][A-Za-z0-9_]*", token) or token in _WORDS | _FUNCTIONS:
            raise UnknownExpressionError(self._text)
        return token

    def value(self) -> str:
        token = self.take()
        if not token.startswith(":"):
            raise UnknownExpressionError(self._text)
        return token

    def operand(self) -> Operand:
        if self.next_is("if_not_exists"):
            self.take()
            self.expect("(")
            path = self.path()
            self.expect(",")
            default = self.operand()
            self.expect(")")

            def stored_or_default(item: Item | None, names: Names, values: Values) -> Value | None:
                found = _find(item, path, names)
                return found if found is not None else default(item, names, values)

            return stored_or_default
        if not self.at_end() and self._tokens[self._position].startswith(":"):
            name = self.value()
            return lambda _item, _names, values: values[name]
        path = self.path()
        if len(path) == 1:
            return _attribute(path[0])
        return lambda item, names, _values: _find(item, path, names)

    def check(self) -> Check:
        if self.next_is("attribute_exists") or self.next_is("attribute_not_exists"):
            wanted = self.take() == "attribute_exists"
            self.expect("(")
            path = self.path()
            self.expect(")")
            return lambda item, names, _values: (_find(item, path, names) is not None) is wanted
        if self.next_is("begins_with"):
            self.take()
            self.expect("(")
            whole = self.operand()
            self.expect(",")
            start = self.operand()
            self.expect(")")
            return lambda item, names, values: _begins(whole(item, names, values), start(item, names, values))
        left = self.operand()
        comparison = self.take()
        if comparison == "IN":
            return self._membership(left)
        compare = _COMPARISONS.get(comparison)
        if compare is None and comparison != "=":
            raise UnknownExpressionError(self._text)
        right = self.operand()
        if compare is None:
            return lambda item, names, values: _equal(left(item, names, values), right(item, names, values))
        return lambda item, names, values: _compare(
            compare, left(item, names, values), right(item, names, values)
        )

    def _membership(self, left: Operand) -> Check:
        self.expect("(")
        members = [self.operand()]
        while self.next_is(","):
            self.take()
            members.append(self.operand())
        self.expect(")")

        def is_member(item: Item | None, names: Names, values: Values) -> bool:
            found = left(item, names, values)
            for member in members:  # noqa: SIM110 - a generator takes twice as long
                if _equal(found, member(item, names, values)):
                    return True
            return False

        return is_member

    def assignment(self) -> Step:
        path = self.path()
        self.expect("=")
        first = self.operand()
        second: Operand | None = None
        if self.next_is("+"):
            self.take()
            second = self.operand()

        def assign(item: Item, old: Item | None, names: Names, values: Values) -> None:
            value = first(old, names, values)
            if second is not None:
                value = _sum(value, second(old, names, values))
            if value is None:
                raise InvalidPathError("the operand of an assignment is not there")
            _put(item, path, names, value)

        return assign

    def removal(self) -> Step:
        path = self.path()
        return lambda item, _old, names, _values: _remove(item, path, names)

    def addition(self) -> Step:
        path = self.path()
        value = self.value()
        if len(path) > 1:
            raise UnknownExpressionError(self._text)

        def add(item: Item, old: Item | None, names: Names, values: Values) -> None:
            name = names.get(path[0], path[0])
            stored = (old or {}).get(name)
            more = values[value]
            if "SS" in more:
                before = stored["SS"] if stored is not None else []
                item[name] = {"SS": sorted({*before, *more["SS"]})}
            elif "N" in more:
                item[name] = _sum(stored or {"N": "0"}, more)
            else:
                raise UnknownExpressionError("ADD of neither a number nor a set of texts")

        return add


def _attribute(name: str) -> Operand:
    """Return an operand that is a whole attribute."""
    if name.startswith("#"):
        return lambda item, names, _values: None if item is None else item.get(names.get(name, name))
    return lambda item, _names, _values: None if item is None else item.get(name)


def _find(item: Item | None, path: Path, names: Names) -> Value | None:
    if item is None:
        return None
    found: Value | None = item.get(names.get(path[0], path[0]))
    for part in path[1:]:
        if found is None or "M" not in found:
            return None
        found = found["M"].get(names.get(part, part))
    return found


def _put(item: Item, path: Path, names: Names, value: Value) -> None:
    """Set a path, copying every map on the way."""
    _inside(item, path, names)[names.get(path[-1], path[-1])] = value


def _remove(item: Item, path: Path, names: Names) -> None:
    """Remove a path, copying every map on the way."""
    _inside(item, path, names).pop(names.get(path[-1], path[-1]), None)


def _inside(item: Item, path: Path, names: Names) -> Item:
    inside = item
    for part in path[:-1]:
        name = names.get(part, part)
        parent = inside.get(name)
        if parent is None or "M" not in parent:
            raise InvalidPathError("the document path provided in the update expression is invalid")
        copied = dict(parent["M"])
        inside[name] = {"M": copied}
        inside = copied
    return inside


def _equal(left: Value | None, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    if left == right:
        return True
    return "N" in left and "N" in right and Decimal(left["N"]) == Decimal(right["N"])


def _compare(compare: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    ((kind, stored),) = left.items()
    ((other_kind, given),) = right.items()
    if kind != other_kind:
        return False
    if kind == "N":
        return compare(Decimal(stored), Decimal(given))
    return compare(stored, given)


def _begins(whole: Value | None, start: Value | None) -> bool:
    return whole is not None and start is not None and str(whole.get("S", "")).startswith(start["S"])


def _sum(left: Value | None, right: Value | None) -> Value:
    if left is None or right is None or "N" not in left or "N" not in right:
        raise InvalidPathError("an operand of + is no number")
    return {"N": str(Decimal(left["N"]) + Decimal(right["N"]))}
