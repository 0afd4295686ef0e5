"""What Trendyol is told of the stock: quantities by barcode, and what became of each in its batch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.channels.simulator import Clock, Recording, answer
from local.channels.trendyol import Trendyol
from shared.channels.trendyol.levels import outcome, submit
from shared.wire.api import Api
from shared.wire.http import RefusedError, UnreadableAnswerError

MUG = "8690000000017"


def test_a_quantity_is_told_without_prices_and_never_above_the_most(
    trendyol: Trendyol, api: Api, recording: Recording
) -> None:
    assert outcome(submit({MUG: 30_000}, api).ticket, api) == {}
    assert trendyol.stock(MUG) == 20_000
    assert json.loads(recording.requests[0].body) == {"items": [{"barcode": MUG, "quantity": 20_000}]}


def test_items_that_failed_were_not_taken(trendyol: Trendyol, api: Api) -> None:
    assert outcome(submit({"GONE": 1, MUG: 7}, api).ticket, api) == {"GONE": "item_failed"}
    assert trendyol.stock(MUG) == 7


def test_a_batch_is_under_way_until_every_item_is_decided(trendyol: Trendyol, api: Api, clock: Clock) -> None:
    trendyol.batch_delay = timedelta(minutes=1)
    ticket = submit({MUG: 7}, api).ticket
    assert outcome(ticket, api) is None
    clock.at += timedelta(minutes=1)
    assert outcome(ticket, api) == {}


def test_a_batch_that_is_forgotten_tells_nothing(api: Api) -> None:
    assert outcome("batch-99", api) == {}


def test_without_a_seller_nothing_is_told(api: Api) -> None:
    with pytest.raises(RefusedError, match="missing_option:seller_id"):
        submit({MUG: 7}, replace(api, options={}))


@pytest.mark.parametrize(
    "document",
    [{}, [], {"items": {}}, {"items": ["MUG"]}, {"items": [{"status": "SUCCESS"}]}, {"batchRequestId": 7}],
)
def test_an_answer_of_another_shape_is_none(api: Api, document: Any) -> None:
    other = replace(api, transport=lambda _request: answer(200, document))
    with pytest.raises(UnreadableAnswerError):
        submit({MUG: 7}, other)
    with pytest.raises(UnreadableAnswerError):
        outcome("batch-1", other)
