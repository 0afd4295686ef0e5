"""The one place that opens connections to channels: urllib3, without retries and redirects.

urllib3 is what botocore speaks HTTP with, so it is loaded anyway. Whether a request may be sent again is not
the transport's to decide: it tries once. It opens connections to addresses that it has looked at, and leaves
no name for anybody to resolve once more: a name whose answers change between the look and the connection
reaches nothing else. TLS is still with the name (urllib3's documentation, *Custom SNI hostname*).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)
from urllib3.util import Url, parse_url

from shared.wire.addresses import Resolve, addresses_of, is_public
from shared.wire.http import HttpAnswer, HttpRequest, NoAnswerError, NotSentError

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
MAX_ANSWER = 8_000_000
"""Bytes of an answer that are read; a longer one is no page of orders."""
MOST_ADDRESSES = 3
"""How many addresses of a name are tried: each may take the time of a connection."""
LOOK_AGAIN_SECONDS = 60.0
"""For so long a name is taken to be where it was, so that its connections are used again."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NOT_CONNECTED = (ConnectTimeoutError, NewConnectionError, NameResolutionError)
_USER_AGENT = "orderhub"


class HttpTransport:
    """Sends requests over TLS, to public addresses.

    ``loopback`` also lets plain HTTP to this machine pass: simulated channels. ``monotonic`` is in seconds.
    """

    def __init__(
        self,
        *,
        loopback: bool = False,
        read_seconds: float = READ_SECONDS,
        resolve: Resolve = addresses_of,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loopback = loopback
        self._resolve = resolve
        self._monotonic = monotonic
        self._looked_up: dict[tuple[str, int], tuple[float, tuple[str, ...]]] = {}
        self._pools = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
            num_pools=50,  # each address has its own
            maxsize=4,
        )

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Send one request once. Raises NotSentError, NoAnswerError."""
        try:
            answer = self._send(request)
        except LocationParseError:
            raise NotSentError("connection_failed") from None
        except SSLError as error:
            # A certificate is looked at before anything is sent; other errors of TLS may come after.
            if error.args and isinstance(error.args[0], ssl.SSLCertVerificationError):
                raise NotSentError("connection_failed") from None
            raise NoAnswerError("no_answer") from None
        except ValueError:
            # A header that HTTP cannot carry, such as a credential with a line break: its text holds it.
            raise NotSentError("request_not_valid") from None
        except HTTPError:
            raise NoAnswerError("no_answer") from None
        try:
            body = answer.read(MAX_ANSWER + 1)
        except HTTPError:
            raise NoAnswerError("answer_cut_off") from None
        finally:
            answer.release_conn()
        if len(body) > MAX_ANSWER:
            answer.close()
            raise NoAnswerError("answer_too_large")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(status=answer.status, headers=headers, body=body)

    def _send(self, request: HttpRequest) -> urllib3.BaseHTTPResponse:
        # Taken apart once, by who also writes it into the request: two readers of one address may differ.
        url = parse_url(request.url)
        host = (url.host or "").strip("[]").rstrip(".")
        if url.scheme == "https" and host and host not in _LOOPBACK:
            port = url.port or 443
            pinned: Mapping[str, str] = {"server_hostname": host}
            addresses = self._addresses(host, port)
        elif self._loopback and url.scheme == "http" and host in _LOOPBACK:
            port, pinned, addresses = url.port or 80, {}, (host,)
        else:
            raise NotSentError("address_not_allowed")
        for address in addresses:
            pool = self._pools.connection_from_host(address, port, url.scheme, pool_kwargs=dict(pinned))
            try:
                return pool.urlopen(
                    request.method,
                    url.request_uri,
                    headers={"Host": _host_of(url), "User-Agent": _USER_AGENT, **request.headers},
                    body=request.body or None,
                    redirect=False,
                    preload_content=False,
                )
            except _NOT_CONNECTED:
                continue  # nothing was sent
        self._looked_up.pop((host, port), None)
        raise NotSentError("connection_failed")

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return where ``host`` is. One address that is not public condemns the name with all of them."""
        now = self._monotonic()
        looked_up = self._looked_up.get((host, port))
        if looked_up is not None and now < looked_up[0] + LOOK_AGAIN_SECONDS:
            return looked_up[1]
        try:
            found = tuple(self._resolve(host, port))
        except OSError:
            raise NotSentError("connection_failed") from None
        if not found or not all(map(is_public, found)):
            raise NotSentError("blocked_address")
        self._looked_up[host, port] = now, found[:MOST_ADDRESSES]
        return found[:MOST_ADDRESSES]


def _host_of(url: Url) -> str:
    """Return the value of ``Host``: the name as it was written, with a port that is not the scheme's own."""
    default = {"https": 443, "http": 80}.get(url.scheme or "")
    return f"{url.host}:{url.port}" if url.port not in (None, default) else str(url.host)
