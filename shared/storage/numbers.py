"""The number that people call an order by, as the sparse index ``number`` over the orders' documents has it.

It stands beside the document and is written with it, so the index takes a unit only where the number is new.
It names nobody, and stays when the customer is erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.orders.facts import OrderSeen

INDEX = "number"

# An index takes keys of 2,048 bytes, and a write with a longer one fails. A document's texts may be longer:
# such an order is found by the beginning of its number.
_MAX_LENGTH = 500


def plain_number(number: str) -> str:
    """Return a number as it is looked for: no space around it, no # in front, in any case."""
    return number.strip().removeprefix("#").casefold()[:_MAX_LENGTH]


def number_attribute(seen: OrderSeen) -> dict[str, Any]:
    """Return the attribute that the index is keyed by, none where the document tells no number."""
    plain = plain_number(seen.number)
    return {INDEX: {"S": plain}} if plain else {}
