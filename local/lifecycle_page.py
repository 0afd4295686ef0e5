"""docs/lifecycle.md, made from the domain's own tables: ``python -m local docs`` writes it.

Nothing here knows a status or a rule by name; what the page says is what decide() does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from local.places import ROOT
from shared.orders import statuses
from shared.orders.effects import EFFECTS, Owes
from shared.orders.statuses import MEANINGS
from shared.orders.transitions import (
    NO_ORDER,
    PACKAGE_TRANSITIONS,
    REFUND_TRANSITIONS,
    RETURN_TRANSITIONS,
    TRANSITIONS,
    Transition,
)

PAGE = ROOT / "docs" / "lifecycle.md"

_Word = TypeVar("_Word", bound=StrEnum)

_NONE = "-"
_WHO = {"C": "command", "R": "rule", "F": "fact", "A": "automatic", "D": "deadline"}
_AXES: tuple[tuple[str, type[StrEnum], str], ...] = (
    ("status", statuses.Status, "stored, moved by the table above"),
    ("payment", statuses.PaymentStatus, "derived from what was captured"),
    ("refund", statuses.RefundStatus, "derived from the refunds"),
    ("fulfillment", statuses.Fulfillment, "derived from lines and packages"),
    ("returns", statuses.ReturnsStatus, "derived from the returns"),
    ("package", statuses.PackageStatus, "stored, one for each package"),
    ("channel_status", statuses.ChannelStatus, "derived: the words of the marketplaces"),
)


def lifecycle_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_page()) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(lifecycle_page(), encoding="utf-8")


def is_current(path: Path = PAGE) -> bool:
    """True where the page says what the tables say."""
    return path.exists() and path.read_text(encoding="utf-8") == lifecycle_page()


def _page() -> Iterator[str]:
    yield "# The order lifecycle"
    yield ""
    yield "<!-- Written by `python -m local docs` from the tables in shared/orders. Do not edit. -->"
    yield ""
    yield "What an order can be, what moves it, and what each change causes. An input is a *command*"
    yield "(refused where it is not allowed) or a *fact* (never refused: applied as far as the tables go,"
    yield "or recorded)."
    yield ""
    yield "## Status"
    yield ""
    yield from _diagram(_status_arrows())
    yield ""
    yield from _table(("rule", "from", "event", "by", "to", "condition"), map(_transition_row, TRANSITIONS))
    for title, arrows in (
        ("Packages", _arrows(PACKAGE_TRANSITIONS)),
        ("Returns", _arrows(RETURN_TRANSITIONS)),
        ("Refunds", _arrows(REFUND_TRANSITIONS)),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        yield from _diagram(arrows)
    yield ""
    yield "## What each change causes"
    yield ""
    yield "*Again*: may be owed more than once for the same thing. All else is owed once per target."
    yield ""
    yield from _table(
        ("cause", "mail", "call to the channel", "stock", ""),
        ([_words(cause), *_owes_row(owes)] for cause, owes in EFFECTS.items()),
    )
    yield ""
    yield "## Words"
    for name, axis, source in _AXES:
        yield ""
        yield f"### {name}"
        yield ""
        yield f"{source[0].upper()}{source[1:]}."
        yield ""
        yield from _table(("word", "meaning"), ([f"`{word}`", MEANINGS[axis][word]] for word in axis))


def _status_arrows() -> Iterator[tuple[str, str, str]]:
    # The rows that allow (nearly) every source would hide the others: the table has them.
    few = [row for row in TRANSITIONS if len(row.sources) <= 4 and len(row.targets) == 1]
    labels: dict[tuple[str, str], list[str]] = {}
    for row in few:
        for source in row.sources:
            rules = labels.setdefault((source or "[*]", row.targets[0]), [])
            if row.rule not in rules:
                rules.append(row.rule)
    for (source, target), rules in labels.items():
        yield source, target, ", ".join(rules)


def _arrows(table: Mapping[_Word, Sequence[_Word]]) -> Iterator[tuple[str, str, str]]:
    reached = {target for targets in table.values() for target in targets}
    for source, targets in table.items():
        if source not in reached:
            yield "[*]", source, ""
        for target in targets:
            yield source, target, ""
        if not targets:
            yield source, "[*]", ""


def _diagram(arrows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for source, target, label in arrows:
        yield f"    {source} --> {target}" + (f" : {label}" if label else "")
    yield "```"


def _transition_row(row: Transition) -> list[str]:
    return [
        row.rule,
        _listed(row.sources),
        row.event,
        ", ".join(_WHO[letter] for letter in row.by),
        _listed(row.targets),
        row.condition,
    ]


def _listed(words: Sequence[str]) -> str:
    everything = list(statuses.Status)
    if list(words) == everything:
        return "any"
    missing = [word for word in everything if word not in words]
    if len(missing) <= 4 and NO_ORDER not in words:
        return "any but " + " ".join(f"`{word}`" for word in missing)
    return " ".join(f"`{word}`" if word else _NONE for word in words)


def _owes_row(owes: Owes) -> list[str]:
    remarks = [
        remark
        for holds, remark in (
            (owes.repeats, "again"),
            (owes.recurs, "again, to another question"),
            (owes.own_shops_only, "mail in own shops only"),
            (owes.only_if_asked, "only if asked"),
            (owes.once_an_order, "mail once an order"),
            (owes.unless_splits, "to channels that know one package an order"),
        )
        if holds
    ]
    return [*(_words(name) or _NONE for name in (owes.mail, owes.call, owes.stock)), ", ".join(remarks)]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
