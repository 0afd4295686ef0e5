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
_PATIENCE_OF_A_LOG = 10.0


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
def alive(label: str) -> Iterator[None]:
    """Show that the block lives: after a second by a clock in a terminal, after ten by a line in a log."""
    done = threading.Event()
    clock = threading.Thread(target=_show_life, args=(label, time.monotonic(), done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()
        if is_terminal():
            print("\r\x1b[K", end="", flush=True)


@contextmanager
def step(label: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, then how long it took and what the block handed to the callable."""
    started = time.monotonic()
    result: list[str] = []
    try:
        with alive(f"  {label}"):
            yield result.append
    except BaseException:
        say(f"  {label:<{_LABEL_WIDTH}} failed")
        raise
    took = f"{time.monotonic() - started:6.1f} s"
    say(f"  {label:<{_LABEL_WIDTH}} {took}   {dim(' '.join(result))}".rstrip())


def _show_life(label: str, started: float, done: threading.Event) -> None:
    if done.wait(_PATIENCE if is_terminal() else _PATIENCE_OF_A_LOG):
        return
    if not is_terminal():
        say(f"{label} …")
        return
    while not done.is_set():
        print(f"\r\x1b[K{label} … {time.monotonic() - started:.0f} s", end="", flush=True)
        done.wait(0.2)
