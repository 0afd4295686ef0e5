"""Commands about lines and the address. Texts of a new line are stored by whoever asks for it."""

from __future__ import annotations

from shared.orders import commands as c
from shared.orders.apply_document import raise_quantity
from shared.orders.effects import Cause
from shared.orders.model import Line
from shared.orders.refusal import RefusalError
from shared.orders.workbench import HANDED_OVER, Workbench


def pieces_of(bench: Workbench, wanted: c.Pieces) -> list[tuple[str, int]]:
    """Return the pieces by line, each line once. Refuses unknown lines and less than one piece."""
    found: dict[str, int] = {}
    for line_id, pieces in wanted:
        if line_id not in bench.lines:
            raise RefusalError("unknown_line")
        if pieces < 1:
            raise RefusalError("invalid_quantity")
        found[line_id] = found.get(line_id, 0) + pieces
    if not found:
        raise RefusalError("invalid_quantity")
    return list(found.items())


def cancel_lines(bench: Workbench, command: c.CancelLines) -> None:
    lines = pieces_of(bench, command.lines)
    for line_id, pieces in lines:
        if pieces > bench.open(line_id):
            raise RefusalError("invalid_quantity")
    for line_id, pieces in lines:
        bench.cancel_pieces(line_id, pieces)
        bench.note(f"line/{line_id}", "applied", "canceled")
    if bench.live():
        data = tuple([(line_id, str(pieces)) for line_id, pieces in lines])
        # What is canceled in all, these pieces included: it tells this cancellation from an equal one.
        totals = tuple([(f"total:{line_id}", str(bench.lines[line_id].canceled)) for line_id, _ in lines])
        bench.cause(Cause.LINES_CANCELED_HERE, data=data + totals + reason_of(command.reason))


def reason_of(code: str) -> tuple[tuple[str, str], ...]:
    return (("reason", code),) if code else ()


def add_line(bench: Workbench, command: c.AddLine) -> None:
    item = command.line
    if item.external_id in bench.lines:
        raise RefusalError("exists")
    if item.quantity < 1 or item.canceled:
        raise RefusalError("invalid_quantity")
    # Told of no piece: a channel's document that does not know the line takes nothing away.
    bench.lines[item.external_id] = Line(item.external_id, 0, unit_price=item.unit_price)
    raise_quantity(bench, item.external_id, item.quantity)
    bench.cause(Cause.ORDER_EDITED_HERE)
    bench.note(f"line/{item.external_id}", "applied", "added")


def change_quantity(bench: Workbench, command: c.ChangeQuantity) -> None:
    line = bench.lines.get(command.line_id)
    about = f"line/{command.line_id}"
    if line is None:
        raise RefusalError("unknown_line")
    more = command.quantity - line.live
    if command.quantity < 0 or -more > bench.open(line.id):
        raise RefusalError("invalid_quantity")
    if not more:
        bench.note(about, "duplicate")
        return
    if more > 0:
        raise_quantity(bench, line.id, more)
    else:
        bench.cancel_pieces(line.id, -more)
    bench.cause(Cause.ORDER_EDITED_HERE)
    bench.note(about, "applied", "raised" if more > 0 else "lowered")


def change_address(bench: Workbench, command: c.ChangeAddress) -> None:
    bench.customer = command.customer
    booked = any(key.startswith("booking/book/") for key in bench.owed)
    if "shipping" not in command.kept and (booked or bench.has_packages(*HANDED_OVER)):
        bench.attend("address_changed_too_late")
    bench.cause(Cause.ORDER_EDITED_HERE)
    bench.note("address", "applied", "changed")
