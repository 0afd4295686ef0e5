"""Compare things by their CPU time, in turn: A B A B, so that a busy machine is busy for all of them."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 21


def cpu_microseconds(work: Mapping[str, Callable[[], object]], *, repeat: int) -> dict[str, float]:
    """Return the median CPU time of each, in microseconds a call: ``ROUNDS`` rounds of ``repeat`` calls."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for call in work.values():  # what is made on first use is not what is measured
        for _ in range(repeat):
            call()
    gc.collect()
    for _ in range(ROUNDS):
        for name, call in work.items():
            began = time.process_time()
            for _ in range(repeat):
                call()
            times[name].append((time.process_time() - began) / repeat * 1e6)
    return {name: statistics.median(found) for name, found in times.items()}


def process_milliseconds(
    commands: Mapping[str, tuple[Sequence[str], Mapping[str, str]]],
) -> dict[str, float]:
    """Return the median CPU time of each command's process, user and system, in milliseconds.

    Raises subprocess.CalledProcessError: a process that fails has no figure.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(ROUNDS + 1):
        for name, (command, environment) in commands.items():
            process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            if turn:  # the first one reads the disk
                times[name].append((used.ru_utime + used.ru_stime) * 1e3)
    return {name: statistics.median(found) for name, found in times.items()}
