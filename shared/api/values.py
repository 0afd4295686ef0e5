"""Single values of request bodies: strict, and told apart by their codes.

Amounts come as text ("12.50") or as JSON numbers, which are read as decimals: floats do not occur.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.notifications.links import payment_link, tracking_link
from shared.wire import fields
from shared.wire.errors import UnusableError

CODE = r"^[A-Za-z0-9_.:-]{0,64}$"
NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"


def _amount(value: Any) -> Decimal:
    parsed = _share(value)
    if parsed <= 0:
        raise PydanticCustomError("invalid_amount", "not positive")
    return parsed


def _share(value: Any) -> Decimal:
    try:
        return fields.fine_amount(value, "")
    except UnusableError as error:
        raise PydanticCustomError("invalid_amount", "unusable") from error


def _moment(value: Any, info: ValidationInfo) -> datetime:
    try:
        return fields.timestamp(value, "", received_at=(info.context or {})["now"])
    except UnusableError as error:
        raise PydanticCustomError("invalid_timestamp", "unusable") from error


def _id(value: str) -> str:
    if not fields.fits_a_key(value):
        raise PydanticCustomError("invalid_id", "too long for a key")
    return value


def _not_none(value: int) -> int:
    if value == 0:
        raise PydanticCustomError("invalid_quantity", "none")
    return value


def _tracking_url(value: str) -> str:
    if value and tracking_link(value) is None:
        raise PydanticCustomError("invalid_url", "not a carrier's")
    return value


def _payment_url(value: str) -> str:
    if value and payment_link(value) is None:
        raise PydanticCustomError("invalid_payment_url", "not https to a named host")
    return value


_AMOUNT_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,4})?$", "examples": ["12.50"]}
_TRACKING = r"[A-Za-z0-9][A-Za-z0-9 ./-]{1,62}[A-Za-z0-9]"

Flag = StrictBool
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_CONTROL), AfterValidator(_id)]
OptionalId = Annotated[str, Field(max_length=200, pattern=NO_CONTROL), AfterValidator(_id)]
Text = Annotated[str, Field(max_length=200, pattern=NO_CONTROL)]
Code = Annotated[str, Field(pattern=CODE)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema(_AMOUNT_SCHEMA)]  # more than 0
Share = Annotated[Decimal, BeforeValidator(_share), WithJsonSchema(_AMOUNT_SCHEMA)]  # 0 or more
Pieces = Annotated[int, Field(strict=True, ge=1, le=fields.MAX_QUANTITY)]
PiecesOrNone = Annotated[int, Field(strict=True, ge=0, le=fields.MAX_QUANTITY)]
PiecesBy = Annotated[
    int, Field(strict=True, ge=-fields.MAX_QUANTITY, le=fields.MAX_QUANTITY), AfterValidator(_not_none)
]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
TrackingNumber = Annotated[str, Field(pattern=f"^{_TRACKING}$")]
OptionalTrackingNumber = Annotated[str, Field(pattern=f"^({_TRACKING})?$")]
# Https, at a carrier that is known: it ends up as a link in a mail.
TrackingUrl = Annotated[str, Field(max_length=2_000), AfterValidator(_tracking_url)]
PaymentUrl = Annotated[str, Field(max_length=2_000), AfterValidator(_payment_url)]

# The code of a value that is wrong, by its field's name; invalid_field for all others. Amounts and times say
# their own.
CODES = {
    "quantity": "invalid_quantity",
    "on_hand": "invalid_quantity",
    "by": "invalid_quantity",
    "tracking_number": "invalid_tracking",
    "tracking_url": "invalid_url",
    "currency": "invalid_currency",
    "external_id": "invalid_id",
    "line_id": "invalid_id",
    "line_ids": "invalid_id",
    "package_id": "invalid_id",
    "refund_id": "invalid_id",
    "return_id": "invalid_id",
    "link_id": "invalid_id",
    "transaction_id": "invalid_id",
}
