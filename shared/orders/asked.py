"""What all commands have in common: dataclasses whose methods are written once.

``dataclass`` writes and compiles up to six methods for each class. For the forty commands that would be a
twentieth of the time in which a function starts, and a function makes a command or two. Facts and orders, of
which each input makes dozens, are dataclasses as they are.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import Any, NoReturn, TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(made: type[Class]) -> type[Class]:
    """Make a command of a class below :class:`Asked`: frozen, its fields by keyword, equal by value."""
    return dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=True)(made)


@command
class Asked:
    """Base of all commands; ``notify`` as :mod:`shared.orders.commands` says."""

    notify: bool | None = None

    def __init__(self, **given: Any) -> None:
        name = type(self).__name__
        values = {field.name: given.pop(field.name, field.default) for field in fields(self)}
        if given:
            raise TypeError(f"{name} has no {', '.join(given)}")
        if MISSING in values.values():
            raise TypeError(f"{name} needs {', '.join(key for key in values if values[key] is MISSING)}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in vars(self).items())})"
