"""The one place that opens connections to channels: urllib3, without retries and redirects.

urllib3 is what botocore speaks HTTP with, so it is loaded anyway. Whether a request may be sent again is not
the transport's to decide: it tries once.
"""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from shared.wire.http import HttpAnswer, HttpRequest, NoAnswerError, NotSentError

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
MAX_ANSWER = 8_000_000
"""Bytes of an answer that are read; a longer one is no page of orders."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NOT_SENT = (ConnectTimeoutError, NewConnectionError, NameResolutionError, LocationParseError)
_USER_AGENT = "orderhub"


class HttpTransport:
    """Sends requests over TLS. ``loopback`` also lets plain HTTP to this machine pass: simulated channels."""

    def __init__(self, *, loopback: bool = False, read_seconds: float = READ_SECONDS) -> None:
        self._loopback = loopback
        self._pool = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds),
            maxsize=4,
        )

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Send one request once. Raises NotSentError, NoAnswerError."""
        if not self._may_reach(request.url):
            raise NotSentError("address_not_allowed")
        try:
            answer = self._pool.request(
                request.method,
                request.url,
                headers={"User-Agent": _USER_AGENT, **request.headers},
                body=request.body or None,
                redirect=False,
                preload_content=False,
            )
        except _NOT_SENT:
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

    def _may_reach(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme == "https":
            return bool(parts.hostname) and parts.hostname not in _LOOPBACK
        return self._loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
