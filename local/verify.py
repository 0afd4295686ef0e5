"""Headers as somebody pastes them, in the form in which the gateway hands them over."""

from __future__ import annotations

from collections.abc import Iterable

from local.errors import LocalError


def read_headers(lines: Iterable[str]) -> dict[str, str]:
    """Return ``Name: value`` lines by lower-case name, repeated ones joined by a comma. Raises LocalError."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if not colon or not key:
            raise LocalError(f"--header takes 'Name: value', not {line!r}.")
        headers[key] = f"{headers[key]},{value.strip()}" if key in headers else value.strip()
    return headers
