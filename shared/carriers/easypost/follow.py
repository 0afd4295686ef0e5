"""EasyPost asked how a parcel stands: ``GET /v2/trackers?tracking_code=`` (docs.easypost.com, *Trackers*).

For parcels of which no event has come. Only what EasyPost follows already is read: what was bought there, and
what the merchant made a tracker for; none is made here, because each costs. Tracking codes are not unique and
are used again, so of several trackers the one that was made last is the parcel's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.carriers.easypost.booking import send
from shared.wire.api import Api
from shared.wire.follow import Followed
from shared.wire.http import UnreadableAnswerError, check, json_body, with_query
from shared.wire.polls import Polled


def follow(numbers: Sequence[str], reference: str, api: Api) -> Followed:  # noqa: ARG001
    """Read the trackers of parcels. One without says nothing. Raises ApiError, MissingCredentialError."""
    documents = []
    for number in numbers:
        answer = check(send(api, "GET", with_query("/trackers", {"tracking_code": number})))
        if trackers := _trackers(answer.json(), number):
            newest = max(trackers, key=lambda tracker: str(tracker.get("created_at") or ""))
            documents.append(Polled(body=json_body(newest), order_id=number))
    return Followed(documents=tuple(documents))


def _trackers(document: Any, number: str) -> list[dict[str, Any]]:
    found = document.get("trackers") if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(tracker, dict) for tracker in found):
        raise UnreadableAnswerError("unexpected_shape")
    return [tracker for tracker in found if tracker.get("tracking_code") == number]
