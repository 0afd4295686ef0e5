"""By which settings a channel is told the stock: who is told at all, how many pieces, by which name. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping

from shared.adapters import capabilities_of
from shared.connections.model import Connection
from shared.connections.states import Progress
from shared.storage.stock_keys import sku_of
from shared.storage.stock_requests import Level

AMBIGUOUS = "ambiguous_sku"
"""Two of our SKUs would be told under one name: neither number would be right."""


def takes_levels(connection: Connection) -> bool:
    """Return whether a channel is told the stock."""
    settings = connection.settings
    return settings.stock and bool(settings.api_url) and capabilities_of(connection.kind).levels


def terms_of(connection: Connection) -> str:
    """Return a fingerprint of all that decides what a channel is told, and where."""
    settings = connection.settings
    said = [
        connection.kind,
        connection.connected_at.isoformat(),
        settings.api_url,
        sorted(settings.api_options.items()),
        settings.stock_buffer,
        sorted(settings.skus.items()),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def owes_all(connection: Connection, progress: Progress) -> bool:
    """Return whether all levels are owed to a channel that takes them, or are being told."""
    is_under_way = progress.levels_pass is not None or bool(progress.levels_again)
    return is_under_way or progress.levels_terms != terms_of(connection)


def told_count(level: Level, connection: Connection) -> int:
    """Return the pieces that a channel is told of: what is available less its buffer, at least none."""
    return max(level.available - connection.settings.stock_buffer, 0)


def skus_of(names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return our SKU for each of the channel's names."""
    known = {theirs: sku_of(ours) for ours, theirs in mapping.items()}
    return {name: known.get(name, sku_of(name)) for name in names}


def names_of(skus: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the channel's name of each of our SKUs, "" where the mapping gives that name to several.

    ``mapping`` is the connection's setting ``skus``; a SKU that is not in it has the same name there.
    """
    known = {sku_of(ours): theirs for ours, theirs in mapping.items()}
    given = Counter(known.values())
    return {sku: known.get(sku, sku) if given[known.get(sku, "")] < 2 else "" for sku in skus}
