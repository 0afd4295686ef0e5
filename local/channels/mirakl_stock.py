"""The stock of a shop at a simulated Mirakl: imports, carried out later, and their error reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

from local.channels.simulator import Asked, answer
from shared.wire.http import HttpAnswer

HEADER = ["offer-sku", "quantity", "warehouse-code", "update-delete"]


@dataclass(slots=True)
class Stock:
    """Quantities by offer SKU. ``delay``: until an import is carried out; ``fails``: as a whole."""

    now: Callable[[], datetime]
    quantities: dict[str, int] = field(default_factory=lambda: {"MUG": 3, "PEN": 3})
    delay: timedelta = timedelta(0)
    fails: bool = False
    imports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, asked: Asked) -> HttpAnswer:
        """STO01: take a file."""
        kind = asked.headers["content-type"]
        message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked.body)
        parts = [part for part in message.walk() if not part.is_multipart()]
        if [part.get_param("name", header="content-disposition") for part in parts] != ["file"]:
            raise ValueError("file")
        content = parts[0].get_payload(decode=True)
        text = content.decode("utf-8") if isinstance(content, bytes) else ""
        rows = list(csv.reader(io.StringIO(text), delimiter=";", strict=True))
        if rows[0] != HEADER:
            raise ValueError("header")
        identity = f"import-{len(self.imports) + 1}"
        self.imports[identity] = {"at": self.now() + self.delay, "rows": rows[1:], "errors": None}
        return answer(201, {"import_id": identity})

    def status(self, identity: str) -> HttpAnswer:
        """STO02: say how far an import is."""
        known = self._carry_out(identity)
        if known is None:
            return answer(404, {"message": "Not found", "status": 404})
        document: dict[str, Any] = {"import_id": identity, "shop_id": 1, "status": "WAITING"}
        if known["errors"] is None:
            return answer(200, document | {"has_error_report": False})
        return answer(
            200,
            document
            | {
                "status": "FAILED" if self.fails else "COMPLETE",
                "has_error_report": bool(known["errors"]),
                "lines_in_error": len(known["errors"]),
                "lines_in_success": len(known["rows"]) - len(known["errors"]),
            },
        )

    def report(self, identity: str) -> HttpAnswer:
        """STO03: the lines in error, behind their numbers and reasons."""
        known = self.imports[identity]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(["error-line", "error-message", *HEADER])
        writer.writerows([number, "The offer does not exist", *row] for number, row in known["errors"])
        headers = {"content-type": "text/csv"}
        return HttpAnswer(status=200, headers=headers, body=text.getvalue().encode("utf-8"))

    def _carry_out(self, identity: str) -> dict[str, Any] | None:
        known = self.imports.get(identity)
        if known is None or known["errors"] is not None or self.now() < known["at"]:
            return known
        errors: list[tuple[int, list[str]]] = []
        known["errors"] = errors
        for number, row in enumerate(known["rows"], 2):
            sku, count = row[0], int(row[1])
            if self.fails:
                continue
            if sku in self.quantities and count >= 0 and row[3] == "update":
                self.quantities[sku] = count
            else:
                errors.append((number, row))
        return known
