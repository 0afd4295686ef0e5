"""What the API says of connections, and of what their channels hear."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from shared.wire.http import AuthError, UnavailableError
from shared.wire.polls import Page, Polled
from tests.support.api import Api
from tests.support.hub import SECRET, Hub


@pytest.fixture
def api(hub: Hub) -> Api:
    return Api(hub)


def test_connections_say_how_they_are_doing_and_nothing_of_their_settings(hub: Hub, api: Api) -> None:
    script = hub.script("market", own_shop=False)
    script.pages.append(UnavailableError("http_503"))
    hub.poll()
    answer = api.get("/v1/connections")
    market = next(row for row in answer.body["connections"] if row["id"] == "market")
    assert (market["polled"], market["state"], market["polled_until"]) == (True, "http_503", None)
    assert "ship" in market["calls"]
    hub.now += timedelta(minutes=5)
    hub.poll()
    hub.now += timedelta(minutes=2)
    market = next(row for row in api.get("/v1/connections").body["connections"] if row["id"] == "market")
    assert (market["state"], market["lag_seconds"]) == ("ok", 120)
    silent = next(row for row in answer.body["connections"] if row["id"] == "shop-one")
    assert (silent["polled"], silent["state"], silent["calls"]) == (False, "never", [])
    assert SECRET not in json.dumps(answer.body)


def test_connections_say_how_their_calls_do_apart_from_their_polls(hub: Hub, api: Api) -> None:
    def market() -> dict[str, object]:
        rows = api.get("/v1/connections").body["connections"]
        found: dict[str, object] = next(row for row in rows if row["id"] == "market")
        return found

    script = hub.script("market", own_shop=False)
    said = {"id": "A-1", "status": "open", "lines": {"1": 1}, "at": hub.now.isoformat()}
    script.pages.append(Page(documents=(Polled(body=json.dumps(said).encode()),)))
    hub.poll()
    script.answers.append(AuthError("http_403"))
    assert api.command("market:A-1", "ship", {}).status == 200
    hub.settle()
    assert (market()["state"], market()["calls_state"]) == ("ok", "http_403")
    hub.make_calls()
    assert (market()["calls_state"], market()["calls_failed_at"]) == ("", None)
    assert len(script.told) == 2


def test_how_a_connection_is_told_the_stock_stands_beside_how_it_is_polled(hub: Hub, api: Api) -> None:
    def shown() -> tuple[str, str, bool, dict[str, int], dict[str, str]]:
        [market] = [row for row in api.get("/v1/connections").body["connections"] if row["id"] == "market"]
        level = api.get("/v1/stock/A").body
        return (
            market["state"],
            market["levels_state"],
            market["levels_owed"],
            level["pushed"],
            level["refused"],
        )

    script = hub.script("market", stock=True)
    api.post("/v1/stock/A", {"on_hand": 5}, method="PUT")
    script.level_failures.append(AuthError("http_401"))
    script.pages.append(Page(documents=()))
    hub.poll()
    script.refused_skus = {"A": "unmapped_sku"}
    hub.invoke("push_levels", {"time": hub.now.isoformat()})
    assert shown() == ("ok", "http_401", True, {}, {})
    hub.now += timedelta(minutes=1)
    hub.invoke("push_levels", {"time": hub.now.isoformat()})
    assert shown() == ("ok", "ok", False, {}, {"market": "unmapped_sku"})
    script.refused_skus = {}
    api.post("/v1/stock/A", {"on_hand": 6}, method="PUT", key="second")
    hub.invoke("push_levels", {"time": hub.now.isoformat()})
    assert shown() == ("ok", "ok", False, {"market": 6}, {})


def test_an_action_says_whether_the_channel_hears_of_it(hub: Hub, api: Api) -> None:
    script = hub.script("market", own_shop=False)
    said = {"id": "A-1", "status": "open", "lines": {"1": 1}, "at": hub.now.isoformat()}
    script.pages.append(Page(documents=(Polled(body=json.dumps(said).encode()),)))
    hub.poll()
    told = {action["name"]: action["told"] for action in api.get("/v1/orders/market:A-1").body["actions"]}
    assert (told["ship"], told["cancel"], told["mark_paid"]) == (True, True, None)
    hub.connect("market", "scripted")
    hub.now += timedelta(minutes=2)
    told = {action["name"]: action["told"] for action in api.get("/v1/orders/market:A-1").body["actions"]}
    assert (told["ship"], told["mark_paid"]) == (False, None)
