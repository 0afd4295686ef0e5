"""What writing a mail costs: ``python -m local.checks.mail_times`` prints it for each kind.

CPU time, the median of ROUNDS rounds with warm templates, each with a round of rendering an empty template
beside it: the ratio of the two says more than milliseconds of a machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from jinja2 import Environment

from local.console import say
from shared.notifications.catalogue import KINDS
from shared.notifications.render import render_mail
from shared.notifications.samples import BRANDING, FULL

ROUNDS = 25
AT_MOST = 5.0  # milliseconds
_EMPTY_AT_ONCE = 200  # an empty template is done before the clock ticks


def main() -> int:
    """Print the times; return 1 where a mail takes longer than it may."""
    empty = Environment(autoescape=True).from_string("")
    slow = []
    for kind in KINDS:
        write = partial(render_mail, kind, FULL, locale="de", branding=BRANDING)
        mails, nothing = [], []
        for _ in range(ROUNDS + 2):
            mails.append(_milliseconds(write))
            nothing.append(_milliseconds(lambda: [empty.render() for _ in range(_EMPTY_AT_ONCE)]))
        took = statistics.median(mails[2:])
        base = statistics.median(nothing[2:]) / _EMPTY_AT_ONCE
        say(f"{kind:<18} {took:6.2f} ms   {took / base:6.0f} empty templates")
        if took > AT_MOST:
            slow.append(kind)
    if slow:
        say(f"longer than {AT_MOST:.0f} ms: {', '.join(slow)}")
    return 1 if slow else 0


def _milliseconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) * 1_000


if __name__ == "__main__":
    sys.exit(main())
