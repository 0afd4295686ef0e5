"""What a merchant, or a rule of theirs, may ask for. Refused where it is not allowed; see decide().

Every command has ``notify``: True sends the customer's mail whatever the connection's rules say, False
sends none, None leaves it to the rules. Ids of packages are the order's own ("1"). ``contents`` and
``lines`` pair external line ids with pieces. ``reason`` is a code for the channel, not a text for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.orders.facts import Customer, LineSeen, OrderSeen, Restock

Pieces = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    notify: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateOrder(_Asked):
    """A manual order. ``completed``: created paid and delivered, no mails unless asked."""

    external_id: str
    seen: OrderSeen
    completed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(_Asked):
    """Work on a new order now (a draft is finished), whatever its payment says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(_Asked):
    """Take the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(_Asked):
    """Do not take the order."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(_Asked):
    """Call off the whole order, while every live piece is unfulfilled."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLines(_Asked):
    """Call off open pieces."""

    lines: Pieces
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToShip(_Asked):
    """Pack open pieces; None: all of them."""

    contents: Pieces | None = None
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship(_Asked):
    """Hand over a ready package, or open pieces as a new one.

    With ``package_id`` that package; else ``contents`` of open pieces; with neither, every ready
    package and all open pieces.
    """

    package_id: str = ""
    contents: Pieces | None = None
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTracking(_Asked):
    """Add or change a package's tracking number."""

    package_id: str
    tracking_number: str
    carrier: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPackage(_Asked):
    """Take a package back, before the carrier's first scan; its pieces are open again."""

    package_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDelivered(_Asked):
    """Say of a package that it has arrived, where no carrier tells."""

    package_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPaid(_Asked):
    """Record a payment; ``amount`` None: all that is open."""

    amount: Decimal | None = None
    transaction_id: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPaymentFailed(_Asked):
    """Record that the payment failed."""

    transaction_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePaymentLink(_Asked):
    """Note that a payment link was made; the mail is sent only with ``notify``."""

    link_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAmount(_Asked):
    """Give money back; goods and status stay. ``refund_id`` "" takes the order's next own id."""

    amount: Decimal
    refund_id: str = ""
    answers: str = ""  # the id of the requested or due refund that this settles
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundProducts(_Asked):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund(_Asked):
    """Ask the channel to refund, where the channel decides."""

    amount: Decimal
    refund_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRefund(_Asked):
    """Reject a requested refund, or withdraw a due one."""

    refund_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReturn(_Asked):
    """Enter that the customer wants to send pieces back."""

    return_id: str
    lines: Pieces
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReturn(_Asked):
    """Allow a requested return; ``line_ids`` empty: all of its lines."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReturn(_Asked):
    """Do not allow a requested return."""

    return_id: str
    line_ids: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn(_Asked):
    """The goods came back."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestockReturn(_Asked):
    """Received goods are put back into stock."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffReturn(_Asked):
    """Received goods cannot be sold again."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonReturn(_Asked):
    """Accepted goods were never sent back."""

    return_id: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePickup(_Asked):
    """Begin to make the order ready for collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyForPickup(_Asked):
    """The customer may collect it; ``place`` and ``code`` are ids for the mail."""

    place: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(_Asked):
    """The customer collected it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPickup(_Asked):
    """It will not be collected."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCancellation(_Asked):
    """Grant the buyer's request to cancel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCancellation(_Asked):
    """Deny the buyer's request to cancel."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLine(_Asked):
    """Add a line to an order that is not shipped."""

    line: LineSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuantity(_Asked):
    """Set a line's live quantity; less cancels open pieces."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAddress(_Asked):
    """Change the customer's data; counts for parcels that are not booked.

    ``kept`` names those fields of ``customer`` that nobody has given: they stay as they are stored.
    """

    customer: Customer
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearAttention(_Asked):
    """Somebody has looked at it."""

    code: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend(_Asked):
    """Carry out an effect once more: its key as it was owed, "mail/shipped/1"."""

    effect_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCall(_Asked):
    """A channel took a call of ours; ``external_id`` is its name for the package or refund it made.

    ``settles``: the same call was said to have failed, or to be in doubt.
    """

    call: str
    target: str = ""
    external_id: str = ""
    settles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FailCall(_Asked):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStock(_Asked):
    """The stock could not do what the order needs."""

    word: StockWord


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmBooking(_Asked):
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
