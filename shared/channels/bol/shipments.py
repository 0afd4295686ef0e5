"""A shipment of bol's: one package, and what its transporter said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from shared.channels.bol import schema, words
from shared.orders.facts import Fact, PackageReported, PackageWord, ParcelScanned, ScanStatus
from shared.wire import fields
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

SHIPMENT = "SHIPMENT"
ALL_SHIPPED = "shipped"
"""The id of the package that stands for what left where no shipment is told."""

_EVENTS_AHEAD = timedelta(days=1)


def shipment_facts(shipment: schema.Shipment, reading: Reading, flags: set[str]) -> Iterator[Fact]:
    """Yield the package and its scans, oldest as bol lists them. Raises UnusableError."""
    identity = fields.identifier(shipment.shipment_id, "shipmentId")
    transport = shipment.transport or schema.Transport()
    number = fields.optional_identifier(fields.text(transport.track_and_trace), "trackAndTrace")
    code = fields.text(transport.transporter_code)
    yield PackageReported(
        package_id=identity,
        word=PackageWord.FULFILLED,
        raw=SHIPMENT,
        contents=tuple(
            (
                fields.identifier(item.order_item_id, "shipmentItems.orderItemId"),
                fields.quantity(item.quantity, "shipmentItems.quantity"),
            )
            for item in shipment.shipment_items
        ),
        tracking_number=number,
        carrier=_CARRIERS.get(code, code),
        occurred_at=fields.optional_timestamp(
            shipment.shipment_date_time, "shipmentDateTime", received_at=reading.received_at
        ),
    )
    for event in transport.transport_events or ():
        scan = _scan(event, identity, number, reading, flags)
        if scan is not None:
            yield scan


def _scan(
    event: schema.TransportEvent, package: str, number: str, reading: Reading, flags: set[str]
) -> ParcelScanned | None:
    raw = fields.text(event.event_code)
    status = words.TRANSPORT_EVENTS.get(raw)
    if status is None:
        flags.add("unmapped_status")
    try:
        at = fields.timestamp(
            event.event_date_time, "eventDateTime", received_at=reading.received_at + _EVENTS_AHEAD
        )
    except UnusableError:
        # A scan without a moment is worth less than the order that it would spoil.
        flags.add("invalid_scan_time")
        return None
    return ParcelScanned(
        status=status or ScanStatus.UNKNOWN,
        raw=raw,
        occurred_at=at,
        tracking_number=number,
        package_id=package,
    )


# bol's own names of transporters that our detection does not know by that name.
_CARRIERS = {code: carrier for carrier, code in words.CARRIERS.items()}
