"""Every simulated carrier account by kind: how it is made, and how the hub reaches it. One row a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from local.channels.easypost import KEY, EasyPost
from local.channels.sendcloud import KEYS, Sendcloud

SENDER = {
    "from_name": "Example Shop",
    "from_street": "Example Street 2",
    "from_postal_code": "10115",
    "from_city": "Berlin",
    "from_country": "DE",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One kind."""

    make: Callable[[Callable[[], datetime]], Sendcloud | EasyPost]
    api_url: str
    credentials: Mapping[str, str]
    options: Mapping[str, str]
    path: str = ""


ACCOUNTS: dict[str, Account] = {
    "sendcloud": Account(
        Sendcloud,
        "https://panel.sendcloud.sc",
        {"public_key": KEYS[0], "secret_key": KEYS[1]},
        SENDER | {"shipping_option_code": "postnl:standard", "weight_kg": "1.320"},
    ),
    "easypost": Account(
        EasyPost,
        "https://api.easypost.com",
        {"api_key": KEY},
        SENDER | {"carrier": "USPS", "service": "Priority", "weight_oz": "20"},
    ),
}
