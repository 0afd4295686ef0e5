from __future__ import annotations

import pytest

from shared.channels.mirakl import words
from shared.channels.mirakl.capabilities import CAPABILITIES
from shared.orders.effects import CALLS
from shared.orders.facts import PackageWord, RefundWord, StatusWord

ORDER_STATES = {
    "STAGING": StatusWord.NOT_PROCESSABLE,
    "WAITING_ACCEPTANCE": StatusWord.ACCEPTANCE_ASKED,
    "WAITING_DEBIT": StatusWord.ACCEPTED,
    "WAITING_DEBIT_PAYMENT": StatusWord.ACCEPTED,
    "SHIPPING": StatusWord.PROCESSABLE,
    "SHIPPED": StatusWord.PROCESSABLE,
    "TO_COLLECT": StatusWord.PROCESSABLE,
    "RECEIVED": StatusWord.RECEIVED,
    "CLOSED": StatusWord.CLOSED,
    "REFUSED": StatusWord.REFUSED,
    "CANCELED": StatusWord.CANCELED,
}


def test_every_documented_order_state_has_its_word() -> None:
    assert words.STATES == ORDER_STATES


def test_the_states_that_tell_of_goods_and_money() -> None:
    assert words.PACKAGES == {
        "SHIPPED": PackageWord.FULFILLED,
        "TO_COLLECT": PackageWord.AT_PICKUP_POINT,
        "RECEIVED": PackageWord.DELIVERED,
    }
    assert {"SHIPPING", "SHIPPED", "TO_COLLECT", "RECEIVED", "CLOSED"} == words.PAID


def test_every_documented_refund_state_has_its_word() -> None:
    assert words.REFUNDS == {
        "WAITING_REFUND": RefundWord.REQUESTED,
        "WAITING_REFUND_PAYMENT": RefundWord.REQUESTED,
        "REFUNDED": RefundWord.RECORDED,
    }


def test_line_states_are_those_of_orders_incidents_and_refunds() -> None:
    assert words.INCIDENTS == {
        "INCIDENT_OPEN": StatusWord.DISPUTE_OPENED,
        "INCIDENT_CLOSED": StatusWord.DISPUTE_RESOLVED,
    }
    assert {*ORDER_STATES, *words.INCIDENTS, *words.REFUNDS} == words.LINE_STATES
    assert words.GONE < words.LINE_STATES


def test_reasons_are_codes_of_the_delivered_set_up() -> None:
    assert set(words.REASONS.values()) <= {"14", "15", "16", "17", "18", "19"}


def test_calls_that_are_declared_are_calls_of_the_hub() -> None:
    assert CAPABILITIES.calls < CALLS
    assert CAPABILITIES.collects_after_accept
    assert CAPABILITIES.polls


@pytest.mark.parametrize("point", CAPABILITIES.open_points)
def test_an_open_point_is_a_sentence(point: str) -> None:
    assert point.endswith(".")
