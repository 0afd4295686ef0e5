"""The mails that the local AWS took: it delivers none, it keeps them to be looked at."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail that was sent. ``id`` is the mail service's, ``to`` the only address that it went to."""

    id: str
    subject: str
    text: str
    html: str
    to: str = ""


def read_mails(endpoint: str) -> list[Mail]:
    """Return all mails that were sent, in the order in which they were."""
    with urllib.request.urlopen(f"{endpoint}/_ministack/ses/messages", timeout=60) as answer:  # noqa: S310
        accounts = json.load(answer)["messages"]
    return [
        Mail(
            id=message["MessageId"],
            subject=message["Subject"],
            text=message["BodyText"] or "",
            html=message["BodyHtml"] or "",
            to=next(iter(message["To"]), ""),
        )
        for messages in accounts.values()
        for message in messages
    ]


def write_mails(mails: Sequence[Mail], folder: Path) -> None:
    """Write each mail as HTML and as text, numbered as they were sent; what lay there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, mail in enumerate(mails, start=1):
        name = f"{number:02}-{_NOT_IN_NAMES.sub('-', mail.subject.lower()).strip('-')[:60]}"
        (folder / f"{name}.html").write_text(mail.html, encoding="utf-8")
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
