"""``python -m local docs``, ``languages``: what is made from the code's tables and the catalogues."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_making(commands: Commands) -> None:
    """Add the commands to the command line."""
    docs = commands.add_parser("docs", help="write the pages of docs/ that are made from the code's tables")
    docs.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is stale")
    docs.set_defaults(run=_docs)
    languages = commands.add_parser(
        "languages", help="make the tables of mails and pages from the catalogues in local/catalogues"
    )
    languages.add_argument("--check", action="store_true", help="write nothing; exit 1 where one is stale")
    languages.set_defaults(run=_languages)


def _docs(parsed: argparse.Namespace) -> int:
    from local import capabilities_page, lifecycle_page, mails_page, openapi

    for page in (lifecycle_page, mails_page, openapi, capabilities_page):
        if not parsed.check:
            page.write()
        elif not page.is_current():
            name = page.__name__.rpartition(".")[2]
            raise LocalError(f"What {name} writes is stale: run `python -m local docs` and commit it.")
    return 0


def _languages(parsed: argparse.Namespace) -> int:
    from local.languages import making

    if not parsed.check:
        making.write()
    elif not making.is_current():
        raise LocalError("The catalogues say something else: run `python -m local languages` and commit it.")
    return 0
