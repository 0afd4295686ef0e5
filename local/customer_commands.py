"""``python -m local customer``, ``erasure``: what is stored of a person, shown and forgotten."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from local import given
from local.console import say

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_customer(commands: Commands) -> None:
    """Add the commands to the command line."""
    customer = commands.add_parser("customer", help="answer a customer who asks about their own data")
    actions = customer.add_subparsers(title="actions", required=True, metavar="ACTION")
    for name, text, run in (
        ("export", "print all that is stored of a mail address, as JSON", _export),
        ("erase", "forget the customer in every order of a mail address", _erase),
        ("write-again", "send mails again to an address that bounced or complained", _write_again),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("email", metavar="EMAIL")
        given.add_stack(action)
        action.set_defaults(run=run)
    erasure = commands.add_parser("erasure", help="erase again, after a restore, what was erased on request")
    replays = erasure.add_subparsers(title="actions", required=True, metavar="ACTION")
    replay = replays.add_parser("replay", help="run it before the restored hub is opened")
    given.add_stack(replay)
    replay.set_defaults(run=_replay)


def _export(arguments: argparse.Namespace) -> int:
    from local.customers import export

    say(export(given.stack(arguments.stack), arguments.email))
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    from local.customers import erase

    orders = erase(given.stack(arguments.stack), arguments.email)
    say("\n".join(orders) or "No order has a customer with this address.")
    if orders:
        say(f"{len(orders)} erased. Raw inputs that lie in the archive already expire within 30 days.")
    return 0


def _write_again(arguments: argparse.Namespace) -> int:
    from local.customers import write_again

    again = write_again(given.stack(arguments.stack), arguments.email)
    say("Mails go to this address again." if again else "This address gets mails as it is.")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from local.customers import replay

    orders = replay(given.stack(arguments.stack))
    say(f"{len(orders)} orders had their customer back and were erased again.")
    return 0
