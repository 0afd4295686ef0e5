"""``python -m local connection``: connections listed, made and changed, their secrets and credentials."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local import given
from local.console import say, short_path
from shared.adapters import ADAPTERS
from shared.connections.model import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_connections(commands: Commands) -> None:
    """Add the command to the command line."""
    connection = commands.add_parser(
        "connection", help="list, add, change, show and remove connections, rotate their secrets"
    )
    actions = connection.add_subparsers(title="actions", required=True, metavar="ACTION")

    def action(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text)
        given.add_stack(made)
        made.set_defaults(run=run)
        return made

    listing = action("list", "list the connections, and how each is doing", _list)
    listing.add_argument("--all", action="store_true", help="those that were removed as well")
    add = action("add", "add a connection, or replace all its settings", _add)
    add.add_argument("id", metavar="ID", help="short name, part of its webhook URL: shop-one")
    kinds = sorted(ADAPTERS)
    add.add_argument("--kind", required=True, choices=kinds, metavar="KIND", help=", ".join(kinds))
    add.add_argument("--name", default="", help="what people call it (default: its id)")
    add.add_argument(
        "--secret", default="", help="the webhook secret; without it a new connection gets one, printed"
    )
    add.add_argument(
        "--set",
        default=[],
        action="append",
        metavar="KEY=VALUE",
        help="a setting: tracking_wait_seconds=3600; a row of one that is a table: api_options.seller_id=A2…",
    )
    settings = (
        f"Settings, as shared/connections/model.py has them: {', '.join(sorted(Settings.model_fields))}. "
        "What each kind needs stands in docs/connect.md."
    )
    add.epilog = settings
    change = action("set", "change settings of a connection; all others stay as they are", _set)
    change.add_argument("id", metavar="ID", help="of the connection")
    change.add_argument(
        "pairs", metavar="KEY=VALUE", nargs="+", help="a setting, stock_buffer=2, or a row, skus.A=B"
    )
    change.epilog = settings
    credentials = action(
        "credentials",
        "store credentials of the channel's API; those given as NAME= are taken out",
        _credentials,
    )
    credentials.add_argument("id", metavar="ID", help="of the connection")
    credentials.add_argument("pairs", metavar="NAME=VALUE", nargs="+", help="a credential: api_key=…")
    show = action("show", "show a connection with all its settings, as JSON", _show)
    show.add_argument("id", metavar="ID", help="of the connection")
    rotate = action("rotate-secret", "set a new secret; the one before stays valid", _rotate)
    rotate.add_argument("id", metavar="ID", help="of the connection")
    rotate.add_argument("--secret", default="", help="the new secret; without it one is made and printed")
    end = action("end-rotation", "forget the secret that was valid before", _end_rotation)
    end.add_argument("id", metavar="ID", help="of the connection")
    remove = action("remove", "listen to a connection, ask it and tell it no more; its orders stay", _remove)
    remove.add_argument("id", metavar="ID", help="of the connection")
    remove.add_argument("--yes", action="store_true", help="do it, instead of saying what it would do")
    remove.add_argument("--erase", action="store_true", help="forget the customers of all of its orders, too")


def _list(arguments: argparse.Namespace) -> int:
    from local.connections import connection_line, store_of

    for found, progress in store_of(given.stack(arguments.stack)).list_with_states():
        if arguments.all or found.removed_at is None:
            say(connection_line(found, progress, datetime.now(UTC)))
    return 0


def _credentials(arguments: argparse.Namespace) -> int:
    from local.connections import credentials_of, get_connected, missing_credentials

    stack = given.stack(arguments.stack)
    found = get_connected(stack, arguments.id)
    stored = credentials_of(stack).put(
        found.id, dict(given.pair(text, "api_key=…") for text in arguments.pairs)
    )
    say(f"stored        {', '.join(stored) or 'nothing'}")
    missing = missing_credentials(found.kind, stored)
    if missing:
        say(f"still needed  {', '.join(missing)}")
    say("Functions that know the old ones take the new ones within five minutes.")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from local.connections import find, keep_secret, missing_credentials, missing_options, store_of
    from local.typed_connections import new_connection
    from local.webhooks import url_of
    from shared.adapters import signature_of

    settings = dict(given.pair(text, "tracking_wait_seconds=3600") for text in arguments.set)
    stack = given.stack(arguments.stack)
    known = find(stack, arguments.id)
    made = new_connection(
        connection=arguments.id,
        kind=arguments.kind,
        name=arguments.name,
        settings=settings,
        now=datetime.now(UTC),
        on_this_machine=not arguments.stack,
        known=known,
    )
    store_of(stack).put(made)
    if signature_of(made.kind).SIGNATURE_HEADERS:
        say(f"webhook URL   {url_of(stack.api_url, made.kind, made.id)}")
        say(f"secret        {keep_secret(stack, made, arguments.secret) or 'as it was'}")
    else:
        say(f"webhook URL   none: {made.kind} posts nothing, it is asked")
    if known is not None:
        say("settings      only those given now; `connection set` leaves the others as they are")
    is_new = known is None or known.removed_at is not None
    missing = missing_credentials(made.kind, ()) if made.settings.api_url and is_new else ()
    if missing:
        pairs = " ".join(f"{name}=…" for name in missing)
        where = f" --stack {arguments.stack}" if arguments.stack else ""
        python = short_path(Path(sys.executable))
        say(f"next          {python} -m local connection credentials {made.id} {pairs}{where}")
    if unset := missing_options(made) if made.settings.api_url else ():
        say(f"options       not set: {', '.join(unset)}. Which of them are needed: docs/connect.md")
    return 0


def _set(arguments: argparse.Namespace) -> int:
    from local.connections import get_connected, store_of
    from local.typed_connections import changed

    stack = given.stack(arguments.stack)
    made = changed(
        get_connected(stack, arguments.id),
        dict(given.pair(text, "stock_buffer=2") for text in arguments.pairs),
        on_this_machine=not arguments.stack,
    )
    store_of(stack).put(made)
    say("The hub takes it within a minute.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from local.connections import get

    say(get(given.stack(arguments.stack), arguments.id).model_dump_json(indent=2))
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from local.connections import get_connected, put_secret
    from shared.connections.secrets import ASKED_AFRESH

    stack = given.stack(arguments.stack)
    say(f"secret        {put_secret(stack, get_connected(stack, arguments.id), arguments.secret)}")
    wait = int(ASKED_AFRESH.total_seconds())
    say(
        f"The hub takes it within {wait} seconds. The one before stays valid until `connection end-rotation`."
    )
    return 0


def _end_rotation(arguments: argparse.Namespace) -> int:
    from local.connections import get_connected, writer_of

    stack = given.stack(arguments.stack)
    found = get_connected(stack, arguments.id)
    writer_of(stack).forget_previous(found.kind, found.id)
    say("Only the current secret is valid; a function that still knows the other forgets it in five minutes.")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from local.connections import get, store_of
    from local.removal import is_unused, open_orders, remove, still_owed, to_do_there

    stack = given.stack(arguments.stack)
    found = get(stack, arguments.id)
    is_unused(found.id, store_of(stack).list())
    say(f"open orders   {open_orders(stack, found.id)}")
    say(f"still owed    {still_owed(stack, found.id)} mails, calls and movements of stock")
    if not arguments.yes:
        say("Nothing is changed yet: with --yes it is. docs/connect.md says what becomes of its orders.")
        return 1
    remove(stack, found, erase=arguments.erase)
    say(f"removed       {found.id}; webhooks that still come get 401, within five minutes")
    if arguments.erase:
        say("erasing       the customers of all of its orders, a hundred orders a minute")
    for text in to_do_there(stack, found):
        say(f"by hand       {text}")
    return 0
