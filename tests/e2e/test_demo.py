"""The scripted day on the real template, in a local AWS: nothing lost, nothing twice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from local.parcels import BOOKINGS, PARCELS, POSTAGE
from local.places import DEMO_HOME, ROOT
from local.scenario import EXPECTED, STEPS
from local.steps import Webhook

LAST_LINE = re.compile(
    r"demo: (?P<orders>\d+) orders, (?P<events>\d+) events, (?P<mails>\d+) mails,"
    r" (?P<lost>\d+) lost, (?P<duplicates>\d+) duplicated effects"
)


@pytest.mark.slow
def test_a_scripted_day_loses_nothing_and_does_nothing_twice() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1_200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = LAST_LINE.fullmatch(done.stdout.splitlines()[-1])
    assert last, done.stdout
    counted = {name: int(number) for name, number in last.groupdict().items()}
    scripted = sum(step.twist.copies for step in STEPS if isinstance(step, Webhook) and step.twist.is_event)
    # The shop behind the marketplace sends webhooks of its own, one for each change there.
    assert counted.pop("events") > scripted
    assert counted == {
        "orders": len(EXPECTED),
        "mails": sum(len(ending.mails) for ending in EXPECTED),
        "lost": 0,
        "duplicates": 0,
    }
    assert len(list((DEMO_HOME / "mails").glob("*.html"))) == counted["mails"]
    assert len(list((DEMO_HOME / "mails").glob("*.txt"))) == counted["mails"]
    # Of each account's bookings but the one that was canceled with its package.
    assert len(list((DEMO_HOME / "labels").glob("*.pdf"))) == BOOKINGS[PARCELS] - 1
    assert len(list((DEMO_HOME / "labels").glob("*.png"))) == BOOKINGS[POSTAGE]
