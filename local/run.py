"""Run the hub on this machine and show what happens, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from botocore.exceptions import BotoCoreError, ReadTimeoutError

from local import places
from local.connections import clock
from local.console import bold, dim, say, short_path
from local.deploy import Stack
from local.errors import LocalError
from local.examples import explain
from local.ledger import Ledger, key_of, read_ledger
from local.mail_events import digest_of, events_of, first_words, play
from local.mailbox import Mail, read_mails, write_mails
from local.samples import read_samples
from local.start import started
from local.timeline import feed_line
from shared.storage.records import FINISHED, InputRecord

FIRST_PORT = 4566
_LOOK_EVERY = 0.5  # seconds
_OWED_IS_NEWS_AFTER = timedelta(seconds=5)
_MAILS = places.RUN_HOME / "mails"


def run(port: int = 0) -> int:
    """Start everything and follow it. Returns 0 after Ctrl-C."""
    with started(places.RUN_HOME, port or FIRST_PORT) as running:
        stack = running.stack
        samples = _write_samples(places.RUN_HOME / "samples")
        explain(stack, samples, running.channels)
        where = f"mails are written to {short_path(_MAILS)}; Ctrl-C stops everything"
        say(f"\n{bold('What happens')}  {dim(where)}")
        try:
            _follow(stack)
        except KeyboardInterrupt:
            say("\nstopping")
        except (BotoCoreError, OSError):
            raise LocalError("The local AWS has ended, by `local stop` or by itself: see its log.") from None
    return 0


def _write_samples(folder: Path) -> Path:
    """Write the sample payloads with moments of today: the hub refuses what comes from the future."""
    for name, content in read_samples(places.EVENTS, clock()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@dataclass(slots=True)
class _Seen:
    """What was seen so far: the line of each input, how many mails, and those that have been spoken of."""

    told: dict[str, str] = field(default_factory=dict)
    written: int = -1
    spoken: set[str] = field(default_factory=set)


def _follow(stack: Stack) -> None:
    """Print each input once it is done with, and again when it comes again."""
    seen = _Seen()
    while True:
        # A busy machine may not answer in time; the next look sees the same.
        with suppress(TimeoutError, ReadTimeoutError):
            _look(stack, seen)
        time.sleep(_LOOK_EVERY)


def _look(stack: Stack, seen: _Seen) -> None:
    ledger = read_ledger(stack)
    mails = read_mails(str(stack.clients.endpoint))
    if len(mails) != seen.written:
        write_mails(mails, _MAILS)
        seen.written = len(mails)
    seen.spoken |= _speak_of(stack, ledger, [mail for mail in mails if mail.id not in seen.spoken])
    for record in ledger.records:
        line = feed_line(ledger, record)
        if seen.told.get(key_of(record)) != line and _is_ready(record):
            say(f"  {line}")
            seen.told[key_of(record)] = line


def _speak_of(stack: Stack, ledger: Ledger, mails: Sequence[Mail]) -> set[str]:
    """Let the mail service say what became of new mails, once the hub has marked them; return those."""
    marked = {effect.proof for _, effect in ledger.mails()}
    new = [mail for mail in mails if mail.id in marked]
    if new:
        digest = digest_of(stack)
        play(
            stack,
            [
                said
                for mail in new
                for word in first_words(mail)
                for said in events_of(ledger, [mail], word, digest)
            ],
        )
    return {mail.id for mail in new}


def _is_ready(record: InputRecord) -> bool:
    """All that it owes is done, or takes so long that the reader should see it."""
    done = all(effect.state in FINISHED for effect in record.effects)
    return done or clock() - record.received_at > _OWED_IS_NEWS_AFTER
