"""The stock in the API: counted, corrected, listed, each request once."""

from __future__ import annotations

import pytest

from tests.support.api import VIEWER, Answer, Api
from tests.support.hub import Hub

PATH = "/v1/stock/SKU-1"


@pytest.fixture
def api(hub: Hub) -> Api:
    return Api(hub)


def count(api: Api, on_hand: object, key: str = "count", path: str = PATH) -> Answer:
    return api.post(path, {"on_hand": on_hand}, key=key, method="PUT")


def correct(api: Api, by: object, key: str = "correct") -> Answer:
    return api.post(f"{PATH}/movements", {"by": by, "reason": "found"}, key=key)


def test_what_is_counted_is_on_hand(api: Api) -> None:
    answer = count(api, 5)
    assert answer.status == 200
    assert answer.body == {
        "sku": "SKU-1",
        "on_hand": 5,
        "reserved": 0,
        "available": 5,
        "pushed": {},
        "refused": {},
    }


def test_a_correction_is_carried_out_once(api: Api) -> None:
    count(api, 5)
    assert [correct(api, -2).body["on_hand"] for _ in range(2)] == [3, 3]


def test_a_key_is_not_used_for_another_request(api: Api) -> None:
    count(api, 5)
    assert count(api, 6).code == "idempotency_key_reuse"
    assert api.get(PATH).body["on_hand"] == 5


def test_a_request_without_a_key_is_refused(api: Api) -> None:
    assert api.post(PATH, {"on_hand": 5}, key=None, method="PUT").code == "missing_idempotency_key"


@pytest.mark.parametrize("on_hand", [-1, 1.5, "3", True, None])
def test_b39_a_count_that_is_no_number_of_pieces_is_refused(api: Api, on_hand: object) -> None:
    answer = count(api, on_hand)
    assert (answer.status, answer.code) == (422, "invalid_quantity")


@pytest.mark.parametrize("by", [0, 0.5, "1", -6])
def test_b39_a_correction_that_is_no_number_of_pieces_or_too_many_is_refused(api: Api, by: object) -> None:
    count(api, 5)
    assert correct(api, by).code == "invalid_quantity"


def test_what_was_never_counted_is_not_found(api: Api) -> None:
    for answer in (api.get(PATH), correct(api, 1)):
        assert answer.code == "not_found"
        assert "PUT" in answer.body["detail"]


def test_who_may_only_read_changes_nothing(hub: Hub) -> None:
    assert count(Api(hub, VIEWER), 5).code == "forbidden"


# As they come from the gateway: decoded, but for %25.
@pytest.mark.parametrize(
    ("path", "sku"),
    [
        ("A/1", "A/1"),
        ("A/1/", "A/1/"),
        ("A/movements", "A/movements"),
        ("red mug", "red mug"),
        ("Tu\u0308r", "T\u00fcr"),
        ("100%25", "100%"),
        ("A+B&C=1", "A+B&C=1"),
        ('3" #7?', '3" #7?'),
        ("A\\B", "A\\B"),
        ("A#1", "A#1"),
        ("A?b=1", "A?b=1"),
        ("\U0001f9e6", "\U0001f9e6"),
        ("\u2615\ufe0f", "\u2615\ufe0f"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ],
)
def test_b70_a_sku_may_hold_what_a_path_is_made_of(api: Api, path: str, sku: str) -> None:
    assert count(api, 5, path=f"/v1/stock/{path}").body["sku"] == sku
    corrected = api.post(f"/v1/stock/{path}/movements", {"by": 1, "reason": "found"}, key="correct")
    assert (corrected.status, corrected.body["sku"], corrected.body["on_hand"]) == (200, sku, 6)
    assert api.get(f"/v1/stock/{path}").body["on_hand"] == 6
    assert [level["sku"] for level in api.get("/v1/stock").body["stock"]] == [sku]


@pytest.mark.parametrize("path", ["A\x00B", "A\nB", "A\u202eB", "A\u200bB", "A" * 201, " "])
def test_b70_what_cannot_be_seen_is_no_sku(api: Api, path: str) -> None:
    assert count(api, 5, path=f"/v1/stock/{path}").code == "not_found"
    assert api.get("/v1/stock").body["stock"] == []


def test_a_path_behind_a_sku_that_there_is_not_is_not_found(api: Api) -> None:
    count(api, 5)
    assert api.get(f"{PATH}/movements").code == "not_found"
    assert api.post(f"{PATH}/corrections", {"by": 1, "reason": "found"}).code == "not_found"


def test_the_stock_is_listed_page_by_page(api: Api) -> None:
    for sku in ("B", "A", "C"):
        count(api, 1, path=f"/v1/stock/{sku}")
    first = api.get("/v1/stock", limit="2").body
    second = api.get("/v1/stock", limit="2", cursor=first["next"]).body
    assert [level["sku"] for level in first["stock"] + second["stock"]] == ["A", "B", "C"]
    assert second["next"] is None


def test_movements_are_listed_page_by_page(api: Api) -> None:
    count(api, 5)
    correct(api, 1)
    pages = [api.get(PATH, limit="1").body]
    while pages[-1]["next"]:
        pages.append(api.get(PATH, limit="1", cursor=pages[-1]["next"]).body)
    found = [movement for page in pages for movement in page["movements"]]
    assert sorted((entry["kind"], entry["on_hand"], entry["actor"]) for entry in found) == [
        ("corrected", 1, "clerk-1"),
        ("counted", 5, "clerk-1"),
    ]
