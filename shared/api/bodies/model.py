"""What every body holds to, what every command takes, and the pieces of lines that many name."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.api.values import Flag, Id, Pieces

MAX_LINES = 1_000


class Model(BaseModel):
    """What every object of a body holds to: no unknown field, no value in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)
    makes: ClassVar[type[Any]]

    def made(self) -> Any:
        """Return what the domain calls this."""
        return self.makes(**{name: _made(getattr(self, name)) for name in type(self).model_fields})


def _made(value: Any) -> Any:
    if isinstance(value, Model):
        return value.made()
    return tuple([_made(item) for item in value]) if isinstance(value, tuple) else value


class PieceBody(Model):
    """Pieces of one line."""

    line_id: Id
    quantity: Pieces

    def made(self) -> tuple[str, int]:
        return self.line_id, self.quantity


class CommandBody(Model):
    """``notify``: true writes to the customer, false does not, null leaves it to the rules."""

    notify: Flag | None = None
