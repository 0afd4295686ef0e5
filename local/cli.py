"""The command line: ``python -m local COMMAND``. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.connection_commands import add_connections
from local.console import complain, say
from local.errors import LocalError
from local.mail_commands import add_mails, add_ses
from shared.adapters import ADAPTERS

if TYPE_CHECKING:
    from local.deploy import Stack

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

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


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    root = argparse.ArgumentParser(prog="python -m local", description=_DESCRIPTION)
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_work(commands)
    _add_token(commands)
    _add_documents(commands)
    add_connections(commands)
    add_mails(commands)
    add_ses(commands)
    _add_customer(commands)
    _add_replay(commands)
    docs = commands.add_parser("docs", help="write the pages of docs/ that are made from the code's tables")
    docs.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is stale")
    docs.set_defaults(run=_docs)
    languages = commands.add_parser(
        "languages", help="make the tables of mails and pages from the catalogues in local/catalogues"
    )
    languages.add_argument("--check", action="store_true", help="write nothing; exit 1 where one is stale")
    languages.set_defaults(run=_languages)
    return root


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="start everything, show what happens, until Ctrl-C")
    run.add_argument("--port", type=int, default=0, help="first port to try (default 4566)")
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="play a scripted day and check what became of it")
    demo.add_argument("--port", type=int, default=0, help="first port to try (default 4600)")
    demo.set_defaults(run=_demo)

    stop = commands.add_parser("stop", help="stop what a killed run or demo left behind")
    stop.set_defaults(run=_stop)


def _add_work(commands: Commands) -> None:
    deploy = commands.add_parser(
        "deploy", help="deploy the code and template as they are now into the running hub"
    )
    deploy.set_defaults(run=_deploy)

    send = commands.add_parser("send", help="sign a payload with a connection's secret and send it")
    send.add_argument("connection", metavar="CONNECTION", help="id of the connection, such as shop-one")
    send.add_argument("file", metavar="FILE", help="the payload, sent byte for byte; - for standard input")
    send.add_argument("--topic", default="", help="the channel's topic, such as orders/create")
    send.set_defaults(run=_send)

    invoke = commands.add_parser(
        "invoke", help="invoke a function, such as run_deadlines, as its schedule would"
    )
    invoke.add_argument("function", metavar="FUNCTION", help="module name (run_deadlines) or logical id")
    given = invoke.add_mutually_exclusive_group()
    given.add_argument("--time", help="what the function takes for now, ISO 8601 with offset (default: now)")
    given.add_argument("--event", metavar="FILE", help="JSON file to send as the whole event")
    invoke.set_defaults(run=_invoke)


def _add_token(commands: Commands) -> None:
    token = commands.add_parser("token", help="print an access token for the API, good for an hour")
    token.add_argument("--stack", default="", help="a stack in your AWS account (default: the local run)")
    token.set_defaults(run=_token)


def _add_documents(commands: Commands) -> None:
    kinds = sorted(ADAPTERS)
    normalize = commands.add_parser("normalize", help="print what Orderhub makes of a payload, as JSON")
    normalize.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
    normalize.add_argument("file", metavar="FILE", help="the payload; - for standard input")
    normalize.add_argument("--topic", default="", help="the channel's topic; without it the shape tells")
    normalize.set_defaults(run=_normalize)

    verify = commands.add_parser("verify", help="say whether a webhook's signature holds; exit code 0 or 1")
    verify.add_argument("kind", metavar="KIND", choices=kinds, help=", ".join(kinds))
    verify.add_argument("file", metavar="FILE", help="the raw body; - for standard input")
    verify.add_argument(
        "--secret", required=True, action="append", help="the secret; twice while it is rotated"
    )
    verify.add_argument(
        "--header",
        default=[],
        action="append",
        metavar="'NAME: VALUE'",
        help="a header as it came; repeat it",
    )
    verify.add_argument(
        "--time", help="when it came, for signatures that expire, ISO 8601 with offset (default: now)"
    )
    verify.set_defaults(run=_verify)

    detect = commands.add_parser("detect", help="say which carriers a tracking number may be of, as JSON")
    detect.add_argument("numbers", metavar="NUMBER", nargs="+", help="a tracking number; quote its spaces")
    detect.add_argument("--country", default="", help="where the parcel goes, such as DE")
    detect.add_argument("--default", default="", metavar="CARRIER", help="the carrier that is usual")
    detect.set_defaults(run=_detect)


def _add_customer(commands: Commands) -> None:
    stack = "a stack in your AWS account (default: the local run)"
    customer = commands.add_parser("customer", help="answer a customer who asks about their own data")
    actions = customer.add_subparsers(title="actions", required=True, metavar="ACTION")
    for name, text, run in (
        ("export", "print all that is stored of a mail address, as JSON", _customer_export),
        ("erase", "forget the customer in every order of a mail address", _customer_erase),
        ("write-again", "send mails again to an address that bounced or complained", _customer_write_again),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("email", metavar="EMAIL")
        action.add_argument("--stack", default="", help=stack)
        action.set_defaults(run=run)
    erasure = commands.add_parser("erasure", help="erase again, after a restore, what was erased on request")
    replays = erasure.add_subparsers(title="actions", required=True, metavar="ACTION")
    replay = replays.add_parser("replay", help="run it before the restored hub is opened")
    replay.add_argument("--stack", default="", help=stack)
    replay.set_defaults(run=_erasure_replay)


def _add_replay(commands: Commands) -> None:
    replay = commands.add_parser("replay", help="put archived inputs back into the inbox, to be read anew")
    replay.add_argument("--since", required=True, help="received at or after, ISO 8601 with offset")
    replay.add_argument("--until", help="received before (default: now)")
    replay.add_argument("--connection", default="", help="id of the connection (default: all)")
    replay.add_argument("--stack", default="", help="a stack in your AWS account (default: the local run)")
    replay.set_defaults(run=_replay)


def _replay(arguments: argparse.Namespace) -> int:
    from local.moments import moment_of
    from local.replay import replay

    now = datetime.now(UTC)
    since, until = (
        moment_of(given, now, option)
        for given, option in ((arguments.since, "--since"), (arguments.until, "--until"))
    )
    count = replay(_stack(arguments.stack), since, until, arguments.connection)
    say(f"Back in the inbox: {count}")
    return 0


def _customer_export(arguments: argparse.Namespace) -> int:
    from local.customers import export

    say(export(_stack(arguments.stack), arguments.email))
    return 0


def _customer_erase(arguments: argparse.Namespace) -> int:
    from local.customers import erase

    orders = erase(_stack(arguments.stack), arguments.email)
    say("\n".join(orders) or "No order has a customer with this address.")
    if orders:
        say(f"{len(orders)} erased. Raw inputs that lie in the archive already expire within 30 days.")
    return 0


def _customer_write_again(arguments: argparse.Namespace) -> int:
    from local.customers import write_again

    again = write_again(_stack(arguments.stack), arguments.email)
    say("Mails go to this address again." if again else "This address gets mails as it is.")
    return 0


def _erasure_replay(arguments: argparse.Namespace) -> int:
    from local.customers import replay

    orders = replay(_stack(arguments.stack))
    say(f"{len(orders)} orders had their customer back and were erased again.")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from local.run import run

    return run(arguments.port)


def _demo(arguments: argparse.Namespace) -> int:
    from local.demo import demo

    return demo(arguments.port)


def _stop(_: argparse.Namespace) -> int:
    from local import aws, places

    stopped = [aws.stop_leftover(home) for home in (places.RUN_HOME, places.DEMO_HOME)]
    say("stopped" if any(stopped) else "nothing was running")
    return 0


def _deploy(_: argparse.Namespace) -> int:
    from local.start import deploy_again

    deploy_again()
    return 0


def _send(arguments: argparse.Namespace) -> int:
    from local.send import send

    answer = send(
        _running_stack(), arguments.connection, _read(arguments.file), arguments.topic, datetime.now(UTC)
    )
    say(f"{answer.status} {answer.body}")
    return 0 if 200 <= answer.status < 300 else 1


def _invoke(arguments: argparse.Namespace) -> int:
    from local.invoke import event_of, invoke

    event = event_of(arguments.time, _read(arguments.event) if arguments.event else None, datetime.now(UTC))
    answer = invoke(_running_stack(), arguments.function, event)
    say(answer.text)
    return 1 if answer.failed else 0


def _token(arguments: argparse.Namespace) -> int:
    from local.tokens import fetch_token

    say(fetch_token(_stack(arguments.stack)))
    return 0


def _normalize(arguments: argparse.Namespace) -> int:
    from local.normalize import normalize
    from shared.wire.errors import IrrelevantError, UnusableError

    try:
        shown = normalize(arguments.kind, _read(arguments.file), topic=arguments.topic, now=datetime.now(UTC))
    except UnusableError as error:
        say(json.dumps({"error": error.code, "where": error.where}))
        complain(f"cannot be used: {error}")
        return 1
    except IrrelevantError as error:
        say(json.dumps({"error": "irrelevant", "reason": error.reason}))
        complain(f"not about an order or a parcel: {error}")
        return 1
    say(json.dumps(shown, indent=2, ensure_ascii=False))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from local.moments import moment_of
    from local.verify import read_headers
    from shared.adapters import signature_of

    headers = read_headers(arguments.header)
    now = moment_of(arguments.time, datetime.now(UTC))
    holds = signature_of(arguments.kind).verify(headers, _read(arguments.file), arguments.secret, now=now)
    say("the signature holds" if holds else "the signature does not hold")
    return 0 if holds else 1


def _detect(arguments: argparse.Namespace) -> int:
    from local.detect import describe

    found = describe(arguments.numbers, country=arguments.country, default=arguments.default)
    say(json.dumps(found, indent=2))
    return 0


def _running_stack() -> Stack:
    from local import aws, places
    from local.clients import Clients
    from local.deploy import find

    return find(Clients(aws.running(places.RUN_HOME).endpoint))


def _stack(name: str) -> Stack:
    from local.clients import Clients
    from local.deploy import find

    return find(Clients(None), name) if name else _running_stack()


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise LocalError(f"{name} cannot be read: {error.strerror}.") from None


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
