"""The tables of words, against the values that bol's OpenAPI documents and what each of them yields."""

from __future__ import annotations

import pytest

from shared.carriers.detect import NAMES
from shared.channels.bol import words
from shared.channels.bol.calls import reason_code

TRANSPORT_EVENTS = {
    "PRE_ANNOUNCED": "pending",
    "AT_TRANSPORTER": "picked_up",
    "IN_TRANSIT": "in_transit",
    "AT_PICK_UP_POINT": "ready_for_pickup",
    "DELIVERED_AT_NEIGHBOURS": "delivered",
    "DELIVERED_AT_CUSTOMER": "delivered",
    "PICKED_UP_AT_PICK_UP_POINT": "delivered",
    "RETURNED_TO_SENDER": "return_to_sender",
    "INBOUND_COLLECT": "unknown",
}
CANCELLATION_REASONS = [
    "OUT_OF_STOCK",
    "REQUESTED_BY_CUSTOMER",
    "BAD_CONDITION",
    "HIGHER_SHIPCOST",
    "INCORRECT_PRICE",
    "NOT_AVAIL_IN_TIME",
    "NO_BOL_GUARANTEE",
    "ORDERED_TWICE",
    "RETAIN_ITEM",
    "TECH_ISSUE",
    "UNFINDABLE_ITEM",
    "OTHER",
]


def test_every_transport_event_has_its_word() -> None:
    assert {event: word.value for event, word in words.TRANSPORT_EVENTS.items()} == TRANSPORT_EVENTS


def test_every_reason_that_bol_documents_can_be_given() -> None:
    assert sorted(words.REASON_CODES) == sorted(CANCELLATION_REASONS)
    assert set(words.REASONS.values()) <= words.REASON_CODES


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("out_of_stock", "OUT_OF_STOCK"), ("customer", "REQUESTED_BY_CUSTOMER"), ("price", "INCORRECT_PRICE")]
    + [(code, code) for code in CANCELLATION_REASONS]
    + [("address", "OTHER"), ("", "OTHER"), ("out of stock", "OTHER")],
)
def test_a_reason_is_translated_passed_through_or_other(ours: str, theirs: str) -> None:
    assert reason_code(ours) == theirs


def test_a_return_that_was_received_is_the_only_one_that_moves_anything() -> None:
    assert {pair: word.value for pair, word in words.RETURNS.items()} == {
        ("ACCEPTED", "RETURN_RECEIVED"): "received"
    }


def test_carriers_are_named_by_words_of_ours() -> None:
    assert set(words.CARRIERS) <= set(NAMES)
