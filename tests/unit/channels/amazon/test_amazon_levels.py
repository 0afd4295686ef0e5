"""What Amazon is told of the stock: of what the merchant ships himself, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from local.channels.amazon import Amazon
from local.channels.amazon_listings import SELLER
from local.channels.amazon_samples import MARKETPLACE
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Recording
from shared.channels.amazon.levels import push
from shared.wire.api import Api
from shared.wire.http import AuthError, RateLimitedError, RefusedError, UnreadableAnswerError

LISTING = {"summaries": [{"marketplaceId": MARKETPLACE, "productType": "MUG"}]}


@pytest.fixture
def seller(api: Api) -> Api:
    return replace(api, options={**api.options, "seller_id": SELLER})


def test_a_quantity_is_merged_and_nothing_else_of_the_listing_told(
    amazon: Amazon, seller: Api, recording: Recording
) -> None:
    assert push({"MUG": 7, "PEN": 0}, seller) == {}
    assert (amazon.stock("MUG"), amazon.stock("PEN")) == (7, 0)
    [told, _] = [request for request in recording.requests if request.method == "PATCH"]
    assert json.loads(told.body) == {
        "productType": "DRINKING_CUP",
        "patches": [
            {
                "op": "merge",
                "path": "/attributes/fulfillment_availability",
                "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}],
            }
        ],
    }


def test_what_amazon_ships_itself_is_left_alone(amazon: Amazon, seller: Api) -> None:
    assert push({"FBA-MUG": 7}, seller) == {"FBA-MUG": "fulfilled_by_amazon"}
    assert amazon.listings["FBA-MUG"]["quantities"] == {"AMAZON_EU": 9}


def test_a_sku_is_told_wherever_it_is_listed(amazon: Amazon, seller: Api) -> None:
    both = replace(seller, options={**seller.options, "marketplace_ids": f"A13V1IB3VIYZZH,{MARKETPLACE}"})
    assert push({"MUG": 7}, both) == {}
    assert amazon.stock("MUG") == 7
    elsewhere = replace(seller, options={**seller.options, "marketplace_ids": "A13V1IB3VIYZZH"})
    assert push({"MUG": 8}, elsewhere) == {"MUG": "unmapped_sku"}


def test_a_sku_of_any_letters_is_one_part_of_the_path(amazon: Amazon, seller: Api) -> None:
    amazon.listings["T\u00fcr 1/2"] = amazon.listings.pop("MUG")
    assert push({"T\u00fcr 1/2": 7}, seller) == {}


@pytest.mark.parametrize("option", ["seller_id", "marketplace_ids"])
def test_without_seller_or_marketplace_nothing_is_told(seller: Api, option: str) -> None:
    with pytest.raises(RefusedError, match=f"missing_option:{option}"):
        push({"MUG": 7}, replace(seller, options={**seller.options, option: ""}))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": "INVALID", "issues": [{"code": "90220", "severity": "ERROR"}]}, "invalid:90220"),
        ({"status": "INVALID", "issues": [{"code": "99010", "severity": "WARNING"}]}, "invalid"),
        ({"status": "INVALID", "issues": [{"code": "a message, perhaps", "severity": "ERROR"}]}, "invalid"),
    ],
)
def test_a_submission_that_is_not_accepted_is_refused_by_its_code(
    respond: Callable[[str], Api], answer: dict[str, object], code: str
) -> None:
    api = replace(
        respond(json.dumps(LISTING | answer)),
        options={"seller_id": SELLER, "marketplace_ids": MARKETPLACE},
    )
    assert push({"MUG": 7}, api) == {"MUG": code}


@pytest.mark.parametrize("answer", [{}, {"status": "SOMETHING"}, {"fulfillmentAvailability": ["DEFAULT"]}])
def test_an_answer_of_another_shape_is_none(respond: Callable[[str], Api], answer: dict[str, object]) -> None:
    api = replace(
        respond(json.dumps(LISTING | answer)),
        options={"seller_id": SELLER, "marketplace_ids": MARKETPLACE},
    )
    with pytest.raises(UnreadableAnswerError):
        push({"MUG": 7}, api)


def test_f42_more_requests_than_amazon_takes_are_said_as_such(seller: Api) -> None:
    with pytest.raises(RateLimitedError):
        push(dict.fromkeys(("MUG", "PEN", "A", "B", "C", "D"), 1), seller)


def test_f46_a_seller_that_is_not_ours_is_no_refusal_of_a_sku(seller: Api, line: Faulty) -> None:
    with pytest.raises(AuthError):
        push({"MUG": 7}, replace(seller, options={**seller.options, "seller_id": "ANOTHER"}))
    line.plan(Fault.FORBIDDEN, method="PATCH", times=2)
    with pytest.raises(AuthError):
        push({"MUG": 7}, seller)
