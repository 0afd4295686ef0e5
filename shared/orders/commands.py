"""What a merchant, or a rule of theirs, may ask for. Refused where it is not allowed; see decide().

Every command has ``notify``: True sends the customer's mail whatever the connection's rules say, False
sends none, None leaves it to the rules. Ids of packages are the order's own ("1"). ``contents`` and
``lines`` pair external line ids with pieces. ``reason`` is a code for the channel, not a text for people.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from shared.orders.asked import Asked, command
from shared.orders.facts import Customer, LineSeen, OrderSeen, Restock

Pieces = tuple[tuple[str, int], ...]


@command
class CreateOrder(Asked):
    """A manual order. ``completed``: created paid and delivered, no mails unless asked."""

    external_id: str
    seen: OrderSeen
    completed: bool = False


@command
class Release(Asked):
    """Work on a new order now (a draft is finished), whatever its payment says."""


@command
class Accept(Asked):
    """Take the order."""


@command
class Refuse(Asked):
    """Do not take the order."""

    reason: str = ""


@command
class Cancel(Asked):
    """Call off the whole order, while every live piece is unfulfilled."""

    reason: str = ""


@command
class CancelLines(Asked):
    """Call off open pieces."""

    lines: Pieces
    reason: str = ""


@command
class ReadyToShip(Asked):
    """Pack open pieces: all of them where no ``contents`` are named."""

    contents: Pieces | None = None
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""


@command
class Ship(Asked):
    """Hand over a ready package, or open pieces as a new one.

    With ``package_id`` that package; else ``contents`` of open pieces; with neither, every ready
    package and all open pieces.
    """

    package_id: str = ""
    contents: Pieces | None = None
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""


@command
class ChangeTracking(Asked):
    """Add or change a package's tracking number."""

    package_id: str
    tracking_number: str
    carrier: str = ""
    tracking_url: str = ""


@command
class CancelPackage(Asked):
    """Take a package back, before the carrier's first scan; its pieces are open again."""

    package_id: str


@command
class MarkDelivered(Asked):
    """Say of a package that it has arrived, where no carrier tells."""

    package_id: str


@command
class MarkPaid(Asked):
    """Record a payment: of all that is open where no ``amount`` is named."""

    amount: Decimal | None = None
    transaction_id: str = ""
    method: str = ""


@command
class MarkPaymentFailed(Asked):
    """Record that the payment failed."""

    transaction_id: str = ""


@command
class CreatePaymentLink(Asked):
    """Note that a payment link was made; the mail is sent only with ``notify``, and has ``url`` in it."""

    link_id: str
    url: str = ""


@command
class RefundAmount(Asked):
    """Give money back; goods and status stay. Without a ``refund_id`` it gets the order's next own."""

    amount: Decimal
    refund_id: str = ""
    answers: str = ""  # the id of the requested or due refund that this settles
    reason: str = ""


@command
class RefundProducts(Asked):
    """Give money back for pieces: what was not handed over is canceled, what was may be restocked.

    ``amount`` None: unit prices times pieces, plus ``shipping`` and ``fees``.
    """

    lines: tuple[tuple[str, int, Restock], ...]
    shipping: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    amount: Decimal | None = None
    refund_id: str = ""
    answers: str = ""
    reason: str = ""


@command
class RequestRefund(Asked):
    """Ask the channel to refund, where the channel decides."""

    amount: Decimal
    refund_id: str = ""
    reason: str = ""


@command
class RejectRefund(Asked):
    """Reject a requested refund, or withdraw a due one."""

    refund_id: str
    reason: str = ""


@command
class RequestReturn(Asked):
    """Enter that the customer wants to send pieces back."""

    return_id: str
    lines: Pieces
    reason: str = ""


@command
class AcceptReturn(Asked):
    """Allow a requested return: of all its lines where no ``line_ids`` are named."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@command
class RejectReturn(Asked):
    """Do not allow a requested return."""

    return_id: str
    line_ids: tuple[str, ...] = ()
    reason: str = ""


@command
class ReceiveReturn(Asked):
    """The goods came back."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@command
class RestockReturn(Asked):
    """Received goods are put back into stock."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@command
class WriteOffReturn(Asked):
    """Received goods cannot be sold again."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@command
class AbandonReturn(Asked):
    """Accepted goods were never sent back."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@command
class PreparePickup(Asked):
    """Begin to make the order ready for collection."""


@command
class ReadyForPickup(Asked):
    """The customer may collect it; ``place`` and ``code`` are ids for the mail."""

    place: str = ""
    code: str = ""


@command
class Collect(Asked):
    """The customer collected it."""


@command
class CancelPickup(Asked):
    """It will not be collected."""

    reason: str = ""


@command
class AcceptCancellation(Asked):
    """Grant the buyer's request to cancel."""


@command
class RejectCancellation(Asked):
    """Deny the buyer's request to cancel."""

    reason: str = ""


@command
class AddLine(Asked):
    """Add a line to an order that is not shipped."""

    line: LineSeen


@command
class ChangeQuantity(Asked):
    """Set a line's live quantity; less cancels open pieces."""

    line_id: str
    quantity: int


@command
class ChangeAddress(Asked):
    """Change the customer's data; counts for parcels that are not booked.

    ``kept`` names those fields of ``customer`` that nobody has given: they stay as they are stored.
    """

    customer: Customer
    kept: tuple[str, ...] = ()


@command
class ClearAttention(Asked):
    """Somebody has looked at it."""

    code: str
    subject: str = ""


@command
class Resend(Asked):
    """Carry out an effect once more: its key as it was owed, "mail/shipped/1"."""

    effect_key: str


@command
class ConfirmCall(Asked):
    """A channel took a call of ours; ``external_id`` is its name for the package or refund it made.

    ``settles``: the same call was said to have failed, or to be in doubt.
    """

    call: str
    target: str = ""
    external_id: str = ""
    settles: bool = False


@command
class FailCall(Asked):
    """A channel refused a call of ours for good, or, ``in_doubt``, nobody knows whether it took it."""

    call: str
    target: str = ""
    reason: str = ""
    in_doubt: bool = False


class StockWord(StrEnum):
    """What the stock has to say of an order."""

    SHORT = "short"  # not all pieces were there: none is reserved
    BELOW_ZERO = "below_zero"  # more left than was there, or than was not reserved for others
    BELOW_BUFFER = "below_buffer"  # not accepted by rule: too little would be left
    UNKNOWN = "unknown"  # not accepted by rule: a SKU without a level, or no SKU at all


@command
class ReportStock(Asked):
    """The stock could not do what the order needs."""

    word: StockWord


@command
class ConfirmBooking(Asked):
    """The carrier booked a parcel: its number and reference."""

    package_id: str
    tracking_number: str = ""
    carrier: str = ""
    reference: str = ""


Command = (
    CreateOrder
    | Release
    | Accept
    | Refuse
    | Cancel
    | CancelLines
    | ReadyToShip
    | Ship
    | ChangeTracking
    | CancelPackage
    | MarkDelivered
    | MarkPaid
    | MarkPaymentFailed
    | CreatePaymentLink
    | RefundAmount
    | RefundProducts
    | RequestRefund
    | RejectRefund
    | RequestReturn
    | AcceptReturn
    | RejectReturn
    | ReceiveReturn
    | RestockReturn
    | WriteOffReturn
    | AbandonReturn
    | PreparePickup
    | ReadyForPickup
    | Collect
    | CancelPickup
    | AcceptCancellation
    | RejectCancellation
    | AddLine
    | ChangeQuantity
    | ChangeAddress
    | ClearAttention
    | Resend
    | ConfirmCall
    | FailCall
    | ReportStock
    | ConfirmBooking
)
