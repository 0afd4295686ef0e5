"""What Mirakl is told of the stock: a file of quantities, and what its report says afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from local.channels.mirakl import MiraklSimulator
from local.channels.simulator import Clock, Recording, answer
from shared.channels.mirakl.levels import outcome, submit
from shared.wire.api import Api
from shared.wire.http import HttpAnswer, HttpRequest, RateLimitedError, UnreadableAnswerError
from shared.wire.polls import NothingTakenError


@dataclass
class Market:
    """A marketplace and the way to it."""

    clock: Clock
    mirakl: MiraklSimulator
    sent: Recording
    api: Api


@pytest.fixture
def market() -> Market:
    clock = Clock(datetime(2026, 3, 10, 9, tzinfo=UTC))
    mirakl = MiraklSimulator(clock)
    sent = Recording(mirakl)
    credentials = {"api_key": mirakl.api_key}
    url = "https://operator.mirakl.net/api"
    return Market(clock, mirakl, sent, Api(base_url=url, transport=sent, credentials=credentials, now=clock))


def told(market: Market, **levels: int) -> dict[str, str] | None:
    submitted = submit(levels, market.api)
    assert submitted.refused == {}
    return outcome(submitted.ticket, market.api)


def test_quantities_go_in_one_file_and_nothing_else_of_an_offer(market: Market) -> None:
    market.mirakl.offers.quantities['3" mug; red'] = 1
    assert outcome(submit({"MUG": 7, '3" mug; red': 0}, market.api).ticket, market.api) == {}
    assert market.mirakl.offers.quantities == {"MUG": 7, "PEN": 3, '3" mug; red': 0}
    body = market.sent.requests[0].body
    assert b'"offer-sku";"quantity";"warehouse-code";"update-delete"\n"MUG";"7";"";"update"\n' in body


def test_skus_in_the_error_report_were_not_taken(market: Market) -> None:
    assert told(market, GONE=1, MUG=7) == {"GONE": "not_imported"}
    assert market.mirakl.stock("MUG") == 7


def test_an_import_under_way_is_asked_for_again(market: Market) -> None:
    market.mirakl.offers.delay = timedelta(minutes=2)
    ticket = submit({"MUG": 7}, market.api).ticket
    assert outcome(ticket, market.api) is None
    market.clock.at += timedelta(minutes=2)
    assert outcome(ticket, market.api) == {}


def test_an_import_that_failed_as_a_whole_took_nothing(market: Market) -> None:
    market.mirakl.offers.fails = True
    with pytest.raises(NothingTakenError):
        told(market, MUG=7)


def test_an_import_that_is_not_known_any_more_tells_nothing(market: Market) -> None:
    assert outcome("import-99", market.api) == {}


def test_f42_more_imports_than_mirakl_takes_are_said_as_such(market: Market) -> None:
    market.mirakl.requests_a_minute = 1
    submit({"MUG": 7}, market.api)
    with pytest.raises(RateLimitedError) as raised:
        submit({"MUG": 8}, market.api)
    assert raised.value.again_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    "report",
    [
        b"<html></html>",
        b"",
        b'"error-line";"sku"\n"2";"MUG"\n',
        b'"error-line";"error";"offer-sku"\n"2"\n',
    ],
)
def test_a_report_of_another_shape_is_none(market: Market, report: bytes) -> None:
    def transport(request: HttpRequest) -> HttpAnswer:
        if request.url.endswith("/error_report"):
            return HttpAnswer(status=200, body=report)
        return answer(200, {"status": "COMPLETE", "has_error_report": True})

    market.api.transport = transport
    with pytest.raises(UnreadableAnswerError):
        outcome("import-1", market.api)
