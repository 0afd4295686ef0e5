"""Fulfillments: what was handed over, and how its parcel travels.

A fulfillment is known by its own id, so it is the same package whether it comes alone, in a
list or within its order. It has one status (does it exist) and one shipment status (where
is it); the second is a carrier's word that Shopify relays. Of several tracking numbers the
first counts, flagged ``more_tracking_numbers``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared.channels.shopify.findings import Findings
from shared.channels.shopify.schema import FulfillmentDocument, FulfillmentEventDocument, LineItem
from shared.channels.shopify.words import FULFILLMENT_STATUSES, SHIPMENT_STATUSES
from shared.orders.facts import PackageReported, PackageWord, ParcelScanned, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

_TRAVELS = (PackageWord.READY, PackageWord.FULFILLED)


def read_fulfillment(fulfillment: FulfillmentDocument, reading: Reading, found: Findings) -> None:
    """Add the package, and where it is, to ``found``."""
    package_id = fields.identifier(fulfillment.id, "fulfillment_id")
    status = fields.text(fulfillment.status)
    updated_at = fields.optional_timestamp(
        fulfillment.updated_at, "updated_at", received_at=reading.received_at
    )
    word = FULFILLMENT_STATUSES.get(status)
    if word is None:
        # As a scan: that is additive, while a status word would move the order's snapshot on.
        found.flags.add("unmapped_status")
        found.facts.append(
            ParcelScanned(
                status=ScanStatus.UNKNOWN, raw=status, occurred_at=updated_at, package_id=package_id
            )
        )
        return
    created_at = fields.optional_timestamp(
        fulfillment.created_at, "created_at", received_at=reading.received_at
    )
    tracking_number = _tracking_number(fulfillment, found)
    found.facts.append(
        PackageReported(
            package_id=package_id,
            word=word,
            raw=status,
            contents=_contents(fulfillment.line_items),
            tracking_number=tracking_number,
            carrier=fields.text(fulfillment.tracking_company),
            tracking_url=_web_address(fulfillment.tracking_url),
            awaits_tracking=reading.back_office
            and word is PackageWord.FULFILLED
            and not tracking_number
            and _is_shipped(fulfillment.line_items),
            occurred_at=updated_at if word is PackageWord.CANCELED else created_at,
        )
    )
    shipment_status = fields.text(fulfillment.shipment_status)
    # A canceled or failed fulfillment keeps its last shipment status: that is history, not news.
    if shipment_status and word in _TRAVELS:
        scan = SHIPMENT_STATUSES.get(shipment_status, ScanStatus.UNKNOWN)
        if scan is ScanStatus.UNKNOWN:
            found.flags.add("unmapped_status")
        found.facts.append(
            ParcelScanned(
                status=scan,
                raw=shipment_status,
                # Shopify does not say when the parcel was scanned: not later than this.
                occurred_at=updated_at,
                package_id=package_id,
                carrier=fields.text(fulfillment.tracking_company),
            )
        )


def read_fulfillment_event(event: FulfillmentEventDocument, reading: Reading, found: Findings) -> None:
    """Add one scan of a fulfillment's parcel to ``found``."""
    status = fields.text(event.status)
    scan = SHIPMENT_STATUSES.get(status, ScanStatus.UNKNOWN)
    if scan is ScanStatus.UNKNOWN:
        found.flags.add("unmapped_status")
    found.facts.append(
        ParcelScanned(
            status=scan,
            raw=status,
            occurred_at=fields.timestamp(event.happened_at, "happened_at", received_at=reading.received_at),
            package_id=fields.identifier(event.fulfillment_id, "fulfillment_id"),
        )
    )


def handed_over(fulfillments: Iterable[FulfillmentDocument]) -> Counter[str]:
    """Return per line id how many pieces left the shop: those of fulfillments with status success."""
    pieces: Counter[str] = Counter()
    for fulfillment in fulfillments:
        if FULFILLMENT_STATUSES.get(fields.text(fulfillment.status)) is PackageWord.FULFILLED:
            for line_id, quantity in _contents(fulfillment.line_items):
                pieces[line_id] += quantity
    return pieces


def _contents(lines: list[LineItem] | None) -> tuple[tuple[str, int], ...]:
    if lines is None:
        raise UnusableError("missing_field:line_items", "line_items")
    return tuple(
        (fields.identifier(line.id, "line_id"), fields.quantity(line.quantity, "quantity")) for line in lines
    )


def _is_shipped(lines: list[LineItem] | None) -> bool:
    return any(line.requires_shipping is not False for line in lines or ())


def _tracking_number(fulfillment: FulfillmentDocument, found: Findings) -> str:
    numbers = [_one_number(value) for value in fulfillment.tracking_numbers or ()]
    if len(set(filter(None, numbers))) > 1:
        found.flags.add("more_tracking_numbers")
    first = next(filter(None, numbers), "")
    return _one_number(fulfillment.tracking_number) or first


def _one_number(value: Any) -> str:
    # Merchants type these by hand: text, cleaned to one line, and as long as an id may be.
    return fields.optional_identifier(fields.text(value), "tracking_number")


def _web_address(value: Any) -> str:
    address = fields.text(value)
    return address if address.startswith(("https://", "http://")) else ""
