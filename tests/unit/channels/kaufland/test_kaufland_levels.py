"""What Kaufland is told of the stock: the amount of the one unit that bears the SKU."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.kaufland import KauflandSimulator
from local.channels.simulator import Recording, answer
from shared.channels.kaufland.levels import push
from shared.wire.api import Api
from shared.wire.http import RateLimitedError, RefusedError, UnreadableAnswerError


@pytest.fixture
def german(api: Api) -> Api:
    return replace(api, options={"storefront": "de"})


@pytest.fixture
def says(german: Api) -> Callable[[Any], Api]:
    """Return an API that answers everything with one document."""
    return lambda document: replace(german, transport=lambda _request: answer(200, document))


def test_an_amount_is_told_and_nothing_else_of_the_unit(
    kaufland: KauflandSimulator, german: Api, recording: Recording
) -> None:
    assert push({"MUG": 7, "PEN": 0}, german) == {}
    assert (kaufland.stock("MUG"), kaufland.stock("PEN")) == (7, 0)
    told = [json.loads(request.body) for request in recording.requests if request.method == "PATCH"]
    assert told == [{"amount": 7}, {"amount": 0}]


def test_a_sku_that_no_unit_several_or_kauflands_own_bear_is_refused(
    kaufland: KauflandSimulator, german: Api
) -> None:
    before = [offer["amount"] for offer in kaufland.offers]
    assert push({"GONE": 7, "CAP": 7, "FBK-MUG": 7}, german) == {
        "GONE": "unmapped_sku",
        "CAP": "several_units",
        "FBK-MUG": "fulfilled_by_kaufland",
    }
    assert [offer["amount"] for offer in kaufland.offers] == before


def test_without_a_storefront_nothing_is_told(german: Api) -> None:
    with pytest.raises(RefusedError, match="missing_option:storefront"):
        push({"MUG": 7}, replace(german, options={}))


def test_units_of_another_storefront_are_not_told(kaufland: KauflandSimulator, german: Api) -> None:
    assert push({"MUG": 7}, replace(german, options={"storefront": "cz"})) == {"MUG": "unmapped_sku"}
    assert kaufland.stock("MUG") == 3


@pytest.mark.parametrize("document", [{}, {"data": {}}, {"data": ["MUG"]}, {"data": [{"id_offer": "MUG"}]}])
def test_an_answer_of_another_shape_is_no_success(says: Callable[[Any], Api], document: Any) -> None:
    with pytest.raises(UnreadableAnswerError):
        push({"MUG": 7}, says(document))


def test_f45_an_error_inside_a_success_is_no_refusal_of_a_sku(german: Api, line: Faulty) -> None:
    line.plan(Fault.ERROR_IN_OK, method="PATCH")
    with pytest.raises(RefusedError, match="error_in_success"):
        push({"MUG": 7}, german)


def test_f42_a_rate_limit_is_no_refusal_of_a_sku(german: Api, line: Faulty) -> None:
    line.plan(Fault.RATE_LIMIT, method="PATCH")
    with pytest.raises(RateLimitedError) as raised:
        push({"MUG": 7}, german)
    assert raised.value.again_after is not None
