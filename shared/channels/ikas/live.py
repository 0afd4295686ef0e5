"""An order as it stands in the shop just now, as far as it decides what may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from shared.channels.ikas import client, lines, schema, words
from shared.channels.ikas.source import source_id
from shared.wire import fields
from shared.wire.api import Api
from shared.wire.calls import Answered, Parcel, Piece, Told
from shared.wire.errors import UnusableError
from shared.wire.http import RefusedError, UnreadableAnswerError
from shared.wire.shapes import read_shape

CLOSED = frozenset({"CANCELLED", "REFUNDED"})
"""Orders of these statuses are left alone."""

CLOSED_ANSWER = Answered(told=Told.REFUSED, reason="order_closed")

_GONE = frozenset({words.CANCELED_LINE, words.REFUNDED_LINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePackage:
    """One parcel."""

    id: str
    source_id: str
    status: str
    tracking_number: str
    line_ids: frozenset[str]

    @property
    def is_canceled(self) -> bool:
        """True where its pieces are open again."""
        return self.status == words.CANCELED_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One order. ``prices`` are those of a piece, by the line's id."""

    id: str
    status: str
    stock_location: str
    shares: list[lines.Share]
    packages: tuple[LivePackage, ...]
    prices: dict[str, Decimal] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """True where nothing may be changed any more."""
        return self.status in CLOSED

    def package_of(self, parcel: Parcel | None) -> LivePackage | None:
        """Return the parcel by the shop's name or our number for it; not one that is canceled."""
        if parcel is None:
            raise RefusedError("parcel_missing")
        known = {*parcel.external_ids}
        ours = source_id(parcel.id)
        for package in self.packages:
            if not package.is_canceled and (package.id in known or package.source_id == ours):
                return package
        return None

    def is_open(self, share: lines.Share) -> bool:
        """True for pieces that are in no parcel yet."""
        packed = (share.id in package.line_ids for package in self.packages if not package.is_canceled)
        return share.status in words.OPEN_LINES and bool(share.quantity) and not any(packed)

    def count(self, line_id: str, wanted: Callable[[lines.Share], bool]) -> int:
        """Return how many pieces of an ordered line are ``wanted``."""
        shares = (share for share in self.shares if line_id in (share.root, share.id))
        return sum(share.quantity for share in shares if wanted(share))

    def allocate(
        self, pieces: Iterable[Piece], wanted: Callable[[lines.Share], bool], *, open_first: bool = False
    ) -> list[tuple[lines.Share, int, Piece]]:
        """Return from which lines of the shop the pieces are taken.

        Raises RefusedError ``not_enough_pieces``.
        """
        taken = []
        for piece in pieces:
            left = piece.quantity
            fitting = [
                share for share in self.shares if piece.line_id in (share.root, share.id) and wanted(share)
            ]
            for share in sorted(fitting, key=lambda one: self.is_open(one) is not open_first):
                count = min(left, share.quantity)
                if count:
                    taken.append((share, count, piece))
                    left -= count
            if left:
                raise RefusedError("not_enough_pieces")
        return taken

    def price_of(self, share: lines.Share) -> Decimal:
        """Return what a piece cost. Raises RefusedError where it is not told."""
        if share.id not in self.prices:
            raise RefusedError("price_unknown")
        return self.prices[share.id]


def is_live(share: lines.Share) -> bool:
    """True for pieces that are neither canceled nor refunded."""
    return share.status not in _GONE


def read_live(order_id: str, api: Api) -> Live:
    """Return an order as it stands. Raises ApiError; RefusedError where the shop does not know it."""
    return live_of(client.get_order(api, order_id))


def live_of(document: object) -> Live:
    """Return what a document of the shop says. Raises UnreadableAnswerError."""
    try:
        order = read_shape(schema.Order, document)
        shares = lines.shares_of(order.order_line_items)
        total = fields.fine_amount(order.total_price, "totalPrice")
        currency = fields.currency(order.currency_code, "currency")
    except UnusableError as error:
        raise UnreadableAnswerError(error.code) from None
    return Live(
        id=fields.text(order.id),
        status=fields.text(order.status),
        stock_location=fields.text(order.stock_location_id),
        shares=shares,
        packages=tuple(
            LivePackage(
                id=fields.text(package.id),
                source_id=fields.text(package.source_id),
                status=fields.text(package.order_package_fulfill_status),
                tracking_number=fields.text(
                    package.tracking_info.tracking_number if package.tracking_info else None
                ),
                line_ids=frozenset(map(fields.text, package.order_line_item_ids or ())),
            )
            for package in order.order_packages or ()
        ),
        prices=dict(lines.unit_prices(shares, total, currency)),
    )
