"""An order that is entered by hand."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.api.bodies.model import MAX_LINES, CommandBody, Model
from shared.api.bodies.people import CustomerBody
from shared.api.values import Currency, Flag, Id, Moment, Pieces, Share, Text
from shared.orders import commands as c
from shared.orders.facts import LineSeen, OrderSeen, PaymentMethod
from shared.orders.money import in_currency


class LineBody(Model):
    """One line of an order that is entered by hand."""

    makes = LineSeen
    external_id: Id
    sku: Text = ""
    name: Text = ""
    quantity: Pieces
    unit_price: Share | None = None


class SeenBody(Model):
    """An order that is entered by hand: what a channel's document would say."""

    makes = OrderSeen
    number: Id
    currency: Currency
    total: Share
    lines: tuple[LineBody, ...] = Field(min_length=1, max_length=MAX_LINES)
    placed_at: Moment
    payment_method: PaymentMethod = PaymentMethod.PREPAID
    pickup: Flag = False
    shipping_method: Text = ""
    shipping_total: Share | None = None
    customer: CustomerBody | None = None
    draft: Flag = False

    @model_validator(mode="after")
    def _is_sound(self) -> SeenBody:
        if in_currency(self.total, self.currency) != self.total:
            raise PydanticCustomError("invalid_amount", "more digits than the currency has")
        if len({line.external_id for line in self.lines}) < len(self.lines):
            raise PydanticCustomError("invalid_id", "two lines with the same id")
        return self


class CreateOrderBody(CommandBody):
    makes = c.CreateOrder
    connection: Id
    external_id: Id
    seen: SeenBody
    completed: Flag = False

    def made(self) -> c.CreateOrder:
        return c.CreateOrder(
            notify=self.notify,
            external_id=self.external_id,
            seen=self.seen.made(),
            completed=self.completed,
        )
