"""Which links a mail may hold. Whatever is not allowed here is left out, never shown as a link.

A tracking address comes from a channel or a shop's back office, so it may say anything. It
becomes a link only where its host belongs to a carrier we know or to one the merchant named.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

MAX_URL_LENGTH = 2_000

# Domains the carriers themselves own; each includes the names below it (tools.usps.com).
CARRIER_DOMAINS = frozenset(
    {
        "araskargo.com.tr",
        "auspost.com.au",
        "bpost.be",
        "chronopost.fr",
        "dhl.co.uk",
        "dhl.com",
        "dhl.de",
        "dpd.co.uk",
        "dpd.com",
        "dpd.de",
        "easypost.com",
        "evri.com",
        "fedex.com",
        "gls-group.com",
        "gls-group.eu",
        "laposte.fr",
        "mngkargo.com.tr",
        "myhermes.de",
        "post.at",
        "post.ch",
        "postnl.nl",
        "ptt.gov.tr",
        "royalmail.com",
        "suratkargo.com.tr",
        "tnt.com",
        "ups.com",
        "usps.com",
        "yurticikargo.com",
    }
)

# RFC 3986 without the square brackets: they are only needed for IPv6 hosts.
_URL = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+", re.ASCII)
# Of our own pages in a local run only: the setting names their address, no channel does.
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?/[A-Za-z0-9._~/$-]*", re.ASCII)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)


def tracking_link(url: str, *, trusted: AbstractSet[str] = frozenset()) -> str | None:
    """Return ``url`` where a carrier, or a domain of ``trusted``, serves it over https, else None."""
    host = _host(url)
    if host is None:
        return None
    labels = host.split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return url if domains & (CARRIER_DOMAINS | trusted) else None


def payment_link(url: str) -> str | None:
    """Return ``url`` where it is plain https to a named host, else None.

    No list of hosts: every payment provider has its own, and the merchant's own command made the link.
    """
    return url if _host(url) is not None else None


def page_link(url: str) -> str | None:
    """Return the address of our own page where it is https to a named host, or on this machine, else None."""
    is_local = len(url) <= MAX_URL_LENGTH and _LOOPBACK.fullmatch(url)
    return url if is_local or _host(url) is not None else None


def picture_link(url: str) -> str | None:
    """Return ``url`` where it is plain https to a named host, else None. The merchant's settings name it."""
    return url if _host(url) is not None else None


def _host(url: str) -> str | None:
    """Return the host of a plain https URL, without port or user name; None for anything else."""
    if len(url) > MAX_URL_LENGTH or not _URL.fullmatch(url):
        return None
    authority = urlsplit(url).netloc.lower()
    return authority if _HOST.fullmatch(authority) else None
