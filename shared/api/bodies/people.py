"""Who ordered, and where it goes."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.api.bodies.model import Model
from shared.api.values import Text
from shared.orders.facts import Address, Customer


class AddressBody(Model):
    """A postal address."""

    makes = Address
    name: Text = ""
    company: Text = ""
    street: tuple[Text, ...] = Field(default=(), max_length=6)
    postal_code: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""
    phone: Text = ""


class CustomerBody(Model):
    """Who ordered."""

    makes = Customer
    name: Text = ""
    email: Text = ""
    phone: Text = ""
    locale: Text = ""
    billing: AddressBody | None = None
    shipping: AddressBody | None = None


class ChangedCustomerBody(CustomerBody):
    """What changes of who ordered. What is left out stays; an address is replaced as a whole."""

    @model_validator(mode="after")
    def _is_given(self) -> ChangedCustomerBody:
        if not self.model_fields_set:
            raise PydanticCustomError("missing", "nothing is to be changed")
        return self
