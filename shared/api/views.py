"""What the API shows of an order. The shapes are in :mod:`shared.api.shapes`.

Amounts are text in major units ("12.50"), times are UTC. The customer is shown with the order itself and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.api import shapes
from shared.api.advice import about_attention, about_effect
from shared.api.bodies import COMMANDS
from shared.connections.model import Connection
from shared.connections.states import Progress, lag_of
from shared.orders import derive
from shared.orders.effects import CALL_OF_COMMAND, MAILS
from shared.orders.model import Order
from shared.storage.lists import LoggedInput, OrderRow
from shared.storage.records import EffectRecord, InputRecord
from shared.usecases.level_terms import owes_all, takes_levels

if TYPE_CHECKING:
    from shared.orders.changes import Note
    from shared.orders.facts import Address, Customer, OrderSeen
    from shared.storage.stock_requests import Level, Movement
    from shared.usecases.read_order import OrderPicture
    from shared.usecases.run_command import CommandResult

SHOWN_HISTORY = 50


def show_order(picture: OrderPicture) -> shapes.Order:
    """Return everything about one order; of a long history its latest part."""
    order, seen, customer = picture.full.order, picture.full.seen, picture.full.customer
    return {
        **show_summary(order, seen.number if seen else ""),
        "accept_by": _time(order.accept_by),
        "ship_by": _time(order.ship_by),
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
                "last_scan_at": _time(package.scanned_at),
                "awaiting_tracking_until": _time(package.awaiting_tracking_until),
            }
            for package in order.packages
        ],
        "transactions": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "amount": _amount(entry.amount),
                "occurred_at": _time(entry.occurred_at),
                "method": entry.method,
                "provider": entry.provider,
            }
            for entry in order.transactions
        ],
        "refund_entries": [
            {
                "id": entry.id,
                "word": entry.word.value,
                "amount": _amount(entry.amount),
                "lines": [
                    {"line_id": line, "quantity": count, "restock": restock.value}
                    for line, count, restock in entry.lines
                ],
                "external_id": entry.external_id,
                "occurred_at": _time(entry.occurred_at),
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
        "effects": [_effect(effect) for record in picture.history for effect in record.effects],
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
        "placed_at": _time(order.placed_at),
        "status": order.status.value,
        "channel_status": derive.channel_status(order).value,
        "payment": derive.payment(order).value,
        "refund": derive.refund(order).value,
        "fulfillment": derive.fulfillment(order).value,
        "returns": derive.returns(order).value,
        "currency": order.currency,
        "total": _amount(order.total) if order.total is not None else None,
        "paid": _amount(order.paid),
        "refunded": _amount(order.refunded),
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


def show_history(records: Sequence[InputRecord], cursor: str | None) -> shapes.History:
    """Return a page of an order's history."""
    return {"history": [show_input(record) for record in records], "next": cursor}


def show_inputs(inputs: Sequence[LoggedInput], cursor: str | None) -> shapes.InputList:
    """Return a page of a connection's day."""
    return {
        "inputs": [
            {
                "key": entry.key,
                "received_at": entry.received_at.isoformat(),
                "outcome": entry.outcome.value,
                "reason": entry.reason,
                "order_id": entry.order_id or None,
            }
            for entry in inputs
        ],
        "next": cursor,
    }


def show_level(level: Level) -> shapes.StockLevel:
    """Return one SKU's stock."""
    return {
        "sku": level.sku,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "available": level.available,
        # What a channel did not take it does not show: its number is no longer known here.
        "pushed": {name: count for name, count in level.pushed.items() if name not in level.refused},
        "refused": level.refused,
    }


def show_stock(levels: Sequence[Level], cursor: str | None) -> shapes.StockList:
    """Return a page of SKUs."""
    return {"stock": [show_level(level) for level in levels], "next": cursor}


def show_movements(level: Level, movements: Sequence[Movement], cursor: str | None) -> shapes.StockMovements:
    """Return one SKU's stock and a page of its movements."""
    return {
        **show_level(level),
        "movements": [
            {
                "kind": entry.kind,
                "pieces": entry.pieces,
                "on_hand": entry.on_hand,
                "reserved": entry.reserved,
                "at": entry.at.isoformat(),
                "order_id": entry.order_id or None,
                "actor": entry.actor or None,
                "reason": entry.reason,
            }
            for entry in movements
        ],
        "next": cursor,
    }


def show_connections(known: Sequence[tuple[Connection, Progress]], now: datetime) -> shapes.ConnectionList:
    """Return every connection with how it is doing; no setting and no credential."""
    return {"connections": [_connection(connection, progress, now) for connection, progress in known]}


def _connection(connection: Connection, progress: Progress, now: datetime) -> shapes.Connection:
    lag = lag_of(progress, now)
    return {
        "id": connection.id,
        "kind": connection.kind,
        "name": connection.name,
        "removed_at": _time(connection.removed_at),
        "polled": connection.is_polled,
        "state": progress.state,
        "failed_at": _time(progress.failed_at),
        "calls_state": progress.calls_state,
        "calls_failed_at": _time(progress.calls_failed_at),
        "sweep_state": progress.sweep_state,
        "webhooks_state": progress.webhooks_state,
        "succeeded_at": _time(progress.succeeded_at),
        "takes_levels": takes_levels(connection),
        "levels_state": progress.levels_state,
        "levels_failed_at": _time(progress.levels_failed_at),
        "levels_told_at": _time(progress.levels_told_at),
        "levels_owed": takes_levels(connection) and owes_all(connection, progress),
        "polled_until": _time(progress.polled_until),
        "lag_seconds": int(lag.total_seconds()) if lag is not None else None,
        "swept_at": _time(progress.swept_at),
        "swept": progress.swept,
        "missed": progress.missed,
        "restored": list(progress.restored),
        "calls": sorted(connection.rules().capabilities - {"stock"}),
        "mails": [kind for kind in MAILS if connection.rules().mail_wanted(kind)],
    }


def show_result(result: CommandResult) -> shapes.CommandOutcome:
    """Return what became of a command, and the order as it is now."""
    return {
        "outcome": result.outcome.value,
        "reason": result.reason,
        "version": result.version or None,
        "notes": _notes(result.notes),
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


def show_input(record: InputRecord) -> shapes.HistoryEntry:
    """Return one entry of the history."""
    return {
        "key": record.sk.partition("#")[2],
        "received_at": record.received_at.isoformat(),
        "source": record.source,
        "actor": record.actor,
        "command": record.command or None,
        "outcome": record.outcome.value,
        "reason": record.reason,
        "version": record.version or None,
        "repeats": record.repeats,
        "moves": [
            {"rule": move.rule, "source": move.source, "target": move.target, "caught_up": move.caught_up}
            for move in record.moves
        ],
        "notes": _notes(record.notes),
        "effects": [_effect(effect) for effect in record.effects],
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
                "unit_price": _amount(line.unit_price) if line.unit_price is not None else None,
                "ordered": line.ordered,
                "canceled": line.canceled,
                "live": line.live,
            }
        )
    return shown


def _notes(notes: Sequence[Note]) -> list[shapes.Note]:
    return [{"about": note.about, "outcome": note.outcome, "detail": note.detail} for note in notes]


def _effect(effect: EffectRecord) -> shapes.Effect:
    return {
        "key": effect.key,
        "state": effect.state.value,
        "attempt": effect.attempt,
        "reason": effect.reason,
        "text": about_effect(effect.state, effect.reason),
    }


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


def _amount(amount: Decimal) -> str:
    return format(amount, "f")


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None
