"""Subscriptions to UPS's events, and the reading of what they did not tell.

``POST /api/track/v2/subscription/standard/package`` subscribes; it tells nothing of what happened before, and
never again what was not taken. So what is subscribed to is read as well, each time:
``GET /api/track/v1/details/{inquiryNumber}`` (Tracking.yaml there).

The request has the fields of UPSTrackAlert.yaml (UPS-API/api-documentation on GitHub) without
``destination``, which version 2 keeps in UPS's portal. Success is partial: the numbers that UPS does not
take are listed. A subscription that exists is taken again, and lives 14 days from then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from shared.wire.api import Api
from shared.wire.follow import Followed
from shared.wire.http import (
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)
from shared.wire.oauth import fetch_token
from shared.wire.polls import Polled

AT_ONCE = 100
EVENTS = ("D", "I", "M", "X", "U")
SOURCE = "orderhub"
NONE_IS_VALID = frozenset({"VSS210", "VSS215"})
"""Error codes by which UPS refuses a request because it would take none of its numbers."""


def follow(numbers: Sequence[str], reference: str, api: Api) -> Followed:
    """Subscribe to at most :data:`AT_ONCE` numbers and read how they stand.

    A number that UPS does not know yet (404) says nothing. Raises ApiError, MissingCredentialError.
    """
    refused = _subscribe(numbers, reference, api)
    known = [number for number in numbers if number not in refused]
    return Followed(refused=refused, documents=tuple(_read(known, reference, api)))


def _subscribe(numbers: Sequence[str], reference: str, api: Api) -> dict[str, str]:
    asked = {
        "locale": "en_US",
        "countryCode": "US",
        "trackingNumberList": list(numbers),
        "eventPreferences": list(EVENTS),
    }

    def request(token: str) -> HttpAnswer:
        return api.send(
            "POST",
            "/api/track/v2/subscription/standard/package",
            headers={**_headers(token, reference), "Content-Type": "application/json"},
            body=json_body(asked),
        )

    answer = api.send_with_token("ups", lambda: _fetch(api), request)
    try:
        document = check(answer, code=_code).json()
    except RefusedError as error:
        if error.code not in NONE_IS_VALID:
            raise
        return dict.fromkeys(numbers, error.code)
    valid, invalid = _listed(document, "validTrackingNumbers"), _listed(document, "invalidTrackingNumbers")
    refused = {number: "invalid_tracking_number" for number in numbers if number in invalid}
    if set(numbers) - valid - refused.keys():
        # Named in neither list: nobody knows what became of it.
        raise UnreadableAnswerError("number_not_answered")
    return refused


def _read(numbers: Sequence[str], reference: str, api: Api) -> Iterator[Polled]:
    for number in numbers:
        path = with_query(f"/api/track/v1/details/{quote(number, safe='')}", {"locale": "en_US"})

        def request(token: str, path: str = path) -> HttpAnswer:
            return api.send("GET", path, headers=_headers(token, reference))

        answer = api.send_with_token("ups", lambda: _fetch(api), request)
        if answer.status != 404:
            check(answer, code=_code).json()  # a page for people is no answer: it is asked for again
            yield Polled(body=answer.body, order_id=number)


def _headers(token: str, reference: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "transId": reference,
        "transactionSrc": SOURCE,
    }


def _fetch(api: Api) -> tuple[str, timedelta]:
    basic = api.basic("client_id", "client_secret")
    form = {"grant_type": "client_credentials"}
    return fetch_token(api, "/security/v1/oauth/token", form, headers={"Authorization": basic})


def _listed(document: Any, name: str) -> set[str]:
    found = document.get(name) or [] if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise UnreadableAnswerError("unexpected_shape")
    return {str(number) for number in found}


def _code(document: Any) -> str:
    return str(document["response"]["errors"][0]["code"])
