"""The command line: ``python -m local COMMAND``. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from local.connection_commands import add_connections
from local.console import complain
from local.customer_commands import add_customer
from local.document_commands import add_documents
from local.errors import LocalError
from local.hub_commands import add_hub, add_replay
from local.mail_commands import add_mails, add_ses
from local.making_commands import add_making

_DESCRIPTION = "Orderhub on this machine: a local AWS, the real template, no account needed."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 good, 1 what was asked for does not hold, 2 misuse."""
    parsed = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except LocalError as error:
        complain(str(error))
        return 1
    except BrokenPipeError:
        # Whoever reads has had enough (`… | head`). Nothing more can be printed, not even at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        # Imported where AWS is asked, and only there. A ClientError's own classes are made while it is.
        if not any(kind.__module__ == "botocore.exceptions" for kind in type(error).__mro__):
            raise
        where = "Region and credentials are those of the AWS CLI." if vars(parsed).get("stack") else ""
        complain(f"AWS could not be asked: {str(error).rstrip('.')}. {where}".rstrip())
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    root = argparse.ArgumentParser(prog="python -m local", description=_DESCRIPTION)
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        add_hub,
        add_documents,
        add_connections,
        add_mails,
        add_ses,
        add_customer,
        add_replay,
        add_making,
    ):
        add(commands)
    return root
