"""What the reader sees: aligned lines, and progress for whatever takes longer than a second."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LABEL_WIDTH = 34
_PATIENCE = 1.0  # seconds without a sign of life


def is_terminal() -> bool:
    return sys.stdout.isatty()


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def dim(text: str) -> str:
    """Grey where the terminal can show it; the same text everywhere else."""
    return f"\x1b[2m{text}\x1b[0m" if is_terminal() else text


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if is_terminal() else text


def short_path(path: Path) -> str:
    """Return a path as it is typed from here, quoted for a shell."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


@contextmanager
def step(label: str) -> Iterator[Callable[[str], None]]:
    """Show ``label`` while the block runs, then its duration and what it handed to the callable.

    A block that takes longer than a second shows that it lives: a running clock in a
    terminal, one line in a log.
    """
    started = time.monotonic()
    result: list[str] = []
    done = threading.Event()
    clock = threading.Thread(target=_show_life, args=(label, started, done), daemon=True)
    clock.start()
    try:
        yield result.append
    except BaseException:
        done.set()
        clock.join()
        say(f"{_clear()}  {label:<{_LABEL_WIDTH}} failed")
        raise
    done.set()
    clock.join()
    took = f"{time.monotonic() - started:6.1f} s"
    detail = f"   {dim(' '.join(result))}" if result else ""
    say(f"{_clear()}  {label:<{_LABEL_WIDTH}} {took}{detail}")


def _clear() -> str:
    return "\r\x1b[K" if is_terminal() else ""


def _show_life(label: str, started: float, done: threading.Event) -> None:
    if done.wait(_PATIENCE):
        return
    if not is_terminal():
        say(f"  {label} …")
        return
    while True:
        seconds = time.monotonic() - started
        print(f"\r\x1b[K  {label:<{_LABEL_WIDTH}} {seconds:6.1f} s …", end="", flush=True)
        if done.wait(0.2):
            return
