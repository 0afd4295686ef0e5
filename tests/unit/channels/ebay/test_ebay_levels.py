"""What eBay is told of the stock: the item and every published offer of it, each answered on its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from local.channels.ebay import Ebay
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Recording, answer
from shared.channels.ebay import polls
from shared.channels.ebay.levels import push
from shared.wire.api import Api
from shared.wire.http import AuthError, HttpAnswer, HttpRequest, RateLimitedError, UnreadableAnswerError


@pytest.fixture
def says(api: Api) -> Callable[[Any], Api]:
    """Return an API on which MUG and PEN are offered, and whose bulk update answers a document."""

    def build(document: Any) -> Api:
        def transport(request: HttpRequest) -> HttpAnswer:
            if "oauth2" in request.url:
                return answer(200, {"access_token": "example", "expires_in": 7200})
            if request.method == "GET":
                return answer(200, {"offers": [{"offerId": "1", "status": "PUBLISHED"}]})
            return answer(207, document)

        return replace(api, transport=transport, _tokens={})

    return build


def test_items_and_published_offers_are_told_together(ebay: Ebay, api: Api, recording: Recording) -> None:
    assert push({"MUG": 7, "PEN": 0}, api) == {}
    assert (ebay.stock("MUG"), ebay.stock("PEN")) == (7, 0)
    [told] = [request for request in recording.requests if request.url.endswith("price_quantity")]
    assert json.loads(told.body)["requests"][1] == {
        "sku": "PEN",
        "shipToLocationAvailability": {"quantity": 0},
        "offers": [{"offerId": "1002", "availableQuantity": 0}],
    }


def test_a_listing_shows_more_when_there_is_more(ebay: Ebay, api: Api) -> None:
    push({"MUG": 0}, api)
    push({"MUG": 12}, api)
    assert ebay.stock("MUG") == 12


def test_a_sku_that_is_not_offered_is_told_to_nobody(ebay: Ebay, api: Api) -> None:
    assert push({"CAP": 7, "GONE": 1}, api) == {"CAP": "unmapped_sku", "GONE": "unmapped_sku"}
    assert ebay.inventory["CAP"]["quantity"] == 5


@pytest.mark.parametrize(
    ("responses", "refused"),
    [
        ([{"sku": "MUG", "statusCode": 200}, {"sku": "PEN", "statusCode": 200}], {}),
        (
            [
                {"sku": "MUG", "statusCode": 200},
                {"sku": "MUG", "offerId": "1", "statusCode": 400, "errors": [{"errorId": 25004}]},
                {"sku": "PEN", "statusCode": 204},
            ],
            {"MUG": "25004"},
        ),
        ([{"sku": "MUG", "statusCode": 500}], {"MUG": "http_500", "PEN": "not_confirmed"}),
        ([], {"MUG": "not_confirmed", "PEN": "not_confirmed"}),
    ],
)
def test_f45_a_success_that_holds_errors_is_read_sku_by_sku(
    says: Callable[[Any], Api], responses: list[dict[str, Any]], refused: dict[str, str]
) -> None:
    assert push({"MUG": 7, "PEN": 1}, says({"responses": responses})) == refused


@pytest.mark.parametrize(
    "document", [{}, {"responses": ["MUG"]}, {"responses": [{"sku": "MUG"}]}, {"responses": {}}]
)
def test_an_answer_of_another_shape_is_no_success(says: Callable[[Any], Api], document: Any) -> None:
    with pytest.raises(UnreadableAnswerError):
        push({"MUG": 7}, says(document))


def test_the_stock_has_a_token_of_its_own_scope(ebay: Ebay, api: Api) -> None:
    push({"MUG": 7}, api)
    polls.read_order("12-34567-89012", api)
    assert sorted(scope.rpartition("/")[2] for scope in ebay.scopes.values()) == [
        "sell.fulfillment",
        "sell.inventory",
    ]


def test_f46_a_consent_without_the_stock_stops_the_stock_alone(ebay: Ebay, api: Api, faulty: Faulty) -> None:
    faulty.plan(Fault.FORBIDDEN, path="/sell/inventory", times=2)
    with pytest.raises(AuthError):
        push({"MUG": 7}, api)
    ebay.place("12-34567-89012")
    assert polls.read_order("12-34567-89012", api) is not None


def test_f42_a_rate_limit_is_no_refusal_of_a_sku(api: Api, faulty: Faulty) -> None:
    faulty.plan(Fault.RATE_LIMIT, method="POST", path="bulk_update")
    with pytest.raises(RateLimitedError):
        push({"MUG": 7}, api)
