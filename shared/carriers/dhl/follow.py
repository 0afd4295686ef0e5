"""DHL asked for a parcel: ``GET /track/shipments?trackingNumber=`` (developer.dhl.com).

For parcels that no push tells of. The answer has the shape of a push. One request a number: the API takes no
list.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.wire.api import Api
from shared.wire.follow import Followed
from shared.wire.http import check, with_query
from shared.wire.polls import Polled


def follow(numbers: Sequence[str], reference: str, api: Api) -> Followed:  # noqa: ARG001
    """Ask how the parcels stand. A number that DHL does not know (404) may become known: it says nothing."""
    documents = []
    for number in numbers:
        answer = api.send(
            "GET",
            with_query("/track/shipments", {"trackingNumber": number}),
            headers={"DHL-API-Key": api.credential("api_key"), "Accept": "application/json"},
        )
        if answer.status != 404:
            check(answer).json()  # a page for people is no answer: it is asked for again
            documents.append(Polled(body=answer.body, order_id=number))
    return Followed(documents=tuple(documents))
