"""The key design of the stock table, all of it.

==================  ================================  ========================================================
pk                  sk                                what
==================  ================================  ========================================================
``SKU#<sku>``       ``LEVEL``                         pieces on hand, reserved, available, and what
                                                      channels were told last
``SKU#<sku>``       ``MOVE#<time>#<digest>``          one movement; its key is made of what caused it
``SKU#<sku>``       ``ONCE#<digest>``                 a request of the API that was carried out
``ORDER#<id>``      ``HELD#<sku>``                    the pieces that are reserved for an order
==================  ================================  ========================================================

``available`` is ``on_hand`` less ``reserved``. It is written along because a condition of DynamoDB compares
and does not count: *reserve* is conditional on it, so that two orders never get the same piece. Two sparse
indexes: ``changed`` (levels that channels have not been told), ``listed`` (all levels). A SKU without a level
is not tracked: nothing happens to it.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from shared.storage import keys

LEVEL = "LEVEL"
MOVE = "MOVE#"
ONCE = "ONCE#"
HELD = "HELD#"
CHANGED = "changed"
LISTED = "levels"


def sku_of(text: str) -> str:
    """Return a SKU as the ledger knows it: NFC, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def sku_pk(sku: str) -> str:
    """Return the collection of one SKU."""
    return f"SKU#{sku}"


def move_sk(at: datetime, cause: str) -> str:
    """Return the key of a movement: when its cause came in, and the cause itself."""
    return f"{MOVE}{keys.instant(at)}#{keys.group_of(cause)}"
