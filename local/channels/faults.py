"""Faults on request, around any simulated channel: each meets the next requests that match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from shared.wire.http import HttpAnswer, HttpRequest, NoAnswerError, NotSentError


class Fault(StrEnum):
    """What happens instead of a plain answer."""

    REFUSED_CONNECTION = "refused_connection"  # it never arrived
    TIMEOUT_BEFORE = "timeout_before"  # no answer, and nothing was done
    TIMEOUT_AFTER = "timeout_after"  # no answer, and it was done
    SERVER_ERROR = "server_error"  # 500, nothing was done
    SERVER_ERROR_AFTER = "server_error_after"  # 503, and it was done
    RATE_LIMIT = "rate_limit"  # 429 with Retry-After: 30
    UNAUTHORIZED = "unauthorized"  # 401 once: the token has ended
    FORBIDDEN = "forbidden"  # 403: a scope is missing
    HTML = "html"  # 200, a maintenance page
    ERROR_IN_OK = "error_in_ok"  # 200, and an error in the body


_PLAIN: dict[Fault, tuple[int, dict[str, str], bytes]] = {
    Fault.SERVER_ERROR: (500, {}, b'{"message":"internal error"}'),
    Fault.RATE_LIMIT: (429, {"retry-after": "30"}, b"{}"),
    Fault.UNAUTHORIZED: (401, {}, b"{}"),
    Fault.FORBIDDEN: (403, {}, b"{}"),
    Fault.HTML: (200, {"content-type": "text/html"}, b"<html><body>We will be back soon.</body></html>"),
    Fault.ERROR_IN_OK: (200, {}, b'{"errors":[{"code":"INTERNAL","message":"failed"}],"error":"INTERNAL"}'),
}


@dataclass(slots=True)
class _Planned:
    fault: Fault
    method: str
    path: str
    left: int
    body: bytes = b""
    spared: int = 0


@dataclass(slots=True)
class Faulty:
    """A transport that lets planned faults happen. ``plan`` first, then send."""

    inner: Callable[[HttpRequest], HttpAnswer]
    happened: list[Fault] = field(default_factory=list)
    _planned: list[_Planned] = field(default_factory=list)

    def plan(self, fault: Fault, *, method: str = "", path: str = "", times: int = 1, after: int = 0) -> None:
        """Let the next ``times`` requests with this method and this text in their URL meet ``fault``.

        The first ``after`` of them are spared.
        """
        self._planned.append(_Planned(fault, method, path, times, spared=after))

    @property
    def waiting(self) -> int:
        """How many planned faults no request has met yet."""
        return sum(planned.left for planned in self._planned)

    def plan_request(self, fault: Fault, request: HttpRequest) -> None:
        """Let the next request that is like this one meet ``fault``."""
        self._planned.append(_Planned(fault, request.method, request.url, 1, request.body))

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Send one request, or let its fault happen."""
        fault = self._next(request)
        if fault is None:
            return self.inner(request)
        self.happened.append(fault)
        if fault is Fault.REFUSED_CONNECTION:
            raise NotSentError("connection_failed")
        if fault is Fault.TIMEOUT_BEFORE:
            raise NoAnswerError("no_answer")
        if fault is Fault.TIMEOUT_AFTER:
            self.inner(request)
            raise NoAnswerError("no_answer")
        if fault is Fault.SERVER_ERROR_AFTER:
            self.inner(request)
            return HttpAnswer(status=503)
        status, headers, body = _PLAIN[fault]
        return HttpAnswer(status=status, headers=headers, body=body)

    def _next(self, request: HttpRequest) -> Fault | None:
        for planned in self._planned:
            fits = planned.method in ("", request.method) and planned.path in request.url
            if planned.left and fits and planned.body in request.body:
                if planned.spared:
                    planned.spared -= 1
                    continue
                planned.left -= 1
                return planned.fault
        return None
