"""Every carrier that can be asked of parcels, by kind: how it is simulated, and its words. One row a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.channels.dhl import KEY as DHL_KEY
from local.channels.dhl import Dhl
from local.channels.easypost import KEY as EASYPOST_KEY
from local.channels.easypost import EasyPost
from local.channels.ups import CLIENT, Ups


@dataclass(frozen=True, slots=True)
class Tracked:
    """One kind. ``number`` is a parcel's in its form; the words are its own for the same three scans."""

    make: Callable[[Callable[[], datetime]], Ups | Dhl | EasyPost]
    api_url: str
    credentials: Mapping[str, str]
    number: str
    carrier: str
    in_transit: str
    out_for_delivery: str  # DHL tells it by no word of its own
    delivered: str
    options: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


TRACKED: dict[str, Tracked] = {
    "ups": Tracked(
        Ups,
        "https://onlinetools.ups.com",
        {"client_id": CLIENT[0], "client_secret": CLIENT[1]},
        "1Z999AA10123456784",
        "ups",
        *("DP", "OT", "FS"),
    ),
    "dhl": Tracked(
        Dhl,
        "https://api-eu.dhl.com",
        {"api_key": DHL_KEY},
        "00340434161094000009",
        "dhl",
        *("transit", "transit", "delivered"),
    ),
    "easypost": Tracked(
        EasyPost,
        "https://api.easypost.com",
        {"api_key": EASYPOST_KEY},
        "9400100000000000000001",
        "usps",
        *("in_transit", "out_for_delivery", "delivered"),
    ),
}
