"""Webhook secrets: how long they are believed, how often the store is asked, what happens without it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from shared.connections import secrets
from shared.connections.errors import SecretsUnavailableError
from shared.connections.secrets import UNKNOWN_A_MINUTE, SecretStore
from tests.unit.connections.fake_ssm import FAILURES, PATH, FakeSsm, throttled

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def at(self, since_start: timedelta) -> None:
        self.now = START + since_start


@pytest.fixture
def ssm() -> FakeSsm:
    fake = FakeSsm()
    fake.set("shopify", "shop", "new", "old")
    return fake


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(ssm: FakeSsm, clock: Clock) -> SecretStore:
    return SecretStore(cast("Any", ssm), PATH, clock)


def test_s2_current_and_previous_are_both_accepted(store: SecretStore) -> None:
    assert store.secrets_for("shopify", "shop") == ("new", "old")


def test_without_a_previous_there_is_one(store: SecretStore, ssm: FakeSsm) -> None:
    ssm.set("shopify", "shop", "only")
    assert store.secrets_for("shopify", "shop") == ("only",)


def test_s2_each_connection_has_its_own(store: SecretStore, ssm: FakeSsm) -> None:
    ssm.set("shopify", "other", "another")
    ssm.set("woocommerce", "shop", "a third")
    assert store.secrets_for("shopify", "shop") == ("new", "old")
    assert store.secrets_for("shopify", "other") == ("another",)
    assert store.secrets_for("woocommerce", "shop") == ("a third",)
    assert ssm.asked == [f"{PATH}/shopify/shop", f"{PATH}/shopify/other", f"{PATH}/woocommerce/shop"]


def test_s2_a_secret_is_read_again_after_five_minutes(store: SecretStore, ssm: FakeSsm, clock: Clock) -> None:
    store.secrets_for("shopify", "shop")
    ssm.set("shopify", "shop", "newer", "new")
    clock.at(timedelta(minutes=5) - A_MOMENT)
    assert store.secrets_for("shopify", "shop") == ("new", "old")
    assert len(ssm.asked) == 1
    clock.at(timedelta(minutes=5))
    assert store.secrets_for("shopify", "shop") == ("newer", "new")
    assert len(ssm.asked) == 2


def test_an_unknown_connection_has_none_and_is_asked_for_again_after_a_minute(
    store: SecretStore, ssm: FakeSsm, clock: Clock
) -> None:
    assert store.secrets_for("shopify", "nobody") == ()
    ssm.set("shopify", "nobody", "somebody")
    clock.at(timedelta(minutes=1) - A_MOMENT)
    assert store.secrets_for("shopify", "nobody") == ()
    clock.at(timedelta(minutes=1))
    assert store.secrets_for("shopify", "nobody") == ("somebody",)
    assert len(ssm.asked) == 2


@pytest.mark.parametrize("value", ['{"current": "", "previous": ""}', "{}"])
def test_empty_secrets_are_none(store: SecretStore, ssm: FakeSsm, value: str) -> None:
    ssm.parameters[f"{PATH}/shopify/shop"] = value
    assert store.secrets_for("shopify", "shop") == ()


def test_fresh_asks_again_but_not_more_often_than_every_15_seconds(
    store: SecretStore, ssm: FakeSsm, clock: Clock
) -> None:
    store.secrets_for("shopify", "shop")
    ssm.set("shopify", "shop", "newer", "new")
    for forged in range(1_000):
        clock.at(timedelta(milliseconds=forged))
        assert store.secrets_for("shopify", "shop", fresh=True) == ("new", "old")
    assert len(ssm.asked) == 1
    clock.at(timedelta(seconds=15))
    assert store.secrets_for("shopify", "shop", fresh=True) == ("newer", "new")
    assert store.secrets_for("shopify", "shop", fresh=True) == ("newer", "new")
    assert len(ssm.asked) == 2


def test_fresh_asks_at_once_where_nothing_is_known(store: SecretStore, ssm: FakeSsm) -> None:
    assert store.secrets_for("shopify", "shop", fresh=True) == ("new", "old")
    assert len(ssm.asked) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_f58_without_the_store_nothing_is_accepted(
    store: SecretStore, ssm: FakeSsm, failure: Callable[[], Exception]
) -> None:
    ssm.failure = failure()
    with pytest.raises(SecretsUnavailableError):
        store.secrets_for("shopify", "shop")


@pytest.mark.parametrize("value", ["no json", "[]", "null", '"text"', "5"])
def test_f58_a_parameter_that_cannot_be_read_accepts_nothing_and_is_not_shown(
    store: SecretStore, ssm: FakeSsm, value: str
) -> None:
    ssm.parameters[f"{PATH}/shopify/shop"] = value
    with pytest.raises(SecretsUnavailableError) as caught:
        store.secrets_for("shopify", "shop")
    assert value not in "".join(traceback.format_exception(caught.value)) or len(value) < 6


@pytest.mark.parametrize("failure", FAILURES)
def test_f58_a_cached_secret_is_used_for_five_minutes_and_no_longer(
    store: SecretStore, ssm: FakeSsm, clock: Clock, failure: Callable[[], Exception]
) -> None:
    store.secrets_for("shopify", "shop")
    ssm.failure = failure()
    clock.at(timedelta(minutes=5) - A_MOMENT)
    assert store.secrets_for("shopify", "shop") == ("new", "old")
    clock.at(timedelta(minutes=5))
    with pytest.raises(SecretsUnavailableError):
        store.secrets_for("shopify", "shop")


def test_f58_a_failed_fresh_question_does_not_forget_what_is_cached(
    store: SecretStore, ssm: FakeSsm, clock: Clock
) -> None:
    store.secrets_for("shopify", "shop")
    ssm.failure = throttled()
    clock.at(timedelta(minutes=2))
    with pytest.raises(SecretsUnavailableError):
        store.secrets_for("shopify", "shop", fresh=True)
    assert store.secrets_for("shopify", "shop") == ("new", "old")


def test_f58_the_store_that_is_back_is_believed_at_once(store: SecretStore, ssm: FakeSsm) -> None:
    ssm.failure = throttled()
    with pytest.raises(SecretsUnavailableError):
        store.secrets_for("shopify", "shop")
    ssm.failure = None
    assert store.secrets_for("shopify", "shop") == ("new", "old")


def test_f59_no_webhook_in_flight_is_refused_while_a_secret_is_rotated(ssm: FakeSsm, clock: Clock) -> None:
    """The sender changes to the new secret at some moment after us; our processes have caches of any age."""
    ssm.set("shopify", "shop", "one")
    processes = []
    for age in range(0, 300, 30):
        clock.at(timedelta(seconds=age))
        process = SecretStore(cast("Any", ssm), PATH, clock)
        process.secrets_for("shopify", "shop")
        processes.append(process)
    ssm.set("shopify", "shop", "two", "one")
    for second in range(300, 1_000, 7):
        clock.at(timedelta(seconds=second))
        for process in processes:
            for signed_with in ("one", "two"):
                accepted = process.secrets_for("shopify", "shop")
                if signed_with not in accepted:
                    accepted = process.secrets_for("shopify", "shop", fresh=True)
                assert signed_with in accepted


def test_f59_five_minutes_after_the_next_rotation_the_oldest_secret_is_refused_everywhere(
    store: SecretStore, ssm: FakeSsm, clock: Clock
) -> None:
    store.secrets_for("shopify", "shop")
    ssm.set("shopify", "shop", "newest", "new")
    clock.at(timedelta(minutes=5))
    assert store.secrets_for("shopify", "shop") == ("newest", "new")
    assert "old" not in store.secrets_for("shopify", "shop", fresh=True)


def test_s6_invented_connections_do_not_fill_the_memory(
    store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "MAX_CACHED", 50)
    for number in range(UNKNOWN_A_MINUTE):
        store.secrets_for("shopify", f"invented-{number}")
    assert len(store._cache) <= 50


def test_s6_invented_connections_do_not_drive_out_real_ones(
    store: SecretStore, ssm: FakeSsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "MAX_CACHED", 50)
    store.secrets_for("shopify", "shop")
    for number in range(UNKNOWN_A_MINUTE - 1):
        store.secrets_for("shopify", f"invented-{number}")
    ssm.failure = throttled()
    assert store.secrets_for("shopify", "shop") == ("new", "old")


def test_s6_invented_connections_take_a_small_part_of_what_ssm_answers(
    store: SecretStore, ssm: FakeSsm, clock: Clock
) -> None:
    for number in range(UNKNOWN_A_MINUTE):
        assert store.secrets_for("shopify", f"invented-{number}") == ()
    asked = len(ssm.asked)
    with pytest.raises(SecretsUnavailableError):
        store.secrets_for("shopify", "one-more")
    assert len(ssm.asked) == asked
    clock.now += timedelta(minutes=1)
    assert store.secrets_for("shopify", "one-more") == ()
