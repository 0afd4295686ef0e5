"""Play the scripted day against the real template, then check what became of it, and say where to look."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from local import places
from local.aftermath import complaints_at_the_end, complaints_of_labels
from local.api_calls import Api
from local.clerk_at_work import Clerk
from local.connections import clock
from local.console import bold, dim, say, short_path
from local.day import Day
from local.labels import write_labels
from local.mail_commands import PICTURES
from local.mailbox import read_mails, write_mails
from local.pages import write_pages
from local.samples import read_samples
from local.scenario import CHAPTERS, EXPECTED
from local.start import started
from local.timeline import order_lines, order_title
from local.tokens import fetch_token
from local.verdict import judge
from local.words import complaints_of, product_line, word_lines

FIRST_PORT = 4600
_MAILS, _PAGES, _LABELS = (places.DEMO_HOME / name for name in ("mails", "pages", "labels"))
_ORDERS, _WORDS = places.DEMO_HOME / "orders.txt", places.DEMO_HOME / "words.txt"


def demo(port: int = 0) -> int:
    """Play the day and return 0 where nothing was lost, nothing happened twice and all was as expected."""
    began = time.monotonic()
    say(bold("The real template on a local AWS, with simulated shops, marketplaces and carriers"))
    with started(places.DEMO_HOME, port or FIRST_PORT, awake=True) as running:
        stack = running.stack
        clerk = Clerk(Api(stack.api_url, fetch_token(stack)))
        day = Day(stack, read_samples(places.EVENTS, clock()), clerk, running.channels)
        _play(day)
        mails = read_mails(str(stack.clients.endpoint))
        day.complaints += complaints_at_the_end(stack, day.ledger, mails, day.channels)
        pages = write_pages(stack, day.ledger.orders, _PAGES)
        labels = write_labels(day.clerk.api, day.ledger.orders, _LABELS)
        day.complaints += complaints_of_labels(labels, day.channels)
    verdict = judge(day.ledger, mails, accepted=day.events, commanded=day.clerk.commanded, expected=EXPECTED)
    day.complaints += complaints_of(day.words, day.moments)
    write_mails(mails, _MAILS)
    _ORDERS.write_text("\n".join(_order_lines(day)), encoding="utf-8")
    _WORDS.write_text("\n".join([*word_lines(day.words), ""]), encoding="utf-8")
    say(f"\n{bold('Look at')}")
    for shown, where in (
        (f"{len(day.ledger.orders)} orders, each with its history", short_path(_ORDERS)),
        (f"{len(mails)} mails as their customers got them", short_path(_MAILS)),
        (f"{pages} tracking pages that the mails link to", short_path(_PAGES)),
        (f"{len(labels)} labels of booked parcels", short_path(_LABELS)),
        ("the words of other products, and ours", short_path(_WORDS)),
        ("pictures of mails and pages, light, dark", _pictures()),
        ("the API", "docs/openapi.json; `make run` leaves a hub running and prints calls that work"),
    ):
        say(f"  {shown:<42} {where}")
    _show_verdict(day, verdict.complaints)
    say(f"\n{product_line(day.words)}")
    say(dim(f"{time.monotonic() - began:.0f} s in all"))
    say(verdict.line)
    return 0 if verdict.is_good and not day.complaints else 1


def _play(day: Day) -> None:
    number = 0
    for chapter in CHAPTERS:
        say(f"\n{bold(chapter.title)}")
        for step in chapter.steps:
            number += 1
            day.play(number, step)


def _order_lines(day: Day) -> list[str]:
    lines = []
    for order in day.ledger.orders:
        number = day.ledger.numbers.get(order.id, order.id)
        lines.append(f"{number}  {order.connection}  {order_title(order)}")
        lines += [f"  {line}" for line in order_lines(day.ledger, order.id, day.names, day.waited)]
        lines.append("")
    return lines


def _pictures() -> str:
    """Return where pictures lie, or how they are taken: that needs a Chromium, which the demo does not."""
    index: Path = PICTURES / "index.html"
    return short_path(index) if index.exists() else "make pictures"


def _show_verdict(day: Day, complaints: Sequence[str]) -> None:
    for complaint in [*day.complaints, *complaints]:
        say(f"not as expected: {complaint}")
