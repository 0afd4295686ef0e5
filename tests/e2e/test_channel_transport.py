"""The way to a channel, over sockets to this machine: what it raises says whether anything was done."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from urllib3 import HTTPSConnectionPool
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
        self.send_header("X-Host", self.headers["host"])
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * size if self.path == "/endless" else body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """Speaks either version of IP, by the address it is given."""

    def __init__(self, address: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), Handler)


@contextmanager
def serving(address: str = "127.0.0.1", certificate: Path | None = None) -> Iterator[str]:
    server = Server(address)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
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

    monkeypatch.setattr(HTTPSConnectionPool, "urlopen", fail)
    transport = HttpTransport(resolve=lambda _host, _port: ("93.184.215.14",))
    with pytest.raises(expected):
        transport(HttpRequest(method="POST", url="https://channel.example.com/"))


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


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_s7_a_connection_goes_to_the_address_that_was_looked_at_and_tls_to_the_name(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for("shop.example.com", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("shared.wire.transport.is_public", lambda _address: True)
    looked_up: list[str] = []

    def resolve(host: str, _port: int) -> tuple[str, ...]:
        looked_up.append(host)
        return (address,)

    with serving(address, certificate) as url:
        transport = HttpTransport(resolve=resolve, read_seconds=2)
        port = url.rpartition(":")[2]
        for _ in range(2):
            right = HttpRequest(method="POST", url=f"https://shop.example.com:{port}/plain", body=b"body")
            answer = transport(right)
            assert (answer.status, answer.body) == (200, b"body")
            assert answer.headers["x-host"] == f"shop.example.com:{port}"
        wrong = HttpRequest(method="POST", url=f"https://other.example.com:{port}/plain")
        with pytest.raises(NotSentError, match="connection_failed"):
            transport(wrong)
    assert looked_up == ["shop.example.com", "other.example.com"]


def certificate_for(name: str, folder: Path) -> Path:
    """Return a file with a key and a certificate that the key has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
