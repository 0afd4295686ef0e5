"""What happens at a simulated Mirakl marketplace without us: buyers order, customers pay, merchants click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from local.channels.mirakl_orders import BEFORE_SHIPPED, DEBITING, Document, Marketplace, expect

_ADDRESS = {
    "civility": None,
    "firstname": "Example",
    "lastname": "Customer",
    "company": None,
    "company_2": None,
    "street_1": "1 Example Street",
    "street_2": None,
    "additional_info": None,
    "zip_code": "10115",
    "city": "Berlin",
    "state": None,
    "country": "Germany",
    "country_iso_code": "DEU",
    "phone": "+49 30 0000000",
}


def sample_order(market: Marketplace, order_id: str, wishes: Document) -> Document:
    """Return a new order; ``wishes`` differ from the sample, ``order_lines`` may be given in part."""
    wished = wishes.pop("order_lines", [{}])
    at = market.moment()
    state = wishes.get("order_state", "WAITING_ACCEPTANCE")
    lines = [_line(order_id, number, wish, state, at) for number, wish in enumerate(wished, start=1)]
    price = round(sum(line["price"] for line in lines), 2)
    shipping = round(sum(line["shipping_price"] for line in lines), 2)
    buyer: Document = {"firstname": "Example", "lastname": "Customer", "locale": "de_DE"}
    addresses = {"billing_address": _ADDRESS, "shipping_address": _ADDRESS}
    hidden = {"billing_address": None, "shipping_address": None}
    is_debited = state not in ("STAGING", "WAITING_ACCEPTANCE", *DEBITING)
    order: Document = {
        "order_id": order_id,
        "commercial_id": order_id.rpartition("-")[0] or order_id,
        "order_state": state,
        "order_state_reason_code": None,
        "created_date": at,
        "last_updated_date": at,
        "acceptance_decision_date": None,
        "customer_debited_date": at if is_debited else None,
        "currency_iso_code": "EUR",
        "price": price,
        "shipping_price": shipping,
        "total_price": round(price + shipping, 2),
        "order_tax_mode": "TAX_INCLUDED",
        "payment_type": "Card",
        "payment_workflow": "PAY_ON_ACCEPTANCE",
        "customer": {**buyer, **(addresses if is_debited else hidden)},
        "customer_notification_email": "buyer-1@notification.example.com",
        "shipping_type_code": "STD",
        "shipping_type_label": "Standard",
        "shipping_carrier_code": None,
        "shipping_carrier_standard_code": None,
        "shipping_company": None,
        "shipping_tracking": None,
        "shipping_tracking_url": None,
        "shipping_deadline": (market.now() + timedelta(days=5)).isoformat().replace("+00:00", "Z"),
        "order_lines": lines,
        **wishes,
    }
    if not is_debited:
        order["_addresses"] = addresses
    return order


def _line(order_id: str, number: int, wish: Document, state: str, at: str) -> Document:
    line: Document = {
        "order_line_id": f"{order_id}-{number}",
        "order_line_index": number,
        "order_line_state": state,
        "offer_sku": f"SKU-{number}",
        "product_sku": f"MKP{number:015d}",
        "product_title": f"Example product {number}",
        "quantity": 1,
        "price_unit": 10,
        "shipping_price": 0,
        "taxes": [],
        "shipping_taxes": [],
        "refunds": [],
        "cancelations": [],
        "can_refund": True,
        "created_date": at,
        **wish,
    }
    line.setdefault("price", round(line["price_unit"] * line["quantity"], 2))
    line["total_price"] = round(line["price"] + line["shipping_price"], 2)
    return line


def _step(target: str, *sources: str) -> Callable[[Marketplace, Document, Document], None]:
    def act(market: Marketplace, order: Document, _details: Document) -> None:
        expect(order, *sources)
        market.move(order, target)

    return act


def _decide(*, accepted: bool) -> Callable[[Marketplace, Document, Document], None]:
    def act(market: Marketplace, order: Document, _details: Document) -> None:
        market.decide(order, {line["order_line_id"]: accepted for line in order["order_lines"]})

    return act


def _ship_by_hand(market: Marketplace, order: Document, details: Document) -> None:
    set_tracking(order, details)
    market.ship(order)


def _incident(state: str) -> Callable[[Marketplace, Document, Document], None]:
    def act(market: Marketplace, order: Document, details: Document) -> None:
        order["order_lines"][details.get("line", 1) - 1]["order_line_state"] = state
        market.touch(order)

    return act


def _pay_refunds(market: Marketplace, order: Document, _details: Document) -> None:
    for line in order["order_lines"]:
        for refund in line["refunds"]:
            refund["state"] = "REFUNDED"
    market.touch(order)


def _cancel_piece(market: Marketplace, order: Document, details: Document) -> None:
    line = order["order_lines"][details.get("line", 1) - 1]
    quantity = details.get("quantity", 1)
    asked = {"quantity": quantity, "amount": line["price_unit"] * quantity, "reason_code": "34"}
    market.cancel_pieces(line, order, {**asked, **_taxes(line)})


def _refund_by_hand(market: Marketplace, order: Document, details: Document) -> None:
    line = order["order_lines"][details.get("line", 1) - 1]
    asked = {"amount": details["amount"], "quantity": details.get("quantity", 0), "reason_code": "19"}
    market.refund(line, order, {**asked, **_taxes(line)}, market.number())


def _taxes(line: Document) -> Document:
    return {name: line[name] for name in ("taxes", "shipping_taxes")}


ACTIONS: dict[str, Callable[[Marketplace, Document, Document], None]] = {
    "confirm": _step("WAITING_ACCEPTANCE", "STAGING"),
    "accept": _decide(accepted=True),  # the merchant, in the back office
    "refuse": _decide(accepted=False),
    "ask_payment": _step("WAITING_DEBIT_PAYMENT", "WAITING_DEBIT"),
    "debit": lambda market, order, _details: market.debit(order),
    "ship": _ship_by_hand,  # tracking_number, carrier_code
    "collect": _step("TO_COLLECT", "SHIPPED"),
    "receive": _step("RECEIVED", "SHIPPED", "TO_COLLECT"),
    "close": _step("CLOSED", "RECEIVED"),
    "cancel": _step("CANCELED", *BEFORE_SHIPPED),
    "cancel_piece": _cancel_piece,  # line, quantity
    "refund": _refund_by_hand,  # line, amount, quantity
    "pay_refunds": _pay_refunds,
    "open_incident": _incident("INCIDENT_OPEN"),  # line
    "close_incident": _incident("INCIDENT_CLOSED"),
    "touch": lambda market, order, _details: market.touch(order),
}
"""What can happen without us; the words behind a row are its details."""


def set_tracking(order: Document, tracking: Document) -> None:
    """Keep the one tracking number that an order has (OR23)."""
    order["shipping_tracking"] = tracking.get("tracking_number")
    order["shipping_carrier_code"] = tracking.get("carrier_code")
    order["shipping_carrier_standard_code"] = tracking.get("carrier_standard_code")
    order["shipping_company"] = tracking.get("carrier_name")
    order["shipping_tracking_url"] = tracking.get("carrier_url")
