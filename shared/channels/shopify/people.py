"""Who ordered and where it goes. Personal data."""

from __future__ import annotations

from shared.channels.shopify.schema import MailingAddress, OrderDocument
from shared.orders.facts import Address, Customer
from shared.wire import fields


def read_customer(order: OrderDocument) -> Customer | None:
    """Return the buyer of ``order``, None where it names nobody (a sale over the counter).

    The mail address is the order's own: that of the customer's account may be another, and an
    order without one was placed so on purpose.
    """
    billing = read_address(order.billing_address)
    shipping = read_address(order.shipping_address)
    buyer = order.customer
    customer = Customer(
        name=(buyer and _join(buyer.first_name, buyer.last_name))
        or (shipping and shipping.name)
        or (billing and billing.name)
        or "",
        email=fields.text(order.email) or fields.text(order.contact_email),
        phone=fields.text(order.phone) or (fields.text(buyer.phone) if buyer else ""),
        locale=fields.text(order.customer_locale),
        billing=billing,
        shipping=shipping,
    )
    nobody = Customer(locale=customer.locale)
    return None if customer == nobody else customer


def read_address(address: MailingAddress | None) -> Address | None:
    """Return a postal address, None where there is none or it is blank."""
    if address is None:
        return None
    read = Address(
        name=fields.text(address.name) or _join(address.first_name, address.last_name),
        company=fields.text(address.company),
        street=tuple(filter(None, (fields.text(address.address1), fields.text(address.address2)))),
        postal_code=fields.text(address.zip),
        city=fields.text(address.city),
        region=fields.text(address.province_code) or fields.text(address.province),
        country=fields.text(address.country_code) or fields.text(address.country),
        phone=fields.text(address.phone),
    )
    return None if read == Address() else read


def _join(first: object, last: object) -> str:
    return " ".join(filter(None, (fields.text(first), fields.text(last))))
