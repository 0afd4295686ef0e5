"""The reference with which an order that was created for another channel's says which one it stands for.

WooCommerce gives an order's metadata back in every later document. Keys with an underscore in front are not
shown to the merchant and cannot be set in a checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ORDER_KEY = "_orderhub_order"  # of an order: our id of the order that it stands for
LINE_KEY = "_orderhub_line"  # of a line: the source's id of the line
NUMBER_KEY = "orderhub_number"  # of an order: what merchant and customer call the source, to be seen
REFERENCE_KEY = "_orderhub_reference"  # of a fulfillment or refund: the call that made it
PACKAGE_KEY = "_orderhub_package"  # of a fulfillment: our id of the package
LONGEST = 1_000


def meta(document: Mapping[str, Any], key: str) -> str:
    """Return the last text kept under ``key`` in a document's ``meta_data``, "" where there is none."""
    found = ""
    entries = document.get("meta_data")
    for entry in entries if isinstance(entries, list) else ():
        value = entry.get("value") if isinstance(entry, dict) and entry.get("key") == key else None
        if isinstance(value, str) and 0 < len(value) <= LONGEST:
            found = value
    return found
