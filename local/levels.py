"""The merchant's one stock on the scripted day: counted once, told to every channel, lowered by each sale.

The levels are looked at where buyers see them: at the simulated marketplaces and the shop.
"""

from __future__ import annotations

from local.market import BAZAAR, MARKET, SHOP
from local.steps import Command, Counting, Ending, Happening, Levels, Step

SKU = "MUG"
BUFFER = 2
"""So many pieces the bazaar is not told of."""

_SOLD = "M-2005-A"
_ORDER = f"{MARKET}:{_SOLD}"
_COUNTED, _WANTED = 12, 3


def _levels(available: int, why: str) -> Levels:
    shown = {MARKET: available, SHOP: available, BAZAAR: available - BUFFER}
    return Levels(sku=SKU, shown=shown, why=why)


LEVEL_STEPS: tuple[Step, ...] = (
    Counting(sku=SKU, on_hand=_COUNTED, why="a dozen mugs on the shelf"),
    _levels(_COUNTED, "all channels are told; the bazaar two less, its buffer"),
    Happening(
        channel=MARKET,
        order=_SOLD,
        action="place",
        details={"order_lines": [{"offer_sku": SKU, "quantity": _WANTED, "price_unit": 10}]},
        polls=True,
        about=_ORDER,
        then={"channel_status": "waiting_acceptance"},
        why="three are sold at one channel: reserved",
    ),
    _levels(_COUNTED - _WANTED, "and the others offer three less"),
    Command(
        order=_ORDER,
        name="refuse",
        body={"reason": "out_of_stock"},
        then={"channel_status": "refused"},
        why="refused after all: given back",
    ),
    _levels(_COUNTED, "and for sale again everywhere"),
)

LEVEL_EXPECTED = (Ending(_ORDER, "refused", ()),)
