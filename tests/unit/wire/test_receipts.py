"""The envelope of the inbox: what goes in comes out, byte by byte, and nothing else is read."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.wire.receipts import MAX_TEXT_BYTES, ParkedPointer, Receipt, UnreadableMessageError, decode

SQS_LIMIT = 1_048_576
LARGEST_INLINE = 180_000  # larger bodies are stored apart
RECEIPT = Receipt(
    receipt_id="JKJaXmPLvHcESHA=",
    connection="example-shop",
    kind="shopify",
    source="webhook",
    received_at=datetime(2026, 11, 1, 12, 0, 0, 123_456, tzinfo=UTC),
    topic="orders/create",
    media_type="application/json",
    delivery_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    body=b'{"id": 1}',
)
POINTER = ParkedPointer(pk="TRACKING#00340434161094000001", sk="PARKED#0123456789abcdef")


def with_field(name: str, value: Any) -> str:
    return json.dumps(json.loads(RECEIPT.encode()) | {name: value})


def without_field(name: str) -> str:
    return json.dumps({key: value for key, value in json.loads(RECEIPT.encode()).items() if key != name})


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example('{"name": "Zoë 😀 \u2028"}'.encode())
@example(b"\x00\x1f\x7f\xff")
@example(b"\xed\xa0\x80")  # a surrogate in UTF-8's manner, which is none
def test_any_bytes_come_out_as_they_went_in(body: bytes) -> None:
    receipt = replace(RECEIPT, body=body)
    assert decode(receipt.encode()) == receipt


@given(st.text(max_size=50), st.text(max_size=50))
def test_any_text_of_a_header_comes_out_as_it_went_in(topic: str, delivery_id: str) -> None:
    receipt = replace(RECEIPT, topic=topic, delivery_id=delivery_id)
    assert decode(receipt.encode()) == receipt


@given(st.binary(max_size=400))
def test_the_message_holds_only_characters_that_sqs_takes(body: bytes) -> None:
    message = replace(RECEIPT, body=body).encode()
    assert message.isascii()
    assert message.isprintable()


@pytest.mark.parametrize("body", [b"\x00", b"\xff", "ü".encode(), "😀".encode(), b"x", b'"'])
@pytest.mark.parametrize("size", [MAX_TEXT_BYTES - 3, MAX_TEXT_BYTES, MAX_TEXT_BYTES + 4, LARGEST_INLINE])
def test_the_largest_body_fits_whatever_it_holds(body: bytes, size: int) -> None:
    receipt = replace(RECEIPT, body=body * (size // len(body)))
    message = receipt.encode()
    assert len(message) < SQS_LIMIT
    assert decode(message) == receipt


def test_a_body_in_utf_8_stays_readable_and_other_bytes_travel_as_base64() -> None:
    assert json.loads(RECEIPT.encode())["body"] == '{"id": 1}'
    assert json.loads(replace(RECEIPT, body=b"\xff\xfe").encode())["body_base64"] == "//4="


def test_a_body_stored_apart_is_named_not_carried() -> None:
    receipt = replace(RECEIPT, body=None, spilled_to="spill/1")
    message = json.loads(receipt.encode())
    assert message["spilled_to"] == "spill/1"
    assert "body" not in message
    assert decode(receipt.encode()) == receipt


def test_a_parked_pointer_comes_out_as_it_went_in_and_holds_ids_only() -> None:
    assert decode(POINTER.encode()) == POINTER
    assert json.loads(POINTER.encode()) == {"schema": 1, "parked": {"pk": POINTER.pk, "sk": POINTER.sk}}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json",
        "{}",
        "[]",
        "null",
        "5",
        '"schema"',
        '{"schema": 1}',
        '{"schema": 1, "parked": "x"}',
        '{"schema": 1, "parked": {"pk": "x"}}',
        '{"schema": 1, "parked": {"pk": 1, "sk": "x"}}',
        "[" * 100_000,
        *(without_field(name) for name in json.loads(RECEIPT.encode()) if name != "entity"),
        with_field("body", None),
        with_field("body", 5),
        with_field("body", "\ud800"),
        with_field("body_base64", "A"),
        with_field("body_base64", "%%%%"),
        with_field("body_base64", "AA=\u00fc"),
        with_field("spilled_to", None),
        with_field("received_at", "yesterday"),
        with_field("received_at", 5),
        with_field("received_at", "2026-11-01T12:00:00"),  # no zone
        with_field("receipt_id", None),
        with_field("connection", ["x"]),
        with_field("kind", 1),
        with_field("entity", None),
    ],
)
def test_b67_what_this_code_did_not_write_is_unreadable(message: str) -> None:
    with pytest.raises(UnreadableMessageError):
        decode(message)


def test_f48_a_message_from_before_messages_named_their_order_names_none() -> None:
    assert decode(without_field("entity")) == RECEIPT


@pytest.mark.parametrize("schema", [0, 2, "1", None, {"buyer": "buyer@example.com"}])
def test_a_message_of_another_schema_is_left_to_the_code_that_knows_it(schema: Any) -> None:
    with pytest.raises(UnreadableMessageError) as caught:
        decode(with_field("schema", schema))
    assert str(caught.value) == (f"schema {schema}" if isinstance(schema, int) else "schema")


@given(st.text(max_size=200))
def test_any_message_is_read_or_unreadable(message: str) -> None:
    with pytest.raises(UnreadableMessageError):
        decode(message)


@pytest.mark.parametrize(
    "message",
    [
        '{"buyer": "buyer@example.com"',
        with_field("received_at", "buyer@example.com"),
        with_field("body_base64", "buyer@example.com"),
        with_field("body", "buyer@example.com \ud800"),
        with_field("schema", "buyer@example.com"),
    ],
)
def test_s10_nothing_of_a_message_is_in_the_error(message: str) -> None:
    with pytest.raises(UnreadableMessageError) as caught:
        decode(message)
    assert "buyer" not in "".join(traceback.format_exception(caught.value))
