"""Which mail addresses we write to: exactly one recipient, in the form every mail server takes.

Stricter than RFC 5322 on purpose: quoted local parts, comments, address lists and domain literals
are legal and hardly ever a customer's. Non-ASCII local parts need SMTPUTF8, which Amazon SES does
not speak. A domain with non-ASCII letters is written in its ASCII form (Punycode) where that names
the same domain beyond doubt: Python's codec follows IDNA 2003, which turns ``ß`` into ``ss`` and so
into another domain's name; whatever does not come back unchanged is refused.
"""

from __future__ import annotations

import re

MAX_ADDRESS_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_LOCAL_PART_LENGTH = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}", re.ASCII)  # a numeric last label is an IP address


def deliverable_address(raw: str) -> str | None:
    """Return ``raw`` with its domain in lower-case ASCII, or None where no mail may go there."""
    local_part, at, domain = raw.partition("@")
    if not at or len(local_part) > MAX_LOCAL_PART_LENGTH or not _LOCAL_PART.fullmatch(local_part):
        return None
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None or not _DOMAIN.fullmatch(ascii_domain):
        return None
    address = f"{local_part}@{ascii_domain}"
    return address if len(address) <= MAX_ADDRESS_LENGTH else None


def _ascii_domain(domain: str) -> str | None:
    lowered = domain.lower()
    if lowered.isascii():
        return lowered
    try:
        encoded = lowered.encode("idna")
        same = encoded.decode("idna") == lowered
    except UnicodeError:
        return None
    return encoded.decode("ascii") if same else None
