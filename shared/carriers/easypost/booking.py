"""Labels bought at EasyPost (docs.easypost.com, *Shipments* and *Shipping Refund*).

``POST /shipments`` makes a shipment with its rates and costs nothing; ``POST /shipments/{id}/buy`` buys the
label of one rate; ``POST /shipments/{id}/refund`` asks the money back. Our reference "may be used in place
of id" where a shipment is read. EasyPost does not keep references unique: so a shipment is looked for
before one is made, and one that was made and not bought is bought.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, urlsplit

from shared.orders.facts import Address
from shared.wire.api import Api
from shared.wire.booking import Booked, Consignment, Label, Withdrawn
from shared.wire.http import HttpAnswer, RefusedError, UnreadableAnswerError, check, json_body
from shared.wire.options import needed, needed_number

ROOT = "/v2"
LABELS_AT = (".easypost.com", ".amazonaws.com")
"""Where labels are, by EasyPost's examples. They are fetched from nowhere else, and without credentials."""
GIVEN_BACK = frozenset({"submitted", "refunded"})
"""Values of ``refund_status`` by which a label is not to be used any more."""


def book(consignment: Consignment, api: Api) -> Booked:
    """Buy a label by the service of the options. Raises ApiError, MissingCredentialError."""
    wanted, service = _wanted(consignment, api), (needed(api, "carrier"), needed(api, "service"))
    shipment = _read(consignment.reference, api)
    if shipment is not None and _is_live(shipment):
        return _booked(shipment)
    if shipment is None or _is_bought(shipment):
        shipment = _object(check(send(api, "POST", "/shipments", wanted), code=_code))
    rate = {"rate": {"id": _rate(shipment, service)}}
    bought = send(api, "POST", f"/shipments/{_id(shipment)}/buy", rate)
    return _booked(_object(check(bought, code=_code)))


def find(reference: str, api: Api) -> Booked | None:
    """Return what was bought under our reference and not given back."""
    shipment = _read(reference, api)
    return _booked(shipment) if shipment is not None and _is_live(shipment) else None


def fetch_label(booked: Booked, api: Api) -> Label | None:
    """Return the label in the format that EasyPost made it in: PNG, unless the account says otherwise."""
    if not booked.label:
        return None
    host = urlsplit(booked.label).hostname or ""
    if not host.endswith(LABELS_AT) and host != urlsplit(api.base_url).hostname:
        raise RefusedError("label_elsewhere")
    answer = check(api.send("GET", booked.label))
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Label(body=answer.body, media_type=media_type)


def withdraw(reference: str, api: Api) -> Withdrawn:
    """Ask the money of a shipment back."""
    answer = send(api, "POST", f"/shipments/{quote(reference, safe='')}/refund")
    if answer.status in (400, 404, 409, 422):
        shipment = _read(reference, api)
        return Withdrawn.REFUSED if shipment is not None and _is_live(shipment) else Withdrawn.DONE
    shown = _object(check(answer, code=_code)).get("refund_status")
    return Withdrawn.DONE if shown in GIVEN_BACK else Withdrawn.REFUSED


def _wanted(consignment: Consignment, api: Api) -> dict[str, Any]:
    option = api.options.get
    sender = {
        "name": needed(api, "from_name"),
        "company": option("from_company", ""),
        "street1": needed(api, "from_street"),
        "zip": needed(api, "from_postal_code"),
        "city": needed(api, "from_city"),
        "state": option("from_region", ""),
        "country": needed(api, "from_country"),
        "phone": option("from_phone", ""),
    }
    return {
        "shipment": {
            "reference": consignment.reference,
            "from_address": _given(sender),
            "to_address": _receiver(consignment.to, consignment.email, consignment.phone),
            "parcel": {"weight": needed_number(api, "weight_oz")},
            "options": {"print_custom_1": consignment.order_number},
        }
    }


def _receiver(to: Address, email: str, phone: str) -> dict[str, str]:
    first, *rest = to.street or ("",)
    return _given(
        {
            "name": to.name,
            "company": to.company,
            "street1": first,
            "street2": ", ".join(rest),
            "zip": to.postal_code,
            "city": to.city,
            "state": to.region,
            "country": to.country,
            "phone": to.phone or phone,
            "email": email,
        }
    )


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _rate(shipment: dict[str, Any], service: tuple[str, str]) -> str:
    """Return the rate of the service that the options name. Raises RefusedError where it is not offered."""
    rates = shipment.get("rates")
    for rate in rates if isinstance(rates, list) else ():
        if isinstance(rate, dict) and (rate.get("carrier"), rate.get("service")) == service:
            return _id(rate)
    raise RefusedError("service_not_offered")


def _booked(shipment: dict[str, Any]) -> Booked:
    label, tracker, rate = (shipment.get(name) for name in ("postage_label", "tracker", "selected_rate"))
    return Booked(
        reference=_id(shipment),
        tracking_number=str(shipment.get("tracking_code") or ""),
        tracking_url=str((tracker or {}).get("public_url") or "") if isinstance(tracker, dict) else "",
        carrier=str(rate.get("carrier") or "") if isinstance(rate, dict) else "",
        label=str(label.get("label_url") or "") if isinstance(label, dict) else "",
    )


def _is_bought(shipment: dict[str, Any]) -> bool:
    return bool(shipment.get("tracking_code") or shipment.get("postage_label"))


def _is_live(shipment: dict[str, Any]) -> bool:
    return _is_bought(shipment) and shipment.get("refund_status") not in GIVEN_BACK


def _read(reference: str, api: Api) -> dict[str, Any] | None:
    answer = send(api, "GET", f"/shipments/{quote(reference, safe='')}")
    return None if answer.status == 404 else _object(check(answer, code=_code))


def _object(answer: HttpAnswer) -> dict[str, Any]:
    document = answer.json()
    if not isinstance(document, dict) or "id" not in document:
        raise UnreadableAnswerError("unexpected_shape")
    return document


def _id(entry: dict[str, Any]) -> str:
    found = entry.get("id")
    if not isinstance(found, str) or not found:
        raise UnreadableAnswerError("unexpected_shape")
    return found


def send(api: Api, method: str, path: str, document: Any = None) -> HttpAnswer:
    """Send one request with the key of the account."""
    # The key is the user of HTTP Basic, the password is empty.
    key = base64.b64encode(f"{api.credential('api_key')}:".encode()).decode("ascii")
    headers = {"Authorization": f"Basic {key}", "Accept": "application/json"}
    body = b"" if document is None else json_body(document)
    if body:
        headers["Content-Type"] = "application/json"
    return api.send(method, f"{ROOT}{path}", headers=headers, body=body)


def _code(document: Any) -> str:
    return str(document["error"]["code"])
