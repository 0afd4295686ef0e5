"""Parcels booked at Sendcloud, API v3 (sendcloud.dev, *Shipments* and *Parcel documents*).

``POST /shipments/announce`` books and answers with number and documents; ``GET /shipments`` takes our
reference as ``external_reference_id``; ``POST /shipments/{id}/cancel`` answers 200 or, where the carrier
needs time, 202; ``GET /parcels/{id}/documents/label`` gives the label in the format that ``Accept`` names.
Our reference is unique among the account's shipments: a second announcement under it is answered 409, with
the first.

API v2 is closed to accounts made since April 2026 and is not used. What Sendcloud leaves open: whether a
shipment that failed at the carrier keeps its reference; one that shows no number and no label yet is waited
for.
"""

from __future__ import annotations

from typing import Any

from shared.orders.facts import Address
from shared.wire.api import Api
from shared.wire.booking import Booked, Consignment, Label, Withdrawn
from shared.wire.http import (
    HttpAnswer,
    RefusedError,
    UnreadableAnswerError,
    check,
    json_body,
    with_query,
)
from shared.wire.options import needed, needed_number

ROOT = "/api/v3"
CANCELED = "CANCELLED"
"""The status of a canceled parcel, the one that Sendcloud's examples show. Others are not told apart."""

_SENDER = {
    "name": "from_name",
    "company_name": "from_company",
    "address_line_1": "from_street",
    "house_number": "from_house_number",
    "postal_code": "from_postal_code",
    "city": "from_city",
    "country_code": "from_country",
    "phone_number": "from_phone",
    "email": "from_email",
}
_SENDER_NEEDED = ("name", "address_line_1", "postal_code", "city", "country_code")


def book(consignment: Consignment, api: Api) -> Booked:
    """Announce a parcel. Raises ApiError, MissingCredentialError."""
    document = _announcement(consignment, api)
    answer = _send(api, "POST", "/shipments/announce", document)
    if answer.status == 409:
        # It was announced before: by its reference it is found as it stands now.
        found = find(consignment.reference, api)
        if found is None:
            raise RefusedError("reference_taken")
        return found
    return _booked(_data(check(answer, code=_code)))


def find(reference: str, api: Api) -> Booked | None:
    """Return the shipment under our reference, None where there is none, or only canceled ones."""
    answer = check(_send(api, "GET", with_query("/shipments", {"external_reference_id": reference})))
    shipments = _data(answer)
    if not isinstance(shipments, list):
        raise UnreadableAnswerError("unexpected_shape")
    live = [entry for entry in shipments if _status(_parcel(entry)) != CANCELED]
    return _booked(live[0]) if live else None


def fetch_label(booked: Booked, api: Api) -> Label | None:
    """Return the label as PDF, None while there is none."""
    answer = _send(api, "GET", f"/parcels/{booked.label}/documents/label", accept="application/pdf")
    if answer.status == 404:
        return None
    media_type = check(answer).headers.get("content-type", "").partition(";")[0].strip().lower()
    return Label(body=answer.body, media_type=media_type)


def withdraw(reference: str, api: Api) -> Withdrawn:
    """Cancel a shipment by Sendcloud's id."""
    answer = _send(api, "POST", f"/shipments/{reference}/cancel")
    if answer.status in (400, 404, 409, 410, 422):
        # What was canceled before may be refused as well: its parcel tells.
        shown = _send(api, "GET", f"/shipments/{reference}")
        is_canceled = shown.status == 404 or _status(_parcel(_data(check(shown)))) == CANCELED
        return Withdrawn.DONE if is_canceled else Withdrawn.REFUSED
    check(answer, code=_code)
    return Withdrawn.DONE


def _announcement(consignment: Consignment, api: Api) -> dict[str, Any]:
    option = {"shipping_option_code": needed(api, "shipping_option_code")}
    contract = api.options.get("contract_id", "")
    sender = {field: api.options.get(name, "") for field, name in _SENDER.items()}
    for field in _SENDER_NEEDED:
        needed(api, _SENDER[field])
    return {
        "external_reference_id": consignment.reference,
        "order_number": consignment.order_number,
        "ship_with": {
            "type": "shipping_option_code",
            "properties": option | ({"contract_id": int(contract)} if contract.isdecimal() else {}),
        },
        "from_address": _given(sender),
        "to_address": _receiver(consignment.to, consignment.email, consignment.phone),
        "parcels": [{"weight": {"value": needed_number(api, "weight_kg"), "unit": "kg"}}],
    }


def _receiver(to: Address, email: str, phone: str) -> dict[str, str]:
    first, *rest = to.street or ("",)
    return _given(
        {
            "name": to.name,
            "company_name": to.company,
            "address_line_1": first,
            "address_line_2": ", ".join(rest),
            "postal_code": to.postal_code,
            "city": to.city,
            "country_code": to.country,
            "phone_number": to.phone or phone,
            "email": email,
        }
    )


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _booked(shipment: Any) -> Booked:
    parcel = _parcel(shipment)
    try:
        carrier = (shipment.get("carrier") or {}).get("code") or ""
        return Booked(
            reference=str(shipment["id"]),
            tracking_number=str(parcel.get("tracking_number") or ""),
            tracking_url=str(parcel.get("tracking_url") or ""),
            carrier=str(carrier),
            label=str(parcel["id"]),
        )
    except (LookupError, TypeError, AttributeError):
        raise UnreadableAnswerError("unexpected_shape") from None


def _parcel(shipment: Any) -> dict[str, Any]:
    try:
        parcel = shipment["parcels"][0]
    except (LookupError, TypeError):
        raise UnreadableAnswerError("unexpected_shape") from None
    if not isinstance(parcel, dict):
        raise UnreadableAnswerError("unexpected_shape")
    return parcel


def _status(parcel: dict[str, Any]) -> str:
    status = parcel.get("status")
    return str(status.get("code", "")) if isinstance(status, dict) else ""


def _data(answer: HttpAnswer) -> Any:
    document = answer.json()
    if not isinstance(document, dict) or "data" not in document:
        raise UnreadableAnswerError("unexpected_shape")
    return document["data"]


def _send(
    api: Api, method: str, path: str, document: Any = None, accept: str = "application/json"
) -> HttpAnswer:
    headers = {"Authorization": api.basic("public_key", "secret_key"), "Accept": accept}
    body = b"" if document is None else json_body(document)
    if body:
        headers["Content-Type"] = "application/json"
    return api.send(method, f"{ROOT}{path}", headers=headers, body=body)


def _code(document: Any) -> str:
    return str(document["errors"][0]["code"])
