"""Stock levels: the ``amount`` of the unit that bears the SKU as ``id_offer`` (Kaufland's OpenAPI, 2.27.0).

Sources: ``/units`` and ``/units/{id_unit}`` of ``swagger.json`` in saleweaver/python-kaufland-api, and
UnitPatchRequest in conviu/kaufland-seller-api, each field of which may be left out. Kaufland's *unit* is what
is offered here, not the ordered piece of the same name. Units are those of one storefront, the connection's
option. Where several bear one SKU, for conditions or warehouses of their own, nobody says how the pieces are
divided: ``several_units``.
"""

from __future__ import annotations

from shared.channels.kaufland import client
from shared.wire.api import Api
from shared.wire.http import RefusedError, UnreadableAnswerError
from shared.wire.options import needed

AT_ONCE = 10  # two requests each


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Set the amount of each SKU's unit; return a code for each that was not taken. Raises ApiError."""
    storefront = needed(api, "storefront")
    codes = {sku: _tell(sku, count, storefront, api) for sku, count in levels.items()}
    return {sku: code for sku, code in codes.items() if code}


def _tell(sku: str, count: int, storefront: str, api: Api) -> str:
    """Set one SKU's amount; return why it was not taken, "" where it was."""
    try:
        units = [unit for unit in client.find_units(api, sku, storefront) if unit.get("id_offer") == sku]
        if len(units) != 1:
            return "several_units" if units else "unmapped_sku"
        if units[0].get("fulfillment_type") == "fulfilled_by_kaufland":
            return "fulfilled_by_kaufland"
        if "id_unit" not in units[0]:
            raise UnreadableAnswerError("invalid_shape")
        client.set_amount(api, str(units[0]["id_unit"]), count, storefront)
    except RefusedError as error:
        if error.code == client.ERROR_IN_SUCCESS:
            raise  # about no SKU: it is told again
        return error.code
    return ""
