"""The way to a channel, over sockets to this machine: what it raises says whether anything was done."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from urllib3 import PoolManager
from urllib3.exceptions import SSLError

from shared.wire.http import ApiError, HttpRequest, NoAnswerError, NotSentError
from shared.wire.transport import MAX_ANSWER, HttpTransport

pytestmark = pytest.mark.slow


class Handler(BaseHTTPRequestHandler):
    """Does what the path says."""

    def do_POST(self) -> None:
        """Answer, or not."""
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        if self.path == "/silent":
            self.server.stopped.wait(5)  # type: ignore[attr-defined]
            return
        if self.path == "/closed":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(302 if self.path == "/elsewhere" else 200)
        size = MAX_ANSWER + 1 if self.path == "/endless" else len(body)
        self.send_header("Location", "/plain")
        self.send_header("X-Agent", self.headers["user-agent"])
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * size if self.path == "/endless" else body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopped.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()


def post(url: str, *, loopback: bool = True) -> Any:
    transport = HttpTransport(loopback=loopback, read_seconds=0.3)
    return transport(HttpRequest(method="POST", url=url, headers={"X-Name": "value"}, body=b"body"))


def test_an_answer_comes_back_as_it_is_and_redirects_are_not_followed() -> None:
    with serving() as url:
        answer = post(f"{url}/plain")
        assert (answer.status, answer.body, answer.headers["x-agent"]) == (200, b"body", "orderhub")
        assert post(f"{url}/elsewhere").status == 302


@pytest.mark.parametrize("path", ["/silent", "/closed", "/endless"])
def test_f43_no_whole_answer_means_that_nobody_knows(path: str) -> None:
    with serving() as url, pytest.raises(NoAnswerError):
        post(f"{url}{path}")


def test_what_was_never_sent_is_certain() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NotSentError):
        post(f"http://127.0.0.1:{port}/")


def test_s7_a_credential_that_no_header_can_carry_is_in_no_error() -> None:
    headers = {"Authorization": "Bearer a secret\n"}
    with serving() as url:
        request = HttpRequest(method="POST", url=f"{url}/plain", headers=headers)
        with pytest.raises(NotSentError) as failed:
            HttpTransport(loopback=True)(request)
    assert (str(failed.value), failed.value.__cause__) == ("request_not_valid", None)
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ssl.SSLCertVerificationError("no such name"), NotSentError),
        # It may come with the first bytes of an answer: then the request has been sent.
        (ssl.SSLError("bad record mac"), NoAnswerError),
    ],
)
def test_f43_only_a_certificate_that_is_not_good_is_certain_to_have_stopped_a_request(
    monkeypatch: pytest.MonkeyPatch, fault: ssl.SSLError, expected: type[ApiError]
) -> None:
    def fail(*_arguments: Any, **_named: Any) -> None:
        raise SSLError(fault)

    monkeypatch.setattr(PoolManager, "request", fail)
    with pytest.raises(expected):
        HttpTransport()(HttpRequest(method="POST", url="https://channel.example.com/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "file:///etc/passwd",
    ],
)
def test_s7_nothing_is_sent_in_the_clear_or_to_this_machine_where_aws_is_elsewhere(url: str) -> None:
    with pytest.raises(NotSentError, match="address_not_allowed"):
        post(url, loopback=False)
