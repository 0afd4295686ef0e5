"""Bring the whole of it up: local AWS, artifacts, template, demo connections."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import artifacts, aws, places
from local.channels.demo import served_channels
from local.channels.server import ServedChannel
from local.clients import Clients
from local.connections import (
    DEMO_CONNECTIONS,
    clock,
    create_channel_connections,
    create_demo_connections,
)
from local.console import alive, step
from local.deploy import Stack, deploy, find
from local.errors import LocalError
from local.invoke import wake_all


@dataclass(frozen=True, slots=True)
class Started:
    """What runs: the deployed stack, and the simulated channels that it is connected to."""

    stack: Stack
    channels: Mapping[str, ServedChannel]


@contextmanager
def started(home: Path, first_port: int, *, awake: bool = False) -> Iterator[Started]:
    """Yield the deployed stack with the demo's connections; stop everything at the end.

    ``awake``: with a worker of each function, so that nobody waits for one to start.
    """
    _end_in_order()
    built = _build()
    with step("Start the local AWS") as tell:
        running = aws.start(places.AWS_VENV, home, first_port)
        tell(running.endpoint)
    try:
        with step("Deploy template.yaml") as tell:
            stack = deploy(running, places.ROOT / "template.yaml", built)
            tell(f"{len(stack.resources)} resources")
        if awake:
            with step("Wake the functions") as tell:
                tell(f"{wake_all(stack)} of them")
        with step("Connect the demo's channels") as tell:
            create_demo_connections(stack, clock())
            tell(", ".join(demo.id for demo in DEMO_CONNECTIONS))
        with served_channels(stack.api_url, clock) as channels:
            with step("Connect the simulated channels") as tell:
                create_channel_connections(stack, channels, clock())
                tell(", ".join(channels))
            yield Started(stack, channels)
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with alive("  Stop the local AWS"):
            aws.stop(running)


def _end_in_order() -> None:
    """Let a plain kill and a closed terminal stop what was started, as Ctrl-C does."""

    def end(number: int, _: object) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)


def deploy_again() -> Stack:
    """Deploy code and template as they are now into the running hub. Raises LocalError."""
    find(Clients(aws.running(places.RUN_HOME).endpoint))
    built = _build()
    running = aws.running(places.RUN_HOME)  # once more: a build takes long enough for it to end
    with step("Deploy template.yaml"):
        return deploy(running, places.ROOT / "template.yaml", built)


def _build() -> artifacts.Artifacts:
    python = places.AWS_VENV / "bin" / "python"
    if not python.exists():
        raise LocalError("The local AWS is not installed (.venv-aws). `make run` and `make demo` install it.")
    with step("Build the code for this machine") as tell:
        built = artifacts.build(places.ROOT, places.CACHE, python)
        tell(built.layer.name)
    return built
