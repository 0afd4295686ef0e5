"""Stock levels: an import of quantities by offer SKU (STO01), asked for afterwards (STO02, STO03).

Sources: developer.mirakl.com, MMP seller, *Offers*, STO01 to STO03. STO01 sets quantities and nothing else of
an offer, which OF24 would replace as a whole. Mirakl takes an import a minute; more are answered 429. Lines
in error come back in a file with their reasons, which are texts: ``not_imported``.
"""

from __future__ import annotations

import csv
import io

from shared.channels.mirakl import client
from shared.wire.api import Api
from shared.wire.http import UnreadableAnswerError
from shared.wire.polls import NothingTakenError, Submitted

AT_ONCE = 100

HEADER = ("offer-sku", "quantity", "warehouse-code", "update-delete")
NOT_IMPORTED = "not_imported"


def submit(levels: dict[str, int], api: Api) -> Submitted:
    """Hand the quantity of each SKU over. Raises ApiError."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((sku, count, "", "update") for sku, count in levels.items())
    return Submitted(refused={}, ticket=client.import_stock(api, text.getvalue().encode("utf-8")))


def outcome(ticket: str, api: Api) -> dict[str, str] | None:
    """Return the SKUs in error, None while they are being imported. Raises ApiError, NothingTakenError."""
    state = client.read_stock_import(api, ticket)
    if state is None:
        return {}
    status = state.get("status")
    if status in ("WAITING", "RUNNING"):
        return None
    if status not in ("COMPLETE", "FAILED"):
        raise UnreadableAnswerError("invalid_shape")
    if state.get("has_error_report") is True:
        return dict.fromkeys(_skus(client.read_stock_errors(api, ticket)), NOT_IMPORTED)
    if status == "FAILED":
        raise NothingTakenError
    return {}


def _skus(report: bytes) -> list[str]:
    """Return the SKUs of an error report: the lines as they were sent, behind number and reason."""
    try:
        rows = list(csv.reader(io.StringIO(report.decode("utf-8-sig")), delimiter=";", strict=True))
        column = rows[0].index(HEADER[0])
        return [row[column] for row in rows[1:] if row]
    except (ValueError, IndexError, csv.Error):
        raise UnreadableAnswerError("invalid_report") from None
