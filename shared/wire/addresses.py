"""Which addresses are public: the ones a channel's API may be at, whatever its name resolves to.

From IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and what was added to them),
as a table of ours: what the standard library calls global differs from one version of Python to the next.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

Resolve = Callable[[str, int], Sequence[str]]
"""Returns every address of a host's name, the preferred ones first. Raises OSError where there is none."""

_NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's address translation
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata and Lambda its own API
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out. Outside are loopback, mapped IPv4, NAT64, unique local and link-local."""
_NOT_PUBLIC_WITHIN = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Return whether ``address`` is one that anybody on the internet can have; False for no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC)
    if found.scope_id is not None or found not in _GLOBAL_UNICAST:
        return False
    return not any(found in network for network in _NOT_PUBLIC_WITHIN)


def addresses_of(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver for every address of ``host``, each once. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a label that is empty or too long
        raise OSError("no such name") from None
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
