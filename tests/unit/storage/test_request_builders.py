"""The requests themselves: every condition, every name, every value, before any database sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.orders.changes import Change, Input, Move, Outcome
from shared.orders.commands import RefundAmount
from shared.orders.model import Order
from shared.orders.statuses import Status
from shared.orders.transitions import RULES as TRANSITION_RULES
from shared.orders.transitions import sources_of
from shared.storage import effect_requests, keys, requests
from shared.storage.records import EffectState
from shared.storage.requests import IllegalChangeError
from tests.unit.storage.expressions import (
    CLOSE_TO_US,
    RESERVED,
    bare_words,
    expressions,
    reserved_in,
    texts,
)
from tests.unit.storage.samples import (
    ORDER_ID,
    START,
    TRACKING,
    asked,
    decided,
    document,
    minute,
    received,
    scan,
    shipment,
    shipped,
    told,
)

PK = keys.order_pk(ORDER_ID)
SK = "INPUT#key"
MAIL = "mail/order_received"
LEASE = minute(5)


def commit(before: Order | None, entry: Input, change: Change, **options: Any) -> requests.Request:
    return requests.commit_request(
        "orders", before=before, entry=entry, change=change, receipt_id="receipt", **options
    )


def all_requests() -> dict[str, Any]:
    """Return one of each request that the store makes."""
    first, created, order = received()
    second, changed, _ = shipped(order)
    refund = asked(RefundAmount(amount=Decimal("5.00")))
    claim: dict[str, Any] = {"claimant": "me", "now": START, "lease_until": LEASE}
    mark: dict[str, Any] = {
        "state": EffectState.DONE,
        "attempt": 1,
        "now": START,
        "proof": "p",
        "reason": "r",
    }
    names = ("orders", PK, SK, MAIL)
    return {
        "read": requests.read_request("orders", ORDER_ID, "key"),
        "commit/create": commit(None, first, created),
        "commit/update": commit(order, second, changed, parked_pk="TRACKING#1"),
        "commit/refund": commit(order, refund, decided(order, refund)),
        "record": requests.record_request(
            "orders",
            PK,
            order_id=ORDER_ID,
            entry=first,
            change=Change(outcome=Outcome.IGNORED, reason="stale"),
            receipt_id="receipt",
        ),
        "park": requests.park_request(
            "orders",
            keys.tracking_pk(TRACKING),
            keys.PARCEL,
            entry=told(scan()),
            receipt_id="receipt",
            alarm_at=minute(1),
        ),
        "repeat": requests.repeat_request("orders", PK, SK, START),
        "postpone": requests.postpone_request("orders", PK, SK, START),
        "claim": effect_requests.claim_request(*names, **claim),
        "claim/take over": effect_requests.claim_request(*names, abandoned_attempt=2, **claim),
        "mark": effect_requests.mark_request(*names, **mark),
        "mark/the last": effect_requests.mark_request(*names, last=True, **mark),
        "finish": effect_requests.finish_request(*names, now=START, last=False),
        "finish/the last": effect_requests.finish_request(*names, now=START, last=True),
        "prove": effect_requests.prove_request(*names, proof="p", now=START, last=False),
        "prove/last": effect_requests.prove_request(*names, proof="p", now=START, last=True),
        "settle": effect_requests.settle_request("orders", PK, SK),
        "put_last": effect_requests.put_last_request("orders", PK, SK, START),
    }


ALL_REQUESTS = all_requests()
PARTS = [(name, part) for name, request in ALL_REQUESTS.items() for part in expressions(request)]


def test_no_builder_is_left_out() -> None:
    names = {*vars(requests), *vars(effect_requests)}
    builders = {name for name in names if name.endswith("_request") and not name.startswith("_")}
    assert builders == {f"{name.partition('/')[0]}_request" for name in ALL_REQUESTS}


@pytest.mark.parametrize(("name", "part"), PARTS, ids=[name for name, _ in PARTS])
def test_no_expression_names_a_reserved_word(name: str, part: dict[str, Any]) -> None:
    assert [word for text in texts(part) for word in bare_words(text)]
    assert [word for text in texts(part) for word in reserved_in(text)] == []


def test_the_list_of_reserved_words_is_the_documented_one() -> None:
    assert len(RESERVED) == 573
    assert RESERVED >= CLOSE_TO_US
    assert reserved_in("SET effects.#effect.state = :x REMOVE status, #time") == {"state", "status"}


@pytest.mark.parametrize(("name", "part"), PARTS, ids=[name for name, _ in PARTS])
def test_s8_no_value_is_written_into_an_expression_and_every_placeholder_is_used(
    name: str, part: dict[str, Any]
) -> None:
    text = " ".join(texts(part))
    # Names, placeholders and signs: no digit, quote or other value stands free.
    assert re.fullmatch(r"(?:[#:]?[A-Za-z_]\w*|[\s.,()=<>+-])+", text)
    assert set(re.findall(r":\w+", text)) == set(part.get("ExpressionAttributeValues", {}))
    assert set(re.findall(r"#\w+", text)) == set(part.get("ExpressionAttributeNames", {}))
    assert not {ORDER_ID, "example-shop", MAIL, "receipt", SK} & set(re.findall(r"[\w:/.-]+", text))


def test_every_write_has_a_condition_but_those_that_may_happen_twice() -> None:
    unconditional = []
    for name, request in ALL_REQUESTS.items():
        if name == "read":
            continue
        writes = [next(iter(write.values())) for write in request.get("TransactItems", [{"": request}])]
        unconditional += [
            (name, (write.get("Item") or write["Key"])["sk"]["S"].partition("#")[0])
            for write in writes
            if "ConditionExpression" not in write
        ]
    assert sorted(set(unconditional)) == [
        ("commit/create", "CUSTOMER"),
        ("commit/create", "DETAILS"),
        ("commit/update", "PARCEL"),
        ("commit/update", "PARKED"),
    ]


def conditions_of(name: str) -> list[str]:
    return [
        part["ConditionExpression"]
        for part in expressions(ALL_REQUESTS[name])
        if "ConditionExpression" in part
    ]


def test_a_new_order_may_not_exist_and_its_input_neither() -> None:
    assert conditions_of("commit/create") == [requests.IS_NEW, requests.IS_FIRST_TIME]


def test_a_change_names_the_version_and_the_statuses_that_the_table_allows() -> None:
    head, entry = (
        part for part in expressions(ALL_REQUESTS["commit/update"]) if "ConditionExpression" in part
    )
    assert head["ConditionExpression"] == "version = :read_version AND #status IN (:source0)"
    assert head["ExpressionAttributeNames"] == {"#status": "status"}
    assert head["ExpressionAttributeValues"] == {
        ":read_version": {"N": "1"},
        ":source0": {"S": "waiting_shipment"},
    }
    assert entry["ConditionExpression"] == requests.IS_FIRST_TIME


def test_a_change_that_moves_nothing_names_the_status_it_keeps() -> None:
    _, _, order = received()
    entry = told(document(at=1, lines=3), at=1)
    change = replace(decided(order, entry), order=replace(order, version=2), moves=())
    [head, _] = [part for part in expressions(commit(order, entry, change)) if "ConditionExpression" in part]
    assert head["ExpressionAttributeValues"][":source0"] == {"S": "waiting_shipment"}


def test_a_refund_by_command_must_be_covered_and_a_reported_one_is_recorded_anyway() -> None:
    [head, _] = [part for part in expressions(ALL_REQUESTS["commit/refund"]) if "ConditionExpression" in part]
    assert head["ConditionExpression"].endswith(f" AND {requests.REFUND_IS_COVERED}")
    assert head["ExpressionAttributeValues"][":refunded"] == {"N": "5.00"}
    _, _, order = received()
    refund = asked(RefundAmount(amount=Decimal("5.00")))
    change = decided(order, refund)
    reported = replace(told(document(at=1)), key="fact")
    [head, _] = [
        part for part in expressions(commit(order, reported, change)) if "ConditionExpression" in part
    ]
    assert requests.REFUND_IS_COVERED not in head["ConditionExpression"]


def test_a_parked_input_must_be_new_and_what_it_waits_for_unknown() -> None:
    assert conditions_of("park") == [requests.IS_UNKNOWN, requests.IS_FIRST_TIME]


def test_effects_are_claimed_when_owed_taken_over_when_abandoned_and_marked_by_their_owner() -> None:
    assert conditions_of("claim") == [effect_requests.IS_OWED]
    assert conditions_of("claim/take over") == [effect_requests.IS_ABANDONED]
    assert conditions_of("mark") == conditions_of("mark/the last") == [effect_requests.IS_OURS]
    assert conditions_of("finish") == conditions_of("finish/the last") == [effect_requests.IS_OWED]


def test_what_only_updates_must_still_be_there() -> None:
    for name in ("repeat", "postpone", "settle"):
        assert conditions_of(name) == [requests.STILL_THERE]


def test_a_losing_writer_gets_the_item_that_stood_in_its_way() -> None:
    for name in ("claim", "claim/take over", "mark"):
        assert ALL_REQUESTS[name]["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_an_input_leaves_the_owed_index_with_its_last_effect_only() -> None:
    for name in ("mark", "finish"):
        assert "REMOVE" not in ALL_REQUESTS[name]["UpdateExpression"]
        assert ALL_REQUESTS[f"{name}/the last"]["UpdateExpression"].endswith(" REMOVE owed_shard, owed_at")


def test_reading_is_one_consistent_request_for_head_and_input() -> None:
    [[table, wanted]] = ALL_REQUESTS["read"]["RequestItems"].items()
    assert (table, wanted["ConsistentRead"]) == ("orders", True)
    assert [key["sk"]["S"] for key in wanted["Keys"]] == ["HEAD", "INPUT#key"]
    without = requests.read_request("orders", ORDER_ID, "")["RequestItems"]["orders"]
    assert [key["sk"]["S"] for key in without["Keys"]] == ["HEAD"]


# --- the transaction's own rules


def test_no_item_is_named_twice_in_a_transaction_though_a_number_is_spelled_twice() -> None:
    _, _, order = received()
    entry = told(shipment(numbers=("AB 1234", "ab1234", "ab-1234", "AB1235")), at=1)
    change = decided(order, entry)
    assert len(change.tracking_numbers) == 4
    written = [next(iter(write.values())) for write in commit(order, entry, change)["TransactItems"]]
    named = [(place["pk"]["S"], place["sk"]["S"]) for place in (w.get("Item") or w["Key"] for w in written)]
    assert len(named) == len(set(named))
    assert [pk for pk, _ in named if pk.startswith("TRACKING#")] == ["TRACKING#AB1234", "TRACKING#AB1235"]


def test_f31_the_same_request_is_the_same_transaction_another_decision_is_another() -> None:
    first, created, order = received()
    token = commit(None, first, created)["ClientRequestToken"]
    assert commit(None, first, created)["ClientRequestToken"] == token
    later = replace(first, received_at=minute(1))
    assert commit(None, later, created)["ClientRequestToken"] != token
    second, changed, _ = shipped(order)
    assert commit(order, second, changed)["ClientRequestToken"] != token
    assert 1 <= len(token) <= 36


# --- illegal changes


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ((), "shipped"),  # a status without a move
        ((Move(rule="T8", source="waiting_shipment", target="closed"),), "closed"),
        ((Move(rule="T9", source="shipped", target="waiting_shipment"),), "waiting_shipment"),
        ((Move(rule="T8", source="waiting_shipment", target="shipped"),), "closed"),
        ((Move(rule="T99", source="waiting_shipment", target="shipped"),), "shipped"),
        (
            (
                Move(rule="T8", source="waiting_shipment", target="shipped"),
                Move(rule="T3", source="new", target="waiting_shipment"),
            ),
            "waiting_shipment",
        ),
    ],
)
def test_a_change_that_the_table_does_not_allow_is_not_even_asked_for(
    moves: tuple[Move, ...], status: str
) -> None:
    _, _, order = received()
    entry, change, after = shipped(order)
    illegal = replace(change, moves=moves, order=replace(after, status=Status(status)))
    with pytest.raises(IllegalChangeError):
        commit(order, entry, illegal)


def test_a_new_order_needs_a_move_that_begins_with_none() -> None:
    entry, change, order = received()
    with pytest.raises(IllegalChangeError, match="nothing to waiting_shipment"):
        commit(None, entry, replace(change, moves=()))
    with pytest.raises(IllegalChangeError):
        commit(
            None, entry, replace(change, moves=(Move(rule="T3", source="new", target="waiting_shipment"),))
        )
    with pytest.raises(IllegalChangeError):
        commit(None, entry, replace(change, order=replace(order, status=Status.SHIPPED)))


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_change_raises_the_version_by_one(version: int) -> None:
    _, _, order = received()
    entry, change, after = shipped(order)
    with pytest.raises(IllegalChangeError, match="version"):
        commit(order, entry, replace(change, order=replace(after, version=version)))


def test_a_change_without_an_order_has_nothing_to_commit() -> None:
    with pytest.raises(IllegalChangeError):
        commit(None, told(document()), Change(outcome=Outcome.IGNORED))


@pytest.mark.parametrize("rule", TRANSITION_RULES)
def test_the_allowed_statuses_are_those_of_the_first_moves_rule(rule: str) -> None:
    source = next(iter(sorted(sources_of(rule))))
    allowed = requests._allowed_sources((Move(rule=rule, source=source, target="closed"),), "closed")
    assert allowed == sorted(source for source in sources_of(rule) if source)


# --- what an input's record holds


def record_item(**changes: Any) -> dict[str, Any]:
    entry, change, _ = received()
    request = requests.record_request(
        "orders", PK, order_id=ORDER_ID, entry=entry, change=replace(change, **changes), receipt_id="receipt"
    )
    item: dict[str, Any] = request["Item"]
    return item


def test_effects_are_owed_from_the_moment_of_the_change() -> None:
    item = record_item()
    assert set(item["effects"]["M"]) == {"mail/order_received", "unpark/order"}
    assert {effect["M"]["state"]["S"] for effect in item["effects"]["M"].values()} == {"owed"}
    assert item["owed_at"] == {"S": keys.instant(START)}
    assert item["owed_shard"] == {"S": keys.shard_of(PK)}


def test_an_input_that_owes_nothing_is_in_no_index_but_the_log() -> None:
    item = record_item(effects=())
    assert not {"effects", "owed_shard", "owed_at", "due_shard", "due_at"} & set(item)
    assert item["log_day"] == {"S": "example-shop#2026-11-01"}


def test_a_record_holds_no_personal_data() -> None:
    assert "buyer@example.com" not in str(record_item())
    for name in ("commit/create", "commit/update"):
        for write in ALL_REQUESTS[name]["TransactItems"]:
            holds = "buyer@example.com" in str(write)
            assert holds == (write.get("Update", {}).get("Key", {}).get("sk") == {"S": keys.CUSTOMER})


def test_no_empty_text_is_stored_where_nothing_was_said() -> None:
    assert not [name for name, value in record_item(notes=(), moves=()).items() if value == {"S": ""}]


def test_the_alarm_of_a_parked_input_is_a_deadline_like_any_other() -> None:
    park = ALL_REQUESTS["park"]["TransactItems"][1]["Put"]["Item"]
    assert park["due_at"] == {"S": keys.instant(minute(1))}
    assert park["due_shard"] == {"S": keys.shard_of(keys.tracking_pk(TRACKING))}
    assert "version" not in park


def test_a_lease_is_written_as_it_is_compared() -> None:
    claim = effect_requests.claim_request(
        "orders",
        PK,
        SK,
        MAIL,
        claimant="me",
        now=START,
        lease_until=START + timedelta(minutes=5),
        abandoned_attempt=1,
    )["ExpressionAttributeValues"]
    assert claim[":lease_until"]["S"] > claim[":now"]["S"]
    assert len(claim[":lease_until"]["S"]) == len(claim[":now"]["S"])
