"""Webhooks as a channel would send them: signed with the connection's secret, over real HTTP."""

from __future__ import annotations

import shlex
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from shared.adapters import signature_of

_QUERY = "?"
_TIMEOUT = 90.0  # seconds; a cold function takes about one, and many where the machine is busy


@dataclass(frozen=True, slots=True)
class Response:
    """What the hub answered."""

    status: int
    body: str


def url_of(api_url: str, kind: str, connection: str) -> str:
    """Return where a connection's webhooks go."""
    return f"{api_url}/webhooks/{kind}/{connection}"


def signed_headers(kind: str, body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:
    """Return the headers the channel itself would send with ``body``."""
    headers = signature_of(kind).sign(body, secret, topic=topic, now=now)
    names = {name.lower() for name in headers}
    return headers if "content-type" in names else {"content-type": signature_of(kind).MEDIA_TYPE, **headers}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Response:
    """Send one request and return the answer, whatever its status. Raises URLError where nobody answers.

    What is named ``?<name>`` among the headers goes into the address.
    """
    address, plain = in_address(url, headers)
    request = urllib.request.Request(address, data=body, headers=plain, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            return Response(answer.status, answer.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return Response(error.code, error.read().decode("utf-8", "replace"))


def in_address(url: str, headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the address with what is named ``?<name>`` among the headers, and the others."""
    query = {name.removeprefix(_QUERY): value for name, value in headers.items() if name.startswith(_QUERY)}
    plain = {name: value for name, value in headers.items() if not name.startswith(_QUERY)}
    return (f"{url}?{urlencode(query)}" if query else url), plain


def curl_line(url: str, file: Path, headers: Mapping[str, str], signature_header: str) -> str:
    """Return a shell command that sends ``file`` as it is and works as printed.

    Of the headers only those that are read: media type, signature, topic.
    """
    lines = [f"curl -i {shlex.quote(url)}"]
    for name, value in headers.items():
        if name.lower() in ("content-type", signature_header) or name.lower().endswith("-topic"):
            lines.append(f"-H {shlex.quote(f'{name}: {value}')}")
    lines.append(f"--data-binary {shlex.quote(f'@{file}')}")
    return " \\\n    ".join(lines)
