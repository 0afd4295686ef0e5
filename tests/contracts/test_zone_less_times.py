"""No channel's local time is read: each names its offset, counts milliseconds, or writes UTC by definition.

So there is no hour that a channel could say twice (B45), and a connection's zone decides nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from local.channels.catalogue import SIMULATED
from local.channels.simulator import Clock
from shared.adapters import capabilities_of, mapping_of, polls_of
from shared.orders.facts import Report
from shared.wire.adapter import Reading
from shared.wire.api import Api
from shared.wire.errors import UnusableError
from shared.wire.polls import Polled
from shared.wire.strict_json import parse
from tests.support.desk import START

NAMED_OFFSET = ("amazon", "bol", "ebay", "kaufland", "mirakl", "shopify")
MILLISECONDS = ("ikas", "trendyol")
UTC_BY_DEFINITION = ("woocommerce",)
BERLIN = ZoneInfo("Europe/Berlin")
_OFFSET = re.compile(rb'(T\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)"')


def polled(kind: str) -> Polled:
    """Return the first document that a poll brings."""
    row, clock = SIMULATED[kind], Clock(START)
    simulator = row.make(clock)
    simulator.place(row.order, **row.wishes)
    clock.at += timedelta(minutes=5)
    api = Api(
        base_url=row.api_url,
        transport=simulator,
        credentials=row.credentials,
        options=row.options,
        now=clock,
    )
    document = polls_of(kind).read_order(row.order, api)
    assert document is not None
    return document


def read(kind: str, body: bytes, topic: str, zone: ZoneInfo | None) -> list[Report]:
    reading = Reading(received_at=START + timedelta(hours=1), zone=zone, currency="EUR")
    return mapping_of(kind).normalize(parse(body)[0], topic=topic, reading=reading)


def test_each_polled_channel_is_in_one_row() -> None:
    rows = (*NAMED_OFFSET, *MILLISECONDS, *UTC_BY_DEFINITION)
    assert sorted(rows) == sorted(kind for kind in SIMULATED if capabilities_of(kind).polls)


@pytest.mark.parametrize("kind", NAMED_OFFSET)
def test_b43_b45_a_time_that_has_lost_its_offset_is_refused_whatever_zone_the_connection_has(
    kind: str,
) -> None:
    document = polled(kind)
    local, count = _OFFSET.subn(rb'\1"', document.body)
    assert count
    for zone in (None, BERLIN):
        with pytest.raises(UnusableError, match="invalid_timestamp"):
            read(kind, local, document.topic, zone)


@pytest.mark.parametrize("kind", [*NAMED_OFFSET, *MILLISECONDS, *UTC_BY_DEFINITION])
def test_b45_the_connections_zone_moves_no_time_of_the_channel(kind: str) -> None:
    document = polled(kind)
    assert read(kind, document.body, document.topic, BERLIN) == read(
        kind, document.body, document.topic, None
    )


@pytest.mark.parametrize("kind", [*MILLISECONDS, *UTC_BY_DEFINITION])
def test_b45_where_no_offset_is_named_none_is_there_to_be_lost(kind: str) -> None:
    assert not _OFFSET.search(polled(kind).body)
