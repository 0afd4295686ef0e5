"""What changed at Kaufland, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from local.channels.faults import Fault, Faulty
from local.channels.kaufland import KauflandSimulator
from local.channels.simulator import Clock, Recording
from shared.channels.kaufland.mapping import normalize
from shared.channels.kaufland.polls import read_order, read_page
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import SignalError
from shared.wire.http import (
    HttpAnswer,
    HttpRequest,
    RateLimitedError,
    RefusedError,
    UnreadableAnswerError,
)
from shared.wire.polls import Polled, Window
from shared.wire.strict_json import parse


@pytest.fixture
def window(clock: Clock) -> Window:
    return Window(since=clock.at - timedelta(minutes=15), until=clock.at)


def documents(window: Window, api: Api) -> list[Polled]:
    found: list[Polled] = []
    for _ in range(20):
        page = read_page(window, api)
        found += page.documents
        if not page.next_token:
            return found
        window = replace(window, token=page.next_token)
    raise AssertionError("it never ends")


def test_a_changed_order_is_read_with_its_units(
    kaufland: KauflandSimulator, api: Api, window: Window, clock: Clock, recording: Recording
) -> None:
    kaufland.place("MEXMP01")

    [document] = documents(window, api)
    [report] = normalize(parse(document.body)[0], topic=document.topic, reading=Reading(received_at=clock.at))

    assert (document.order_id, report.order_external_id) == ("MEXMP01", "MEXMP01")
    query = parse_qs(urlsplit(recording.requests[0].url).query)
    assert query == {"ts_units_updated_from_iso": ["2026-03-10T11:45:00Z"], "limit": ["20"], "offset": ["0"]}


def test_one_storefront_is_asked_for_where_the_connection_names_it(
    kaufland: KauflandSimulator, api: Api, window: Window
) -> None:
    kaufland.place("MEXMP01")
    kaufland.place("MEXMP02", storefront="cz")
    api.options = {"storefront": "cz"}

    assert [document.order_id for document in documents(window, api)] == ["MEXMP02"]


def test_many_orders_come_page_by_page_and_none_is_left_out(
    kaufland: KauflandSimulator, api: Api, window: Window
) -> None:
    for count in range(45):
        kaufland.place(f"MEXMP{count}")

    found = documents(window, api)

    assert {document.order_id for document in found} == set(kaufland.orders)


def test_what_did_not_change_is_not_read(
    kaufland: KauflandSimulator, api: Api, window: Window, clock: Clock, recording: Recording
) -> None:
    kaufland.place("MEXMP01")
    clock.at += timedelta(hours=2)

    assert documents(Window(since=clock.at - timedelta(minutes=15), until=clock.at), api) == []
    assert len(recording.requests) == 1


def test_one_order_is_read_by_its_id(kaufland: KauflandSimulator, api: Api) -> None:
    kaufland.place("MEXMP01")

    found = read_order("MEXMP01", api)

    assert found is not None
    assert found.order_id == "MEXMP01"
    assert read_order("MEXMP99", api) is None


def test_an_order_that_is_gone_stays_a_signal(
    kaufland: KauflandSimulator, api: Api, window: Window, clock: Clock
) -> None:
    kaufland.place("MEXMP01")

    def gone(request: HttpRequest) -> HttpAnswer:
        missing = request.url.endswith("/orders/MEXMP01")
        return HttpAnswer(status=404, body=b"{}") if missing else kaufland(request)

    [document] = documents(window, replace(api, transport=gone))

    with pytest.raises(SignalError):
        normalize(parse(document.body)[0], topic=document.topic, reading=Reading(received_at=clock.at))


def test_an_order_that_cannot_be_read_does_not_hold_up_the_others(
    kaufland: KauflandSimulator, api: Api, window: Window
) -> None:
    kaufland.place("MEXMP01")
    kaufland.place("MEXMP02")
    broken = b'{"data": {"id_order": "MEXMP01", "id_order": "MEXMP02", "order_units": 7}}'

    def doubled(request: HttpRequest) -> HttpAnswer:
        is_first = request.url.endswith("/orders/MEXMP01")
        return HttpAnswer(status=200, body=broken) if is_first else kaufland(request)

    found = {
        document.order_id: document.body for document in documents(window, replace(api, transport=doubled))
    }

    assert found["MEXMP01"] == broken
    assert b'"order_units"' in found["MEXMP02"]


def test_f21_a_list_that_shows_the_same_page_for_ever_shows_the_same_documents(
    kaufland: KauflandSimulator, api: Api, window: Window
) -> None:
    for count in range(45):
        kaufland.place(f"MEXMP{count}")

    def stuck(request: HttpRequest) -> HttpAnswer:
        # Signed for the address that it was sent to: only the answer is that of the first page.
        answer = kaufland(request)
        return first if "offset=20" in request.url else answer

    first = kaufland(_first_request(api, window))
    api = replace(api, transport=stuck)

    # The same documents under another token: that is what the poll's guard stops at.
    assert read_page(window, api).documents == read_page(replace(window, token="20"), api).documents


def _first_request(api: Api, window: Window) -> HttpRequest:
    sent: list[HttpRequest] = []

    def record(request: HttpRequest) -> HttpAnswer:
        sent.append(request)
        return HttpAnswer(status=200, body=b'{"data": []}')

    read_page(window, replace(api, transport=record))
    return sent[0]


@pytest.mark.parametrize("token", ["x", "-1", "²", "1.5"])
def test_f21_a_token_that_is_none_begins_the_window_anew(api: Api, window: Window, token: str) -> None:
    with pytest.raises(RefusedError, match="invalid_token"):
        read_page(replace(window, token=token), api)


def test_f42_a_limit_in_the_middle_is_passed_on(
    kaufland: KauflandSimulator, api: Api, window: Window
) -> None:
    kaufland.place("MEXMP01")
    kaufland.requests_a_minute = 1

    with pytest.raises(RateLimitedError):
        read_page(window, api)


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.ERROR_IN_OK])
@pytest.mark.parametrize("path", ["/orders?", "/orders/MEXMP01"])
def test_f45_a_page_that_is_none_is_not_taken_for_an_empty_one(
    kaufland: KauflandSimulator, line: Faulty, api: Api, window: Window, fault: Fault, path: str
) -> None:
    kaufland.place("MEXMP01")
    line.plan(fault, path=path)

    with pytest.raises(UnreadableAnswerError):
        documents(window, api)
