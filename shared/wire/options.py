"""Options of a connection that an adapter needs, read strictly."""

from __future__ import annotations

import re

from shared.wire.api import Api
from shared.wire.http import RefusedError

_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", re.ASCII)


def needed(api: Api, name: str) -> str:
    """Return an option. Raises RefusedError ``missing_option:<name>``: it is the merchant's to set."""
    value = api.options.get(name, "").strip()
    if not value:
        raise RefusedError(f"missing_option:{name}")
    return value


def needed_number(api: Api, name: str) -> str:
    """Return an option that is a plain positive number, as it is written. Raises RefusedError."""
    value = needed(api, name)
    if not _NUMBER.fullmatch(value) or not float(value):
        raise RefusedError(f"invalid_option:{name}")
    return value
