"""What is given on the command line: files, pairs, and the stack that a command is for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from local.deploy import Stack


_LAST_PORT = 65_535


def add_stack(command: argparse.ArgumentParser) -> None:
    """Let a command take the name of a stack."""
    command.add_argument(
        "--stack", default="", help="a stack in your AWS account (default: the hub that `make run` runs)"
    )


def port(text: str) -> int:
    """Return a port of this machine. Raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or not 0 < int(text) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {_LAST_PORT}, not {text!r}")
    return int(text)


def running_stack() -> Stack:
    """Return the stack of the local run. Raises LocalError where none runs."""
    from local import aws, places
    from local.clients import Clients
    from local.deploy import find

    return find(Clients(aws.running(places.RUN_HOME).endpoint))


def stack(name: str) -> Stack:
    """Return a stack of the reader's account, that of the local run without a name. Raises LocalError."""
    from local.clients import Clients
    from local.deploy import find

    return find(Clients(None), name) if name else running_stack()


def pair(text: str, example: str) -> tuple[str, str]:
    """Return what was typed as KEY=VALUE, as in ``example``. Raises LocalError."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise LocalError(f"This takes KEY=VALUE, such as {example}, not {text!r}.")
    return key.strip(), value.strip()


def read(name: str) -> bytes:
    """Return the bytes of a file, of standard input for ``-``. Raises LocalError."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise LocalError(f"{name} cannot be read: {error.strerror}.") from None
