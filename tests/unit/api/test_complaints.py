"""What a body is told that cannot be read: which field, and what that field takes."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.api.bodies.commands import COMMANDS
from shared.api.complaints import MAX_COMPLAINTS
from shared.api.problems import ApiError
from shared.api.requests import ApiRequest, read_body

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PIECE = {"line_id": "1", "quantity": 1}


def complaint(command: str, document: dict[str, Any]) -> ApiError:
    request = ApiRequest(
        request_id="1", headers={"content-type": "application/json"}, body=json.dumps(document)
    )
    with pytest.raises(ApiError) as raised:
        read_body(request, COMMANDS[command], NOW)
    return raised.value


@pytest.mark.parametrize(
    ("command", "document", "code", "takes"),
    [
        ("accept", {"notify": "yes"}, "invalid_field:notify", "true or false."),
        ("cancel", {"reason": 7}, "invalid_field:reason", "A text."),
        ("cancel", {"reason": "out of stock"}, "invalid_field:reason", "At most 64 letters, digits, and"),
        ("ship", {"contents": "all"}, "invalid_field:contents", "A list."),
        ("ship", {"contents": []}, "invalid_field:contents", "A list of at least 1."),
        ("ship", {"contents": [PIECE] * 1_001}, "invalid_field:contents", "A list of at most 1000."),
        ("add_line", {"line": 1}, "invalid_field:line", "An object."),
        ("change_address", {"customer": {"shipping": "home"}}, "invalid_field:shipping", "An object."),
        ("change_address", {"customer": {"name": "x" * 201}}, "invalid_field:name", "at most 200 characters"),
        ("change_address", {"customer": {"name": "a\nb"}}, "invalid_field:name", "on one line"),
        (
            "refund_products",
            {"lines": [PIECE | {"restock": "shelf"}]},
            "invalid_field:restock",
            "One of 'cancel', 'return' or 'none'.",
        ),
        ("mark_paid", {"amount": "1e5"}, "invalid_amount", ""),
        (
            "refund_products",
            {"lines": [PIECE], "shipping": "-1"},
            "missing_field:restock",
            "lines.0.restock is missing.",
        ),
        (
            "change_tracking",
            {"package_id": "1", "number": "1", "tracking_number": "123"},
            "unknown_field:number",
            "no such field here. There are notify, package_id, tracking_number, carrier, tracking_url.",
        ),
        (
            "ship",
            {"contents": [PIECE, PIECE | {"id": "1"}]},
            "unknown_field:id",
            "no such field in contents.1. There are line_id, quantity.",
        ),
        (
            "change_address",
            {"customer": {"shipping": {"zip": "1"}}},
            "unknown_field:zip",
            "no such field in customer.shipping. There are name, company, street,",
        ),
    ],
)
def test_a_complaint_names_the_field_and_what_it_takes(
    command: str, document: dict[str, Any], code: str, takes: str
) -> None:
    error = complaint(command, document)
    assert error.code == code
    assert takes in error.detail


def test_amounts_keep_their_code_wherever_they_stand() -> None:
    line = {"external_id": "1", "quantity": 1, "unit_price": "free"}
    assert complaint("add_line", {"line": line}).code == "invalid_amount"
    lines = [PIECE | {"restock": "return"}]
    for name in ("shipping", "fees", "amount"):
        assert complaint("refund_products", {"lines": lines, name: [1]}).code == "invalid_amount"


def test_a_complaint_repeats_nothing_that_was_sent() -> None:
    for document in ({"reason": "SENT VALUE"}, {"reason": ["SENT VALUE"]}, {"SENT VALUE": 1}):
        error = complaint("cancel", document)
        assert "SENT VALUE" not in f"{error.code} {error.detail} {error.members}"


def test_what_many_complaints_take_grows_with_their_number_alone() -> None:
    began = time.process_time()
    answer = complaint("accept", dict.fromkeys(map(str, range(15_000)), 1))
    assert answer.code == "unknown_field:0"
    assert len(answer.members["errors"]) == MAX_COMPLAINTS
    assert time.process_time() - began < 5  # seconds of CPU: a tenth, or a dozen if each looked at all
