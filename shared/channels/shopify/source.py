"""The reference with which an order that was created for another channel's says which one it stands for.

The reference is a note attribute, which comes back in every later document. Buyers can set note attributes in
their cart, but no tags: only an order that has the tag of its reference counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

ORDER_NAME = "orderhub_order"  # note attribute: our id of the order that it stands for
NUMBER_NAME = "source_order_number"  # note attribute: what merchant and customer call the source
LINE_NAME = "_orderhub_line"  # property of a line: the source's id of the line
TAG = "orderhub"  # of all such orders, to be seen and filtered
LONGEST = 1_000


def tag_of(source_order: str) -> str:
    """Return the tag of an order that stands for ``source_order``; Shopify takes 40 characters."""
    return f"{TAG}-{hashlib.sha256(source_order.encode()).hexdigest()[:30]}"


def source_of(attributes: Iterable[tuple[Any, Any]], tags: Any) -> str:
    """Return which order an order's note attributes (name, value) say it stands for.

    "" where they say none, or where its tags do not agree.
    """
    given = {tag.strip() for tag in tags.split(",")} if isinstance(tags, str) else set()
    for name, value in attributes:
        if name == ORDER_NAME and isinstance(value, str) and 0 < len(value) <= LONGEST:
            return value if tag_of(value) in given else ""
    return ""
