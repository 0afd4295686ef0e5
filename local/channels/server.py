"""A simulated channel behind HTTP on 127.0.0.1, and its webhooks on their way to the hub.

``/_simulator/place``, ``act`` and ``fail`` are for whoever plays the world outside; everything else is
the channel's own API. Webhooks are signed as the channel signs them and sent in the order in which they came
to be; one that is not answered with 2xx is sent again, as often as the channel would, its waits sped up.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import URLError

from local.channels.faults import Fault, Faulty
from local.channels.simulator import Event, Simulator
from local.channels.ups import prove
from local.webhooks import post, signed_headers
from shared.wire.http import HttpAnswer, HttpRequest, NoAnswerError, NotSentError

HOST = "127.0.0.1"
_CONTROL = "/_simulator/"
_FIRST_RETRY = 0.2  # seconds
_LOOK_EVERY = 0.02


@dataclass(slots=True)
class ServedChannel:
    """One simulated channel while it is served. ``faults`` can be planned at any time."""

    simulator: Simulator
    url: str
    faults: Faulty
    webhook_url: str
    secret: str
    retries: int  # how often the channel sends a webhook again
    delivered: int = 0
    given_up: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _waiting: list[tuple[float, Event, int]] = field(default_factory=list)

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order."""
        with self._lock:
            self.simulator.place(order_id, **wishes)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let something happen out there."""
        with self._lock:
            self.simulator.act(order_id, action, **details)

    def fail(self, fault: str, *, method: str = "", path: str = "", times: int = 1) -> None:
        """Let the next requests with this method and this text in their URL meet a fault (``rate_limit``)."""
        with self._lock:
            self.faults.plan(Fault(fault), method=method, path=path, times=times)

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Return the channel's answer, None where it does not answer."""
        with self._lock:
            try:
                return self.faults(request)
            except (NoAnswerError, NotSentError):
                return None

    @property
    def is_quiet(self) -> bool:
        """No webhook is on its way."""
        with self._lock:
            return not self.simulator.events and not self._waiting

    def deliver(self) -> None:
        """Send the webhooks whose time has come."""
        with self._lock:
            now = time.monotonic()
            fresh = [(now, event, 0) for event in self.simulator.events]
            self.simulator.events.clear()
            self._waiting += fresh
            due = [entry for entry in self._waiting if entry[0] <= now]
        for entry in due:
            _, event, tries = entry
            is_taken = self._send(event)
            with self._lock:
                self._waiting.remove(entry)
                if is_taken:
                    self.delivered += 1
                elif tries < self.retries:
                    again = time.monotonic() + _FIRST_RETRY * 2**tries
                    self._waiting.append((again, event, tries + 1))
                else:
                    self.given_up += 1

    def _send(self, event: Event) -> bool:
        try:
            return post(self.webhook_url, event.body, self._proof(event)).status < 300
        except (URLError, ValueError):
            return False

    def _proof(self, event: Event) -> dict[str, str]:
        """Return the headers of a webhook. Raises URLError and ValueError where UPS gets no token from us."""
        if self.simulator.kind == "ups":
            return prove(self._ask_token, self.secret)
        now = datetime.now(UTC)
        return signed_headers(self.simulator.kind, event.body, self.secret, topic=event.topic, now=now)

    def _ask_token(self, headers: dict[str, str], form: bytes) -> tuple[int, bytes]:
        answered = post(f"{self.webhook_url}/token", form, headers)
        return answered.status, answered.body.encode()


@contextmanager
def served(
    simulator: Simulator, *, webhook_url: str, secret: str, port: int = 0, retries: int = 0
) -> Iterator[ServedChannel]:
    """Serve a simulated channel until the end of the block; ``port`` 0 takes a free one."""
    faults = Faulty(simulator)
    server = ThreadingHTTPServer((HOST, port), _Handler)
    url = f"http://{HOST}:{server.server_address[1]}"
    channel = ServedChannel(simulator, url, faults, webhook_url, secret, retries)
    _CHANNELS[server.server_address[1]] = channel
    stopped = threading.Event()

    def deliver_until_stopped() -> None:
        while not stopped.wait(_LOOK_EVERY):
            channel.deliver()

    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=deliver_until_stopped, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield channel
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join(timeout=5)
        del _CHANNELS[server.server_address[1]]


_CHANNELS: dict[int, ServedChannel] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        channel = _CHANNELS[self.server.server_address[1]]  # type: ignore[index]
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.startswith(_CONTROL):
            found: HttpAnswer | None = _control(channel, self.path.removeprefix(_CONTROL), body)
        else:
            url = f"{channel.url}{self.path}"
            headers = dict(self.headers.items())
            found = channel.answer(HttpRequest(method=self.command, url=url, headers=headers, body=body))
        if found is None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(2)
            return
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  named by http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
        """Stay silent: the hub's own log tells what it asked."""


def _control(channel: ServedChannel, action: str, body: bytes) -> HttpAnswer:
    """Let a person play the world outside: ``place`` with an order_id, ``act`` with order_id and action,
    ``fail`` with a fault.
    """
    try:
        asked = json.loads(body or b"{}")
        if action == "fail":
            channel.fail(str(asked.pop("fault")), **asked)
        elif action == "place":
            channel.place(str(asked.pop("order_id")), **asked)
        else:
            channel.act(str(asked.pop("order_id")), str(asked.pop("action")), **asked)
    except Exception as error:  # noqa: BLE001  whatever the channel refuses is the answer
        unknown = f"{channel.simulator.kind} knows no {error} (yet)"
        document = {
            "error": unknown if isinstance(error, LookupError) else f"{type(error).__name__}: {error}",
            "needs": "order_id, and action for act; or a fault",
        }
        return HttpAnswer(status=422, body=json.dumps(document).encode())
    return HttpAnswer(status=200, body=b'{"done":true}')
