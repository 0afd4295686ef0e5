"""The shape of a document, checked before its values are read.

A schema names the documented fields and how they nest; the values themselves stay raw
(``Raw``) until :mod:`shared.wire.fields` reads them strictly. Unknown fields are ignored:
senders add some every year.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.wire.errors import UnusableError

Raw = Any
"""A JSON value as it came, not to be used before ``fields`` has read it."""


class Shape(BaseModel):
    """Base of all schemas."""

    # Errors must not repeat what was sent: it may be personal data.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


ShapeT = TypeVar("ShapeT", bound=Shape)


def read_shape(shape: type[ShapeT], document: Any) -> ShapeT:
    """Return ``document`` as ``shape``.

    Raises UnusableError: ``missing_field:<name>`` for an absent list or object,
    ``invalid_shape`` where one is something else.
    """
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        code = f"missing_field:{where}" if first["type"] == "missing" else "invalid_shape"
        raise UnusableError(code, where) from None
