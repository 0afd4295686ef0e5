"""Where things are: the checkout, and what the local run leaves in it (all under ``.local/``)."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AWS_VENV = ROOT / ".venv-aws"  # the local AWS in an environment of its own, without our packages
WORK = ROOT / ".local"
CACHE = WORK / "cache"
RUN_HOME = WORK / "run"
DEMO_HOME = WORK / "demo"
EVENTS = ROOT / "events"
