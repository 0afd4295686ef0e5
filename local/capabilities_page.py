"""docs/capabilities.md, made from what the adapters declare: ``python -m local docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from local.places import ROOT
from shared.adapters import ADAPTERS, capabilities_of
from shared.orders.effects import CALLS
from shared.wire.capabilities import Capabilities

PAGE = ROOT / "docs" / "capabilities.md"

_ABILITIES: tuple[tuple[str, str], ...] = (
    ("polls", "asked what changed"),
    ("subscriptions", "webhooks looked after"),
    ("by_queue", "they come by the stack's queue"),
    ("levels", "takes stock levels"),
    ("levels_later", "says later which levels it refused"),
    ("creates_orders", "can be a back-office shop"),
    ("splits", "several parcels an order"),
    ("line_quantities", "part of a line in a parcel"),
    ("partial_refunds", "part of the money back"),
    ("tracking_needed", "no shipment without a number"),
    ("collects_after_accept", "collects the money after acceptance"),
    ("refunds_by_merchant", "what is canceled the merchant refunds"),
    ("refund_after_refusal", "refunds after a refusal"),
)


def capabilities_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_page()) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(capabilities_page(), encoding="utf-8")


def is_current(path: Path = PAGE) -> bool:
    """True where the page says what the adapters declare."""
    return path.exists() and path.read_text(encoding="utf-8") == capabilities_page()


def _page() -> Iterator[str]:
    kinds = {kind: capabilities_of(kind) for kind in ADAPTERS if capabilities_of(kind) != _SILENT}
    yield "# What each channel takes"
    yield ""
    yield "Made from each adapter's `capabilities.py` by `python -m local docs`. The hub keeps the"
    yield "full truth; what a channel does not take it is not told, and the order's history says *degraded*."
    yield "Kinds that are not here only tell: see [channels.md](channels.md)."
    yield ""
    told = {kind: found for kind, found in kinds.items() if found.calls or found.polls}
    yield f"| call | {' | '.join(f'`{kind}`' for kind in told)} |"
    yield f"|---|{'---|' * len(told)}"
    for call in sorted(CALLS):
        yield f"| `{call}` | {' | '.join(_mark(call in found.calls) for found in told.values())} |"
    for name, words in _ABILITIES:
        yield f"| {words} | {' | '.join(_mark(getattr(found, name)) for found in told.values())} |"
    for kind, found in kinds.items():
        yield ""
        yield f"## {kind}"
        yield ""
        yield from _connecting(found)
        if found.open_points:
            yield ""
            yield "What its contract leaves open, or keeps from us:"
            yield ""
            yield from (f"* {point}" for point in found.open_points)


_SILENT = Capabilities(is_marketplace=False)


def _mark(there: bool) -> str:  # noqa: FBT001
    return "yes" if there else ""


def _connecting(found: Capabilities) -> Iterator[str]:
    where = found.base_url or (f"at {', '.join(found.hosts)}" if found.hosts else "the shop's own address")
    yield f"API: {where}. Credentials: {_names(found.credentials)}. Options: {_names(found.options)}."
    minutes = int(found.poll_every.total_seconds() // 60)
    overlap = int(found.overlap.total_seconds() // 60)
    if found.books:
        yield "Books parcels, gives their labels, cancels them: the setting `carrier_account`."
    if found.follow_every is not None:
        yield f"Asked of a parcel {_when(found, found.follow_every)}: the setting `follows`."
    if found.subscriptions and not found.polls:
        yield "Its webhooks are looked after once a day."
    if found.polls:
        yield f"Asked every {minutes} minutes at most, each time {overlap} minutes further back."


def _when(found: Capabilities, every: timedelta) -> str:
    whose = "of any carrier that is not named " if found.follows_any else ""
    first = "when it gets its number, and "
    if not found.follows_silent:
        return f"{whose}{first}every {every.days} days"
    return f"{whose}{first if found.follows_at_once else ''}when it was silent for `silent_seconds`"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
