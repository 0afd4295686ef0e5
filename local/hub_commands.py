"""``python -m local run``, ``demo``, ``stop``, and what a running hub is given: ``deploy``, ``send``, …"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local import given
from local.console import say

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_hub(commands: Commands) -> None:
    """Add the commands to the command line."""
    _add_run(commands)
    _add_work(commands)
    token = commands.add_parser("token", help="print an access token for the API, good for an hour")
    given.add_stack(token)
    token.set_defaults(run=_token)


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="start everything, show what happens, until Ctrl-C")
    run.add_argument("--port", type=given.port, default=0, help="first port to try (default 4566)")
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="play a scripted day and check what became of it")
    demo.add_argument("--port", type=given.port, default=0, help="first port to try (default 4600)")
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
    given.add_argument("--time", help="what the function takes for now, ISO 8601 with offset, or +5m")
    given.add_argument("--event", metavar="FILE", help="JSON file to send as the whole event")
    invoke.set_defaults(run=_invoke)


def add_replay(commands: Commands) -> None:
    """Add the command that reads archived inputs anew to the command line."""
    replay = commands.add_parser("replay", help="put archived inputs back into the inbox, to be read anew")
    replay.add_argument("--since", required=True, help="received at or after, ISO 8601 with offset")
    replay.add_argument("--until", help="received before (default: now)")
    replay.add_argument("--connection", default="", help="id of the connection (default: all)")
    given.add_stack(replay)
    replay.set_defaults(run=_replay)


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
        given.running_stack(),
        arguments.connection,
        given.read(arguments.file),
        arguments.topic,
        datetime.now(UTC),
    )
    say(f"{answer.status} {answer.body}")
    return 0 if 200 <= answer.status < 300 else 1


def _invoke(arguments: argparse.Namespace) -> int:
    from local.invoke import event_of, invoke

    event = event_of(
        arguments.time, given.read(arguments.event) if arguments.event else None, datetime.now(UTC)
    )
    answer = invoke(given.running_stack(), arguments.function, event)
    say(answer.text)
    return 1 if answer.failed else 0


def _token(arguments: argparse.Namespace) -> int:
    from local.tokens import fetch_token

    say(fetch_token(given.stack(arguments.stack)))
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from local.moments import moment_of
    from local.replay import replay

    now = datetime.now(UTC)
    since, until = (
        moment_of(given, now, option)
        for given, option in ((arguments.since, "--since"), (arguments.until, "--until"))
    )
    count = replay(given.stack(arguments.stack), since, until, arguments.connection)
    say(f"Back in the inbox: {count}")
    return 0
