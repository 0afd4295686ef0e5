"""A Chromium without a window, started once for many pictures.

It is spoken to over the pipe of ``--remote-debugging-pipe``: messages of the Chrome DevTools Protocol as
JSON, each ended by a NUL byte, in at file descriptor 3 and out at 4
(https://chromedevtools.github.io/devtools-protocol/). So there is no port, and nothing to install beside it.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LocalError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCHEMES = ("light", "dark")
PATIENCE = 30.0  # seconds for one answer
_MAX_HEIGHT = 16_000  # pixels; what Chromium draws ends at 16,384
_SPARE = 10  # descriptors of ours lie above those that Chromium reads and writes


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at: the window's width in CSS pixels, and the reader's colour scheme."""

    width: int
    scheme: str  # one of SCHEMES


def find_browser() -> str:
    """Return the path of a Chromium. Raises LocalError that says what to install."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise LocalError(
        f"Pictures are taken by Chromium, and there is none ({', '.join(NAMES)}). Install it:"
        " `apt-get install chromium`, `dnf install chromium` or `brew install --cask chromium`."
    )


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """Start the Chromium at ``path``, and end it with all that it started. Raises LocalError."""
    to_it, from_it = os.pipe(), os.pipe()
    reads, writes = _above(to_it[0]), _above(from_it[1])
    with tempfile.TemporaryDirectory(prefix="orderhub-pictures-", ignore_cleanup_errors=True) as profile:
        process = os.posix_spawn(
            path,
            [path, *_options(profile)],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, reads, 3),
                (os.POSIX_SPAWN_DUP2, writes, 4),
            ],
            setpgroup=0,
        )
        os.close(reads)
        os.close(writes)
        try:
            yield Browser(to_it[1], from_it[0])
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(to_it[1])
            os.close(from_it[0])


class Browser:
    """One tab of a Chromium that runs. Every method raises LocalError where it does not answer."""

    def __init__(self, to_it: int, from_it: int) -> None:
        self._to_it, self._from_it = to_it, from_it
        self._ids = itertools.count(1)
        self._rest = b""
        self._happened: set[str] = set()  # events since the last page was asked for
        self._session = ""
        tab = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def open(self, page: Path, look: Look) -> None:
        """Load a file as ``look`` shows it, and wait for its pictures too."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=look.width,
            height=800,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": look.scheme}]
        self._ask("Emulation.setEmulatedMedia", media="screen", features=features)
        self._happened.clear()
        self._ask("Page.navigate", url=page.resolve().as_uri())
        self._wait_for("Page.loadEventFired")

    def picture(self) -> bytes:
        """Return the page that is open, as a PNG of its whole height."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0,
            "y": 0,
            "width": size["width"],
            "height": min(size["height"], _MAX_HEIGHT),
            "scale": 1,
        }
        shot = self._ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def value(self, expression: str) -> Any:
        """Return what a JavaScript expression is in the page that is open."""
        return self._ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._to_it, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise LocalError(_ENDED) from None
        answer = next(answer for answer in self._messages() if answer.get("id") == number)
        if "error" in answer:
            raise LocalError(f"Chromium refused {method}: {answer['error'].get('message')}.")
        result: dict[str, Any] = answer["result"]
        return result

    def _wait_for(self, event: str) -> None:
        messages = self._messages()
        while event not in self._happened:
            next(messages)

    def _messages(self) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + PATIENCE
        while True:
            while b"\0" not in self._rest:
                ready, _, _ = select.select([self._from_it], [], [], max(0, deadline - time.monotonic()))
                if not ready:
                    raise LocalError(f"Chromium did not answer within {PATIENCE:.0f} s. Try again.")
                read = os.read(self._from_it, 1 << 20)
                if not read:
                    raise LocalError(_ENDED)
                self._rest += read
            raw, _, self._rest = self._rest.partition(b"\0")
            message = json.loads(raw)
            self._happened.add(message.get("method", ""))
            yield message


_ENDED = "Chromium ended before its picture was taken. Run it once by hand, it says why: chromium --headless"


def _options(profile: str) -> list[str]:
    options = [
        "--headless=new",
        "--remote-debugging-pipe",
        f"--user-data-dir={profile}",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-extensions",
        "--hide-scrollbars",
        "--no-first-run",
        # Pages are ours and are files: no name needs to be found.
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    # Chromium refuses to run as root in its sandbox, which is what a container has.
    return [*options, "--no-sandbox"] if os.geteuid() == 0 else options


def _above(descriptor: int) -> int:
    """Return ``descriptor`` under a number that the new process does not need."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _SPARE)
    os.close(descriptor)
    return moved
