"""The keys of the effects that an order ever owed, as its stored form has them.

Effects that nearly every order owes are an upper-case letter; all others have their name, in lower case. What
a package's own tracking number owes is not stored: it follows from the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.orders.model import Package

_LETTERS = {
    "unpark/order": "U",
    "mail/order_received": "O",
    "mail/preparing": "P",
    "mail/shipped": "S",
    "mail/delivered": "D",
    "channel/ship": "C",
    "channel/ready": "R",
    "channel/delivered": "E",
    "channel/accept": "A",
    "booking/book": "B",
}
_NAMES = {short: name for name, short in _LETTERS.items()}


def pack_owed(owed: frozenset[str], packages: Sequence[Package]) -> list[str]:
    """Return what is stored of the keys ``owed``, in order."""
    return sorted([_short(key) for key in owed - _by_numbers(packages)])


def unpack_owed(packed: Iterable[str], packages: Sequence[Package]) -> frozenset[str]:
    """Return the keys that :func:`pack_owed` made ``packed`` of."""
    return frozenset([_long(key) for key in packed]) | _by_numbers(packages)


def _by_numbers(packages: Sequence[Package]) -> frozenset[str]:
    return frozenset(
        [f"unpark/tracking/{package.tracking_number}" for package in packages if package.tracking_number]
    )


def _short(key: str) -> str:
    kind, _, rest = key.partition("/")
    name, _, target = rest.partition("/")
    short = _LETTERS.get(f"{kind}/{name}")
    if short is None:
        return key
    return f"{short}{target}"


def _long(packed: str) -> str:
    name = _NAMES.get(packed[0])
    if name is None:
        return packed
    return f"{name}/{packed[1:]}" if len(packed) > 1 else name
