"""Connections made and changed from what somebody typed, with every complaint in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from local.errors import LocalError
from shared.adapters import ADAPTERS, capabilities_of
from shared.connections.model import Connection, Settings
from shared.notifications.addresses import deliverable_address


def new_connection(
    *,
    connection: str,
    kind: str,
    name: str,
    settings: Mapping[str, str],
    now: datetime,
    on_this_machine: bool = False,
    known: Connection | None = None,
) -> Connection:
    """Return a connection from what was typed. Raises LocalError with every complaint.

    ``on_this_machine``: for a stack that runs here, whose channels may be here too. ``known`` is the one
    that it takes the place of: when that was connected decides which orders are recorded as they stand. One
    that was removed is connected anew.
    """
    if known is not None and known.kind != kind:
        raise LocalError(f"{connection} is a connection to {known.kind}. Take another id for one to {kind}.")
    then = known if known is not None and known.removed_at is None else None
    base = capabilities_of(kind).base_url if kind in ADAPTERS else ""
    typed = _checked(_all_typed(settings), on_this_machine=on_this_machine)
    if base:
        typed.setdefault("api_url", base)
    return _validated(
        {
            "id": connection,
            "kind": kind,
            "name": name or (known.name if known else connection),
            "connected_at": then.connected_at if then else now,
            "import_since": then.import_since if then else None,
            "settings": typed,
        }
    )


def changed(
    connection: Connection, settings: Mapping[str, str], *, on_this_machine: bool = False
) -> Connection:
    """Return a connection with the settings that were typed, and its others. Raises LocalError.

    A row that is typed by itself leaves its table's others as well.
    """
    known = dict(connection.settings)
    typed = _all_typed(settings)
    for name in {key.partition(".")[0] for key in settings} & typed.keys():
        if name not in settings:
            typed[name] = {**known[name], **typed[name]}
    checked = _checked(typed, on_this_machine=on_this_machine)
    return _validated({**dict(connection), "settings": {**known, **checked}})


def _checked(typed: dict[str, Any], *, on_this_machine: bool) -> dict[str, Any]:
    if not on_this_machine and _is_inside(typed.get("api_url", "")):
        raise LocalError("api_url: use the API's public name, no IP address and no name of a local machine")
    return typed


def _validated(document: Mapping[str, Any]) -> Connection:
    try:
        made = Connection.model_validate(document)
    except ValidationError as error:
        complaints = [f"  {'.'.join(map(str, item['loc']))}: {_what_to_do(item)}" for item in error.errors()]
        raise LocalError("\n".join(["This connection cannot be made:", *complaints])) from None
    if made.settings.reply_to and deliverable_address(made.settings.reply_to) is None:
        raise LocalError("reply_to: use one mail address, such as service@example.com")
    return made


_ID = "lower-case letters, digits and hyphens, at most 40 of them, such as shop-one"
SPELLED = {
    "id": _ID,
    "back_office": _ID,
    "carrier_account": _ID,
    "currency": "three capital letters, such as EUR",
    "locale": "a language, such as de or de-CH",
    "colour": "a colour in hexadecimal digits, such as #0a5c4d",
}
"""How what has a pattern is spelled, by its field."""


def _what_to_do(complaint: ErrorDetails) -> str:
    if complaint["type"] == "extra_forbidden":
        return "there is no such setting; `connection add --help` lists them"
    if complaint["type"] == "string_pattern_mismatch":
        return SPELLED[str(complaint["loc"][-1])]
    return complaint["msg"].removeprefix("Value error, ")


def _all_typed(settings: Mapping[str, str]) -> dict[str, Any]:
    """A table takes rows one by one, ``skus.A=B``, the value as it is, or together, ``skus=A:B,C:D``."""
    typed: dict[str, Any] = {}
    for key, value in settings.items():
        name, dot, row = key.partition(".")
        if _annotation(name).startswith("dict"):
            if dot and not (row and value):
                raise LocalError(f"{key} takes a row and its value: {name}.A=B")
            typed.setdefault(name, {}).update({row: value} if dot else _typed(name, value))
        else:
            typed[key] = _typed(key, value)
    return typed


def _annotation(key: str) -> str:
    return str(Settings.model_fields[key].annotation) if key in Settings.model_fields else ""


def _typed(key: str, value: str) -> Any:
    """Settings of several values take them with commas: ``mails=shipped,delivered``, ``skus=A:B,C:D``."""
    annotation = _annotation(key)
    parts = [part for part in value.split(",") if part]
    if annotation.startswith("dict"):
        pairs = [part.partition(":") for part in parts]
        alone = [part for part, (name, _, given) in zip(parts, pairs, strict=True) if not (name and given)]
        if alone:
            raise LocalError(
                f"{key} takes pairs, {key}=A:B,C:D, or one at a time, {key}.A=B; {alone[0]!r} is no pair"
            )
        return {name: given for name, _, given in pairs}
    return parts if "frozenset" in annotation else value


def _is_inside(api_url: str) -> bool:
    """True for addresses that no public API has: numbers, and names without a domain or of a local one.

    What a public name resolves to is looked at whenever a connection is opened (shared/wire/transport.py).
    """
    try:
        host = (urlsplit(api_url).hostname or "").rstrip(".")
    except ValueError:
        return True
    if not host:
        return False
    # Any way to write a number is one: 127.1, 0x7f.1 and 2130706433 reach this machine like 127.0.0.1.
    is_number = ":" in host or re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)", host.rpartition(".")[2]) is not None
    return is_number or "." not in host or host.endswith(_LOCAL_NAMES)


_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
