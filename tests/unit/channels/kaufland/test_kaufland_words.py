"""The tables of words, against the values that Kaufland's OpenAPI documents."""

from __future__ import annotations

import pytest

from shared.carriers.detect import NAMES
from shared.channels.kaufland import words
from shared.channels.kaufland.calls import cancel_reason, refund_reason
from shared.channels.kaufland.words import Stage

STATUSES = {
    "open": Stage.OPEN,
    "need_to_be_sent": Stage.OPEN,
    "sent": Stage.SENT,
    "sent_and_autopaid": Stage.SENT,
    "received": Stage.RECEIVED,
    "returned": Stage.RETURNED,
    "returned_paid": Stage.REPAID,
    "cancelled": Stage.CANCELED,
}
CANCEL_REASONS = [
    "BuyerCancelled",
    "ShippingAddressUndeliverable",
    "WrongCatalogData",
    "GeneralAdjustment",
    "MerchandiseNotReceived",
    "NoInventory",
    "DelayedInventory",
    "WrongPrice",
    "NoReactionBuyer",
    "UndeliverableRegion",
]
REFUND_REASONS = [
    "delivery_damage",
    "delivery_delay",
    "incomplete_delivery",
    "incorrect_delivery",
    "refund_postage_fee",
    "defect",
    "other_refund",
    "refund_return_postage_fee",
]


def test_every_status_has_its_stage() -> None:
    assert words.STATUSES == STATUSES


def test_every_reason_that_kaufland_documents_can_be_given() -> None:
    assert sorted(words.CANCEL_REASONS.values()) == sorted(CANCEL_REASONS)
    assert sorted(words.REFUND_REASONS.values()) == sorted(REFUND_REASONS)


@pytest.mark.parametrize("code", CANCEL_REASONS)
def test_a_cancellation_s_own_code_passes_through(code: str) -> None:
    assert cancel_reason(code) == code


@pytest.mark.parametrize("code", REFUND_REASONS)
def test_a_refund_s_own_code_passes_through(code: str) -> None:
    assert refund_reason(code) == code


def test_a_code_of_the_settings_is_taken_for_that_of_the_two_whose_word_it_is() -> None:
    assert cancel_reason("out_of_stock", "DelayedInventory") == "DelayedInventory"
    assert refund_reason("late", "DelayedInventory") == "delivery_delay"
    assert refund_reason("late", "defect") == "defect"
    assert cancel_reason("out_of_stock", "defect") == "NoInventory"


def test_what_is_in_no_table_is_other() -> None:
    assert [cancel_reason(code) for code in ("", "whim", "out_of_stock")] == [
        "GeneralAdjustment",
        "GeneralAdjustment",
        "NoInventory",
    ]
    assert [refund_reason(code) for code in ("", "whim", "late")] == [
        "other_refund",
        "other_refund",
        "delivery_delay",
    ]


def test_carriers_are_named_by_words_of_ours() -> None:
    assert set(words.CARRIERS) <= set(NAMES)
