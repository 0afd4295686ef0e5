"""Why a request failed."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic describes typing's own only from Python 3.12 on


class Complaint(TypedDict):
    """What is wrong with one field."""

    code: str
    field: str


class _Problem(TypedDict):
    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str


# ``from`` is a word of Python's.
Refused = TypedDict(
    "Refused",
    {
        "command": str,
        "from": str,
        "to": str | None,
        "allowed": list[str],
        "order_version": int,
        "errors": list[Complaint],
    },
    total=False,
)


class Problem(_Problem, Refused):
    """Why a request failed (RFC 9457). A refused command adds where the order stands and what it takes."""
