"""The body of every command, and the one table from a command's name to its body.

A body has the fields of its command (:mod:`shared.orders.commands`), by the same names.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.api.bodies.model import MAX_LINES, CommandBody, PieceBody
from shared.api.bodies.orders import LineBody
from shared.api.bodies.people import ChangedCustomerBody, CustomerBody
from shared.api.values import (
    Amount,
    Code,
    Id,
    OptionalId,
    OptionalTrackingNumber,
    PaymentUrl,
    PiecesOrNone,
    Share,
    TrackingNumber,
    TrackingUrl,
)
from shared.orders import commands as c
from shared.orders.allowed import command_name
from shared.orders.facts import Restock

_ZERO = Decimal(0)


class RefundPieceBody(PieceBody):
    """Pieces of one line, and what becomes of the goods."""

    restock: Restock

    def made(self) -> Any:
        return self.line_id, self.quantity, self.restock


class ReasonBody(CommandBody):
    reason: Code = ""


class ReleaseBody(CommandBody):
    makes = c.Release


class AcceptBody(CommandBody):
    makes = c.Accept


class RefuseBody(ReasonBody):
    makes = c.Refuse


class CancelBody(ReasonBody):
    makes = c.Cancel


class CancelLinesBody(ReasonBody):
    makes = c.CancelLines
    lines: tuple[PieceBody, ...] = Field(min_length=1, max_length=MAX_LINES)


class PackingBody(CommandBody):
    contents: tuple[PieceBody, ...] | None = Field(default=None, min_length=1, max_length=MAX_LINES)
    tracking_number: OptionalTrackingNumber = ""
    carrier: Code = ""
    tracking_url: TrackingUrl = ""


class ReadyToShipBody(PackingBody):
    makes = c.ReadyToShip


class ShipBody(PackingBody):
    makes = c.Ship
    package_id: OptionalId = ""


class ChangeTrackingBody(CommandBody):
    makes = c.ChangeTracking
    package_id: Id
    tracking_number: TrackingNumber
    carrier: Code = ""
    tracking_url: TrackingUrl = ""


class CancelPackageBody(CommandBody):
    makes = c.CancelPackage
    package_id: Id


class MarkDeliveredBody(CommandBody):
    makes = c.MarkDelivered
    package_id: Id


class MarkPaidBody(CommandBody):
    makes = c.MarkPaid
    amount: Amount | None = None
    transaction_id: OptionalId = ""
    method: Code = ""


class MarkPaymentFailedBody(CommandBody):
    makes = c.MarkPaymentFailed
    transaction_id: OptionalId = ""


class CreatePaymentLinkBody(CommandBody):
    makes = c.CreatePaymentLink
    link_id: Id
    url: PaymentUrl = ""

    @model_validator(mode="after")
    def _can_be_mailed(self) -> CreatePaymentLinkBody:
        if self.notify and not self.url:
            raise PydanticCustomError("invalid_payment_url", "a mail without its link")
        return self


class RefundAmountBody(ReasonBody):
    makes = c.RefundAmount
    amount: Amount
    refund_id: OptionalId = ""
    answers: OptionalId = ""


class RefundProductsBody(ReasonBody):
    makes = c.RefundProducts
    lines: tuple[RefundPieceBody, ...] = Field(min_length=1, max_length=MAX_LINES)
    shipping: Share = _ZERO
    fees: Share = _ZERO
    amount: Amount | None = None
    refund_id: OptionalId = ""
    answers: OptionalId = ""


class RequestRefundBody(ReasonBody):
    makes = c.RequestRefund
    amount: Amount
    refund_id: OptionalId = ""


class RejectRefundBody(ReasonBody):
    makes = c.RejectRefund
    refund_id: Id


class RequestReturnBody(ReasonBody):
    makes = c.RequestReturn
    return_id: Id
    lines: tuple[PieceBody, ...] = Field(min_length=1, max_length=MAX_LINES)


class ReturnBody(CommandBody):
    return_id: Id
    line_ids: tuple[Id, ...] = Field(default=(), max_length=MAX_LINES)


class AcceptReturnBody(ReturnBody):
    makes = c.AcceptReturn


class RejectReturnBody(ReturnBody):
    makes = c.RejectReturn
    reason: Code = ""


class ReceiveReturnBody(ReturnBody):
    makes = c.ReceiveReturn


class RestockReturnBody(ReturnBody):
    makes = c.RestockReturn


class WriteOffReturnBody(ReturnBody):
    makes = c.WriteOffReturn


class AbandonReturnBody(ReturnBody):
    makes = c.AbandonReturn


class PreparePickupBody(CommandBody):
    makes = c.PreparePickup


class ReadyForPickupBody(CommandBody):
    makes = c.ReadyForPickup
    place: OptionalId = ""
    code: OptionalId = ""


class CollectBody(CommandBody):
    makes = c.Collect


class CancelPickupBody(ReasonBody):
    makes = c.CancelPickup


class AcceptCancellationBody(CommandBody):
    makes = c.AcceptCancellation


class RejectCancellationBody(ReasonBody):
    makes = c.RejectCancellation


class AddLineBody(CommandBody):
    makes = c.AddLine
    line: LineBody


class ChangeQuantityBody(CommandBody):
    makes = c.ChangeQuantity
    line_id: Id
    quantity: PiecesOrNone


class ChangeAddressBody(CommandBody):
    makes = c.ChangeAddress
    customer: ChangedCustomerBody

    def made(self) -> c.ChangeAddress:
        kept = set(CustomerBody.model_fields) - self.customer.model_fields_set
        return c.ChangeAddress(notify=self.notify, customer=self.customer.made(), kept=tuple(sorted(kept)))


class ClearAttentionBody(CommandBody):
    makes = c.ClearAttention
    code: Id
    subject: OptionalId = ""


class ResendBody(CommandBody):
    makes = c.Resend
    effect_key: Id


_BODIES: tuple[type[CommandBody], ...] = (
    *(ReleaseBody, AcceptBody, RefuseBody, CancelBody, CancelLinesBody),
    *(ReadyToShipBody, ShipBody, ChangeTrackingBody, CancelPackageBody, MarkDeliveredBody),
    *(MarkPaidBody, MarkPaymentFailedBody, CreatePaymentLinkBody),
    *(RefundAmountBody, RefundProductsBody, RequestRefundBody, RejectRefundBody),
    *(RequestReturnBody, AcceptReturnBody, RejectReturnBody, ReceiveReturnBody),
    *(RestockReturnBody, WriteOffReturnBody, AbandonReturnBody),
    *(PreparePickupBody, ReadyForPickupBody, CollectBody, CancelPickupBody),
    *(AcceptCancellationBody, RejectCancellationBody),
    *(AddLineBody, ChangeQuantityBody, ChangeAddressBody, ClearAttentionBody, ResendBody),
)


# Commands for an order that there is. An order is created at the collection: CreateOrderBody.
COMMANDS: dict[str, type[CommandBody]] = {command_name(body.makes): body for body in _BODIES}


# What channels and carriers answer to our own calls: nobody gives these by hand.
NOT_BY_HAND = (c.ConfirmCall, c.FailCall, c.ConfirmBooking, c.ReportStock)
