"""HTTP API events (payload format 2.0) of pages for customers, and pages as responses."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from shared.runtime.events import UnexpectedEventError

MAX_BODY = 20_000  # characters; a form of a hundred lines has some five thousand
MAX_FIELDS = 300
MAX_LANGUAGES = 10
# Nothing is loaded, nothing runs, nothing is framed, kept or passed on: a page is its own text and looks.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page; ``form`` None: it was not sent with POST. ``languages``: BCP 47, best first."""

    token: str
    form: list[tuple[str, str]] | None
    languages: tuple[str, ...] = ()


def read_page_request(event: Any) -> PageRequest:
    """Return the request in an HTTP API event. Raises UnexpectedEventError for any other event.

    A form that cannot be read is an empty one.
    """
    try:
        method: str = event["requestContext"]["http"]["method"]
        token: str = event["pathParameters"]["token"]
        body: str = event.get("body") or ""
        is_base64 = bool(event.get("isBase64Encoded"))
        wanted = (event.get("headers") or {}).get("accept-language", "")
    except (KeyError, TypeError, AttributeError):
        raise UnexpectedEventError from None
    if not isinstance(token, str) or not isinstance(method, str):
        raise UnexpectedEventError
    form = _read_form(body, is_base64=is_base64) if method == "POST" else None
    return PageRequest(token, form, _read_languages(wanted))


def _read_languages(header: object) -> tuple[str, ...]:
    """Return the languages of an ``Accept-Language`` in their order: browsers write the best first."""
    if not isinstance(header, str):
        return ()
    tags = (part.partition(";")[0].strip() for part in header.split(",")[:MAX_LANGUAGES])
    return tuple(tag for tag in tags if tag)


def _read_form(body: str, *, is_base64: bool) -> list[tuple[str, str]]:
    if len(body) > MAX_BODY:
        return []
    try:
        text = base64.b64decode(body, validate=True).decode() if is_base64 else body
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except (binascii.Error, ValueError):
        return []


def write_page(status: int, html: str) -> dict[str, Any]:
    """Return a page as a response."""
    headers = HEADERS | ({"Retry-After": "3600"} if status == 429 else {})
    return {"statusCode": status, "headers": headers, "body": html}
