"""Keys: each thing has one place, no two things share one, and times sort as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.orders.model import order_id
from shared.storage import keys

MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(MOMENTS, MOMENTS)
def test_instants_sort_as_text_and_come_back(one: datetime, other: datetime) -> None:
    assert (keys.instant(one) < keys.instant(other)) == (one < other)
    assert keys.read_instant(keys.instant(one)) == one
    assert len(keys.instant(one)) == len(keys.instant(other))


@pytest.mark.parametrize(
    "written",
    [
        "00340434161094000001",
        "0034 0434 1610 9400 0001",
        "0034-0434-1610-9400-0001",
        " 00340434161094000001\n",
    ],
)
def test_a_tracking_number_is_the_same_however_it_is_spaced(written: str) -> None:
    assert keys.tracking_pk(written) == "TRACKING#00340434161094000001"


def test_a_tracking_number_is_the_same_in_any_case() -> None:
    assert keys.tracking_pk("1z999aa10123456784") == keys.tracking_pk("1Z 999 AA1 01 2345 6784")


def test_numbers_without_letter_or_digit_are_not_all_the_same_parcel() -> None:
    assert len({keys.tracking_pk(number) for number in ("---", "?", "", "\u90ae\u4ef6", "#")}) == 5


@given(st.text(max_size=60))
def test_s8_a_tracking_number_cannot_reach_into_another_collection(number: str) -> None:
    name, separator, rest = keys.tracking_pk(number).partition("#")
    assert (name, separator) == ("TRACKING", "#")
    assert rest.isascii()
    assert rest.isalnum()


@given(st.text(min_size=1, max_size=60))
def test_b35_an_order_id_cannot_reach_into_another_collection(external_id: str) -> None:
    pk = keys.order_pk(order_id("shop", external_id))
    assert pk.startswith("ORDER#shop:")
    assert pk.count("#") == 1


def test_collections_do_not_meet() -> None:
    made = {keys.order_pk("x"), keys.connection_pk("x"), keys.tracking_pk("x")}
    assert made == {"ORDER#x", "CONNECTION#x", "TRACKING#X"}
    assert {keys.input_sk("k"), keys.parked_sk("k")} == {"INPUT#k", "PARKED#k"}


def test_all_shards_are_used_and_an_item_keeps_its_own() -> None:
    orders = [keys.order_pk(f"shop:{number}") for number in range(400)]
    shards = [keys.shard_of(pk) for pk in orders]
    assert set(shards) == {str(number) for number in range(keys.SHARDS)}
    assert max(shards.count(shard) for shard in set(shards)) < 2 * 400 / keys.SHARDS
    assert shards == [keys.shard_of(pk) for pk in orders]


def test_the_log_is_cut_by_connection_and_utc_day() -> None:
    before_midnight = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert keys.log_day("shop", before_midnight) == "shop#2026-10-31"
    assert keys.log_day("shop", before_midnight + timedelta(seconds=1)) == "shop#2026-11-01"


@given(st.text(max_size=300))
def test_a_group_is_what_sqs_takes(text: str) -> None:
    group = keys.group_of(text.encode("utf-8", "replace").decode())
    assert len(group) == 32
    assert group.isalnum()
