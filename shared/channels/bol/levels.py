"""Stock levels: the amount of an offer, by bol's id of it (``PUT /retailer/offers/{offer-id}/stock``).

Sources: api.bol.com, Retailer API v10, *Offers*; operation update-offer-stock (``amount``,
``managedByRetailer``; 202 with a process status) as clients generated from bol's OpenAPI have it.
No request finds an offer by the merchant's reference: the connection's setting ``skus`` gives the offer's id
for each SKU, a UUID; a SKU without one is ``offer_id_needed``. The amount is told as managed by the retailer:
bol then takes off what is ordered after it. Offers that bol sends are left alone. Each change is a process,
which is asked for afterwards.
"""

from __future__ import annotations

import re

from shared.channels.bol import client
from shared.wire.api import Api
from shared.wire.http import RefusedError
from shared.wire.polls import Submitted

AT_ONCE = 10  # two requests each

_OFFER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_FAILED = {"FAILURE": "process_failure", "TIMEOUT": "process_timeout"}


def submit(levels: dict[str, int], api: Api) -> Submitted:
    """Hand the amount of each offer over. Raises ApiError."""
    refused: dict[str, str] = {}
    processes: list[str] = []
    for offer, count in levels.items():
        if not _OFFER.fullmatch(offer):
            refused[offer] = "offer_id_needed"
            continue
        try:
            found = client.read_offer(api, offer)
            if found is None:
                refused[offer] = "unmapped_sku"
            elif found.get("fulfilment", {}).get("method") == "FBB":
                refused[offer] = "fulfilled_by_bol"
            else:
                processes.append(f"{offer}={client.set_stock(api, offer, count).id}")
        except RefusedError as error:
            if error.code == "error_in_success":
                raise  # about no offer: it is told again
            refused[offer] = error.code
    return Submitted(refused=refused, ticket=",".join(processes))


def outcome(ticket: str, api: Api) -> dict[str, str] | None:
    """Return the offers whose process failed, None while one is pending. Raises ApiError."""
    refused: dict[str, str] = {}
    for entry in ticket.split(","):
        offer, _, process_id = entry.partition("=")
        process = client.read_process(api, process_id)
        if process is not None and process.status == "PENDING":
            return None
        if process is not None and process.status in _FAILED:
            refused[offer] = _FAILED[process.status]
    return refused
