"""Orders: in a list, as a whole, and where a command leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.api.advice import about_attention
from shared.api.bodies.commands import COMMANDS
from shared.api.shapes import orders as shapes
from shared.api.views.history import show_effect, show_input, show_notes
from shared.api.views.values import amount_text, time_text
from shared.orders import derive
from shared.orders.effects import CALL_OF_COMMAND
from shared.orders.model import Order
from shared.storage.lists import OrderRow

if TYPE_CHECKING:
    from shared.orders.facts import Address, Customer, OrderSeen
    from shared.usecases.read_order import OrderPicture
    from shared.usecases.run_command import CommandResult


SHOWN_HISTORY = 50


def show_order(picture: OrderPicture) -> shapes.Order:
    """Return everything about one order; of a long history its latest part."""
    order, seen, customer = picture.full.order, picture.full.seen, picture.full.customer
    return {
        **show_summary(order, seen.number if seen else ""),
        "accept_by": time_text(order.accept_by),
        "ship_by": time_text(order.ship_by),
        "payment_method": order.payment_method.value,
        "shipping_method": order.shipping_method,
        "channel_word": order.raw_status,
        "lines": _lines(order, seen),
        "packages": [
            {
                "id": package.id,
                "status": package.status.value,
                "contents": [{"line_id": line, "quantity": count} for line, count in package.contents],
                "external_ids": list(package.external_ids),
                "carrier": package.carrier,
                "tracking_number": package.tracking_number,
                "tracking_url": package.tracking_url,
                "last_scan": package.scan.value if package.scan else None,
                "last_scan_at": time_text(package.scanned_at),
                "awaiting_tracking_until": time_text(package.awaiting_tracking_until),
            }
            for package in order.packages
        ],
        "transactions": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "amount": amount_text(entry.amount, order.currency),
                "occurred_at": time_text(entry.occurred_at),
                "method": entry.method,
                "provider": entry.provider,
            }
            for entry in order.transactions
        ],
        "refund_entries": [
            {
                "id": entry.id,
                "word": entry.word.value,
                "amount": amount_text(entry.amount, order.currency),
                "lines": [
                    {"line_id": line, "quantity": count, "restock": restock.value}
                    for line, count, restock in entry.lines
                ],
                "external_id": entry.external_id,
                "occurred_at": time_text(entry.occurred_at),
            }
            for entry in order.refunds
        ],
        "return_entries": [
            {
                "id": entry.id,
                "line_id": entry.line_id,
                "quantity": entry.quantity,
                "word": entry.word.value,
                "reason": entry.reason,
            }
            for entry in order.returns
        ],
        "deadlines": [
            {"kind": entry.kind, "due": entry.due.astimezone(UTC).isoformat(), "subject": entry.subject}
            for entry in order.deadlines
        ],
        "customer": _customer(customer) if customer else None,
        "actions": [
            {
                "name": action.name,
                "allowed": action.allowed,
                "reason": action.reason,
                "told": CALL_OF_COMMAND[action.name] in picture.calls
                if action.name in CALL_OF_COMMAND
                else None,
            }
            for action in picture.actions
            if action.name in COMMANDS  # an order that is there is not to be created
        ],
        "effects": [show_effect(effect) for record in picture.history for effect in record.effects],
        "history": [show_input(record) for record in picture.history[-SHOWN_HISTORY:]],
        "history_count": len(picture.history),
    }


def show_summary(order: Order, number: str) -> shapes.OrderSummary:
    """Return what a list shows of an order: enough to choose one, nothing of the customer."""
    return {
        "id": order.id,
        "version": order.version,
        "connection": order.connection,
        "external_id": order.external_id,
        "number": number,
        "placed_at": time_text(order.placed_at),
        "status": order.status.value,
        "channel_status": derive.channel_status(order).value,
        "payment": derive.payment(order).value,
        "refund": derive.refund(order).value,
        "fulfillment": derive.fulfillment(order).value,
        "returns": derive.returns(order).value,
        "currency": order.currency,
        "total": _amount(order.total, order.currency),
        "paid": amount_text(order.paid, order.currency),
        "refunded": amount_text(order.refunded, order.currency),
        "pickup": order.pickup,
        "test": order.test,
        "draft": order.draft,
        "dispute": order.dispute,
        "cancellation_requested": order.cancellation_requested,
        "fulfilled_by_channel": order.fulfilled_by_channel,
        "erased": order.erased,
        "attention": [
            {"code": entry.code, "subject": entry.subject, "text": about_attention(entry.code)}
            for entry in order.attention
        ],
    }


def show_page(rows: Sequence[OrderRow], cursor: str | None) -> shapes.OrderList:
    """Return a page of orders; ``next`` is null at the end."""
    return {"orders": [show_summary(row.order, row.number) for row in rows], "next": cursor}


def show_result(result: CommandResult) -> shapes.CommandOutcome:
    """Return what became of a command, and the order as it is now."""
    return {
        "outcome": result.outcome.value,
        "reason": result.reason,
        "version": result.version or None,
        "notes": show_notes(result.notes),
        "effects": list(result.effects),
        "order": {
            "id": result.order.id,
            "version": result.order.version,
            "status": result.order.status.value,
            "channel_status": derive.channel_status(result.order).value,
            "payment": derive.payment(result.order).value,
            "refund": derive.refund(result.order).value,
            "fulfillment": derive.fulfillment(result.order).value,
            "returns": derive.returns(result.order).value,
        },
    }


def _lines(order: Order, seen: OrderSeen | None) -> list[shapes.Line]:
    texts = {line.external_id: line for line in seen.lines} if seen else {}
    shown: list[shapes.Line] = []
    for line in order.lines:
        text = texts.get(line.id)
        shown.append(
            {
                "id": line.id,
                "sku": text.sku if text else "",
                "name": text.name if text else "",
                "unit_price": _amount(line.unit_price, order.currency),
                "ordered": line.ordered,
                "canceled": line.canceled,
                "live": line.live,
            }
        )
    return shown


def _amount(amount: Decimal | None, currency: str) -> str | None:
    return amount_text(amount, currency) if amount is not None else None


def _customer(customer: Customer) -> shapes.Customer:
    return {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "locale": customer.locale,
        "billing": _address(customer.billing) if customer.billing else None,
        "shipping": _address(customer.shipping) if customer.shipping else None,
    }


def _address(address: Address) -> shapes.Address:
    return {
        "name": address.name,
        "company": address.company,
        "street": list(address.street),
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": address.country,
        "phone": address.phone,
    }
