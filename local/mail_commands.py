"""``python -m local preview``, ``pictures``, ``mail-template``, ``ses``: mails seen, rewritten, returned."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from local import given
from local.console import complain, say, short_path
from local.errors import LocalError
from local.mail_sayings import SAYINGS
from local.places import WORK
from shared.orders.effects import MAILS

if TYPE_CHECKING:
    from shared.connections.mail_templates import MailTemplateStore, Parts

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PREVIEWS = WORK / "previews"
PICTURES = WORK / "pictures"


def add_mails(commands: Commands) -> None:
    """Add the commands to the command line."""
    preview = commands.add_parser("preview", help="write a sample mail as HTML and as text, to be looked at")
    _takes_mail(preview)
    preview.add_argument("--connection", default="", help="with the looks and templates of this connection")
    preview.add_argument("--stack", default="", help="its stack in your AWS account (default: the local run)")
    preview.add_argument("--parcels", action="store_true", help="of several parcels")
    preview.add_argument("--out", metavar="FILE", default="", help=f"default: {PREVIEWS.name}/MAIL-LOCALE")
    _takes_parts(preview)
    preview.set_defaults(run=_preview)

    pictures = commands.add_parser(
        "pictures", help="take pictures of all mails and tracking pages, light and dark, with a Chromium"
    )
    pictures.add_argument(
        "folder", metavar="FOLDER", nargs="?", default="", help=f"default: {PICTURES.name}, under .local"
    )
    pictures.add_argument(
        "--locale", action="append", default=[], help="a language; repeat it (default: de, en, tr)"
    )
    pictures.set_defaults(run=_pictures)

    template = commands.add_parser(
        "mail-template", help="set, show, list and remove a connection's own mail templates"
    )
    actions = template.add_subparsers(title="actions", required=True, metavar="ACTION")

    def action(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text)
        made.add_argument("connection", metavar="CONNECTION", help="id of the connection, such as shop-one")
        given.add_stack(made)
        made.set_defaults(run=run)
        return made

    _takes_parts(_takes_mail(action("set", "check a template and keep it; it holds within a minute", _set)))
    _takes_mail(action("show", "print a template", _show))
    _takes_mail(action("remove", "forget a template: the mail is the built-in one again", _remove))
    action("list", "list the templates of a connection", _list)


def add_ses(commands: Commands) -> None:
    """Add the command that plays the mail service to the command line."""
    ses = commands.add_parser("ses", help="let the mail service of the local run say something of a mail")
    ses.add_argument("said", metavar="WORD", choices=SAYINGS, help=", ".join(SAYINGS))
    ses.add_argument("mail", metavar="ADDRESS|MESSAGE", help="all mails to an address, or one by its id")
    ses.set_defaults(run=_say)


def _takes_mail(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("mail", metavar="MAIL", choices=sorted(MAILS), help=", ".join(sorted(MAILS)))
    command.add_argument("--locale", default="en", help="de, en, es, fr, it, nl, pl or tr (default: en)")
    return command


def _takes_parts(command: argparse.ArgumentParser) -> None:
    command.add_argument("--subject", default="", metavar="TEXT", help="the subject, a Jinja2 template")
    command.add_argument("--html", default="", metavar="FILE", help="the HTML part, a Jinja2 template")
    command.add_argument("--text", default="", metavar="FILE", help="the text part, a Jinja2 template")


def _preview(arguments: argparse.Namespace) -> int:
    from local.previews import write_preview

    out = Path(arguments.out) if arguments.out else PREVIEWS / f"{arguments.mail}-{arguments.locale}"
    connection, parts = None, _parts(arguments)
    if arguments.connection:
        from local.connections import get

        stack = given.stack(arguments.stack)
        connection = get(stack, arguments.connection)
        parts = {**_kept(arguments, arguments.connection), **parts}
    for path in write_preview(
        arguments.mail, arguments.locale, connection, parts, out, parcels=arguments.parcels
    ):
        say(str(path))
    return 0


def _say(arguments: argparse.Namespace) -> int:
    from local.ledger import read_ledger
    from local.mail_events import digest_of, events_of, play, wanted
    from local.mailbox import read_mails

    stack = given.stack("")
    mails = wanted(read_mails(str(stack.clients.endpoint)), arguments.mail)
    events = events_of(read_ledger(stack), mails, arguments.said, digest_of(stack))
    for about, recorded in zip(events, play(stack, events), strict=True):
        say(f"{about['message_id']:<60} {recorded}")
    return 0


def _pictures(arguments: argparse.Namespace) -> int:
    from local.pictures import LOCALES_SHOWN, take_pictures

    folder = Path(arguments.folder) if arguments.folder else PICTURES
    pictures = take_pictures(folder, arguments.locale or LOCALES_SHOWN)
    too_wide = [picture for picture in pictures if picture.overflows]
    for picture in too_wide:
        complain(f"wider than its window: {picture.locale}, {picture.title}")
    say(
        f"{len(pictures)} pictures to open in {short_path(folder / 'index.html')}, several at once in sheets/"
    )
    return 1 if too_wide else 0


def _set(arguments: argparse.Namespace) -> int:
    from local.previews import check

    # What is not given stays as it is kept.
    store = _existing(arguments)
    parts = {**store.get(arguments.connection, arguments.mail, arguments.locale), **_parts(arguments)}
    check(arguments.mail, arguments.locale, parts)
    store.put(arguments.connection, arguments.mail, arguments.locale, parts)
    say(f"kept: {', '.join(sorted(parts))}. The hub takes it within a minute.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    parts = _kept(arguments, arguments.connection)
    if not parts:
        raise LocalError(
            f"{arguments.connection} has no template for {arguments.mail} in {arguments.locale}."
        )
    for name, source in sorted(parts.items()):
        say(f"--- {name}\n{source}")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    _existing(arguments).remove(arguments.connection, arguments.mail, arguments.locale)
    say("The mail is the built-in one again, within a minute.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    for mail, locale in _existing(arguments).list(arguments.connection):
        say(f"{mail:<20} {locale}")
    return 0


def _kept(arguments: argparse.Namespace, connection: str) -> Parts:
    return _existing(arguments).get(connection, arguments.mail, arguments.locale)


def _existing(arguments: argparse.Namespace) -> MailTemplateStore:
    """Return where templates are kept. Raises LocalError where there is no such connection."""
    from local.connections import clock, get
    from shared.connections.mail_templates import MailTemplateStore

    stack = given.stack(arguments.stack)
    get(stack, arguments.connection)
    return MailTemplateStore(stack.clients.dynamodb, stack.outputs["ConnectionsTableName"], clock)


def _parts(arguments: argparse.Namespace) -> dict[str, str]:
    parts = {"subject": arguments.subject}
    for name in ("html", "text"):
        path = getattr(arguments, name)
        if path:
            try:
                parts[name] = given.read(path).decode()
            except UnicodeDecodeError:
                raise LocalError(f"{path} is not UTF-8.") from None
    return {name: source for name, source in parts.items() if source}
