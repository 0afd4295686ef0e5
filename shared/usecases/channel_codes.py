"""Our words for carriers and reasons as the codes of a channel: by the connection's rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from fnmatch import fnmatchcase

# Calls that can say why. The others have no reason, so that no row for any rest is theirs.
REASONED = frozenset({"refuse", "cancel", "cancel_lines", "refund", "request_refund", "reject_refund"})

_OUR_REASON = re.compile(
    r"[a-z][a-z_]*|", re.ASCII
)  # out_of_stock, or none; "15", "NO_STOCK" are a channel's


def carrier_code(carrier: str, settings: Mapping[str, str], adapter: Mapping[str, str]) -> str:
    """Return a channel's code for a carrier, "" where no row knows it.

    The connection's rows first (exact, then the longest pattern: ``dhl*``), then the adapter's, then the
    connection's row ``*`` for all the rest.
    """
    named = _row(carrier, settings)
    return (adapter.get(carrier, "") or settings.get("*", "")) if named is None else named


def reason_code(
    call: str, reason: str, settings: Mapping[str, str], own: Mapping[str, Container[str]] | None = None
) -> str:
    """Return a channel's code for the reason of a call, "" where the connection's rows have none.

    The rows are read as those of carriers, but ``*`` goes before the adapter's table, whose codes are those
    of a channel as delivered. It stands for reasons of ours and for none at all: a code that is the channel's
    own already is left as it is. ``own`` are those that are written like ours, for each call.
    """
    if call not in REASONED:
        return ""
    named = _row(reason, settings)
    if named is not None:
        return named
    is_theirs = reason in settings.values() or reason in (own or {}).get(call, ())
    is_ours = _OUR_REASON.fullmatch(reason) and not is_theirs
    return settings.get("*", "") if is_ours else ""


def _row(name: str, rows: Mapping[str, str]) -> str | None:
    if name in rows and name != "*":
        return rows[name]
    fitting = [pattern for pattern in rows if pattern != "*" and fnmatchcase(name, pattern)]
    return rows[max(fitting, key=len)] if name and fitting else None
