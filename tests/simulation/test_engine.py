"""The store in memory gives the answers that moto gives, request by request, and knows what moto does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from shared.orders.changes import Change, Input, Outcome
from shared.orders.decide import decide
from shared.orders.facts import (
    Customer,
    LineSeen,
    OrderSeen,
    PackageReported,
    PackageWord,
    ParcelScanned,
    PaymentReported,
    PaymentWord,
    RefundReported,
    RefundWord,
    Report,
    ScanStatus,
    StatusReported,
    StatusWord,
)
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.storage import keys
from shared.storage.orders_table import StoreBusyError
from shared.storage.owed_effects import Claim
from shared.storage.records import EffectState
from shared.storage.store import OrderStore
from tests.support.engine import (
    ORDERS_INDEXES,
    Client,
    Dynamo,
    UnknownRequestError,
)
from tests.support.expressions import UnknownExpressionError, compile_condition, compile_update
from tests.support.template import ACCOUNT, REGION, load_template

TABLE = "orders"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORDER = "shop:1"
PK = keys.order_pk(ORDER)
LEASE = timedelta(seconds=120)


def _reports() -> tuple[Report, ...]:
    seen = OrderSeen(
        number="#1",
        currency="EUR",
        total=Decimal("20.00"),
        lines=(LineSeen(external_id="1", name="A thing", quantity=2, unit_price=Decimal("10.00")),),
        placed_at=START,
        customer=Customer(name="Customer", email="buyer@example.com"),
    )
    said: tuple[tuple[Any, ...], ...] = (
        (
            seen,
            StatusReported(word=StatusWord.PROCESSABLE, raw="open"),
            PaymentReported(word=PaymentWord.PAID, raw="paid"),
        ),
        (PackageReported(package_id="p1", word=PackageWord.FULFILLED, raw="success", tracking_number="N 1"),),
        (PackageReported(package_id="p1", word=PackageWord.FULFILLED, raw="success", tracking_number="N2"),),
        (
            ParcelScanned(
                status=ScanStatus.DELIVERED, raw="delivered", occurred_at=START, tracking_number="N2"
            ),
        ),
        (StatusReported(word=StatusWord.CANCELED, raw="canceled"),),
        (RefundReported(refund_id="r1", word=RefundWord.RECORDED, raw="success", amount=Decimal("5.00")),),
    )
    return tuple(
        Report(facts=facts, order_external_id="1", source_time=START + timedelta(minutes=number))
        for number, facts in enumerate(said)
    )


REPORTS = _reports()


class Twins:
    """One client in front of both engines: each request goes to both, and they have to agree."""

    def __init__(self, moto: Any) -> None:
        self.moto = moto
        self.engine = Dynamo({TABLE: ORDERS_INDEXES})
        self.store = OrderStore(cast("Any", Client(self._call)), TABLE, self._new_claimant)
        self._claims = 0
        self.requests = 0

    def _new_claimant(self) -> str:
        self._claims += 1
        return f"claim-{self._claims}"

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.requests += 1
        expected = _outcome(lambda: self.moto._make_api_call(operation, dict(parameters)))
        raised: ClientError | None = None
        answer: dict[str, Any] = {}
        try:
            answer = self.engine.execute(operation, parameters)
        except ClientError as error:
            raised = error
        found = _error(raised) if raised is not None else _plain(answer)
        assert found == expected, operation
        if raised is not None:
            raise raised
        return answer

    def items(self) -> Any:
        return _sorted_items(self.moto._make_api_call("Scan", {"TableName": TABLE})["Items"])


def _outcome(run: Any) -> Any:
    try:
        return _plain(run())
    except ClientError as error:
        return _error(error)


def _error(error: ClientError) -> Any:
    answer: Any = error.response
    reasons = [
        (reason.get("Code"), _sorted_items([reason["Item"]] if "Item" in reason else []))
        for reason in answer.get("CancellationReasons", [])
    ]
    item = _sorted_items([answer["Item"]] if answer.get("Item") else [])
    return type(error).__name__, answer["Error"]["Code"], reasons, item


def _plain(answer: Mapping[str, Any]) -> Any:
    # Not LastEvaluatedKey: AWS gives one with every full page, moto only where more follows.
    told = ("Item", "Items", "Attributes", "Responses")
    kept = {name: value for name, value in answer.items() if name in told}
    if "Responses" in kept:
        kept["Responses"] = {table: _sorted_items(items) for table, items in kept["Responses"].items()}
    for name in ("Item", "Attributes"):
        if name in kept:
            kept[name] = _sorted_items([kept[name]])
    return kept


def _sorted_items(items: list[Any]) -> list[Any]:
    """Return items in one order, sets of texts too."""
    plain = [
        {
            name: {"SS": sorted(value["SS"])} if isinstance(value, dict) and "SS" in value else value
            for name, value in item.items()
        }
        for item in items
    ]
    return sorted(plain, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client(
            "dynamodb", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        )


def _recreate(client: Any) -> None:
    made = dynamodb_backends[ACCOUNT][REGION].tables.get(TABLE)
    if made is not None:
        made.items.clear()
        return
    design = load_template()["Resources"]["OrdersTable"]["Properties"]
    # Without the stream: moto copies all that was ever streamed with each transaction.
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=TABLE, **{name: design[name] for name in wanted})


class Player:
    """Does to a store what a list of small numbers says, and remembers what it read."""

    def __init__(self, store: OrderStore) -> None:
        self.store = store
        self.read: list[Order | None] = [None]
        self.claims: list[tuple[str, str, Claim]] = []
        self.now = START

    def play(self, what: int, which: int, how: int) -> None:
        """Do one thing."""
        self.now += timedelta(seconds=50)
        _DEEDS[what % len(_DEEDS)](self, which, how)

    def entry(self, which: int) -> Input:
        number = which % len(REPORTS)
        return Input(
            key=f"key-{number}",
            connection="shop",
            source="webhook",
            actor="shop",
            received_at=self.now,
            report=REPORTS[number],
        )

    def look(self, which: int, _how: int) -> None:
        self.read.append(self.store.read(ORDER, self.entry(which).key).order)

    def apply(self, which: int, how: int) -> None:
        """Decide on what was read lately, or long ago."""
        before = self.read[-1 - how % min(3, len(self.read))]
        entry = self.entry(which)
        change = decide(before, entry, Rules(), self.now)
        if change.outcome is Outcome.PARKED:
            self.store.park(PK, keys.HEAD, entry, receipt_id="r")
        elif change.order is None:
            self.store.record(PK, entry, change, order_id=ORDER, receipt_id="r")
        else:
            self.store.commit(before, entry, change, receipt_id="r", parked_pk=PK if how % 2 else "")

    def park(self, which: int, how: int) -> None:
        pk, awaited = (PK, keys.HEAD) if how % 2 else (keys.tracking_pk("N1"), keys.PARCEL)
        self.store.park(pk, awaited, self.entry(which), receipt_id="r")

    def record(self, which: int, _how: int) -> None:
        change = Change(outcome=Outcome.QUARANTINED, reason="invalid_json")
        self.store.record(keys.connection_pk("shop"), self.entry(which), change, receipt_id="r")

    def parked(self, which: int, how: int) -> None:
        for sk in self.store.parked_keys(PK):
            self.store.read_parked(PK, sk)
            if how % 3 == 0:
                self.store.postpone_parked_alarm(PK, sk, self.now)
        self.store.postpone_parked_alarm(PK, keys.parked_sk("nothing"), self.now)
        if how % 3 == 1:
            self.store.unpark(PK, self.entry(which).key)

    def claim(self, which: int, how: int) -> None:
        for record in self.store.history(ORDER):
            for effect in record.effects[which % 2 :]:
                abandoned = effect.attempt if how % 2 else 0
                claim = self.store.claim(
                    record.pk,
                    record.sk,
                    effect.key,
                    now=self.now,
                    lease=LEASE,
                    abandoned_attempt=abandoned,
                )
                self.claims.append((record.sk, effect.key, claim))

    def mark(self, which: int, how: int) -> None:
        states = (EffectState.DONE, EffectState.OWED, EffectState.AMBIGUOUS)
        for sk, effect, claim in self.claims[which % 3 :: 3]:
            self.store.mark(
                PK, sk, effect, claim=claim, state=states[how % 3], now=self.now, proof="p", reason=""
            )

    def finish(self, which: int, how: int) -> None:
        for record in self.store.history(ORDER):
            for effect in record.effects:
                if effect.key.startswith("unpark") and which % 2:
                    self.store.finish(record.pk, record.sk, effect.key, now=self.now, last=bool(how % 2))
        self.store.settle(PK, keys.input_sk(self.entry(which).key))
        self.store.put_last(PK, keys.input_sk(self.entry(how).key), self.now)
        self.store.note_repeat(PK, keys.input_sk(self.entry(which).key), self.now)

    def list(self, which: int, how: int) -> None:
        later = self.now + timedelta(days=300)
        found = list(self.store.owed(before=later, limit=1 + which % 4))
        found += self.store.due(before=later, limit=1 + how % 4)
        assert len(found) < 50
        self.store.orders_of_parcel("n1")
        self.store.read_full(ORDER)
        self.store.connection_inputs("shop")


_DEEDS = (
    Player.look,
    Player.apply,
    Player.apply,
    Player.park,
    Player.record,
    Player.parked,
    Player.claim,
    Player.mark,
    Player.finish,
    Player.list,
)
_DEED = st.tuples(st.integers(0, len(_DEEDS) - 1), st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(deeds=st.lists(_DEED, min_size=3, max_size=20))
def test_both_engines_give_the_same_answers_and_hold_the_same_items(
    moto_client: Any, deeds: list[tuple[int, int, int]]
) -> None:
    _recreate(moto_client)
    twins = Twins(moto_client)
    player = Player(twins.store)
    # Most sequences begin with an order that is there.
    player.play(1, 0, 0)

    for deed in deeds:
        player.play(*deed)

    assert _sorted_items(list(twins.engine.tables[TABLE].items.values())) == twins.items()


# --- what moto does not know


def _engine(clock: list[float] | None = None) -> Dynamo:
    moments = clock or [0.0]
    return Dynamo({TABLE: ORDERS_INDEXES}, lambda: moments[0])


def _put(sk: str, **attributes: str) -> dict[str, Any]:
    item = {"pk": {"S": "a"}, "sk": {"S": sk}} | {name: {"S": value} for name, value in attributes.items()}
    return {"Put": {"TableName": TABLE, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def test_f31_a_repeated_transaction_with_its_token_takes_place_once() -> None:
    clock = [0.0]
    engine = _engine(clock)
    request = {"TransactItems": [_put("1")], "ClientRequestToken": "token"}

    engine.execute("TransactWriteItems", request)
    clock[0] = 599.0
    engine.execute("TransactWriteItems", request)

    clock[0] = 601.0
    with pytest.raises(ClientError) as late:
        engine.execute("TransactWriteItems", request)
    assert late.value.response["Error"]["Code"] == "TransactionCanceledException"


def test_a_token_that_stands_for_something_else_is_refused() -> None:
    engine = _engine()
    engine.execute("TransactWriteItems", {"TransactItems": [_put("1")], "ClientRequestToken": "token"})

    with pytest.raises(ClientError) as refused:
        engine.execute("TransactWriteItems", {"TransactItems": [_put("2")], "ClientRequestToken": "token"})

    assert refused.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_transaction_that_fails_leaves_nothing_behind() -> None:
    engine = _engine()
    engine.execute("TransactWriteItems", {"TransactItems": [_put("1")]})

    with pytest.raises(ClientError):
        engine.execute("TransactWriteItems", {"TransactItems": [_put("2"), _put("1")]})

    assert engine.item(TABLE, "a", "2") is None


def test_what_was_read_is_not_changed_by_what_is_written_later() -> None:
    engine = _engine()
    engine.execute("PutItem", {"TableName": TABLE, "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}})
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    read = engine.execute("GetItem", {"TableName": TABLE, "Key": key})["Item"]

    engine.execute(
        "UpdateItem",
        {
            "TableName": TABLE,
            "Key": key,
            "UpdateExpression": "SET x = :x",
            "ExpressionAttributeValues": {":x": {"N": "1"}},
        },
    )

    assert "x" not in read


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("Scan", {"TableName": TABLE}),
        ("GetItem", {"TableName": TABLE, "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}, "Surprise": 1}),
        (
            "UpdateItem",
            {
                "TableName": TABLE,
                "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}},
                "UpdateExpression": "DELETE x :y",
            },
        ),
        ("PutItem", {"TableName": TABLE, "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}, "Expected": {}}),
    ],
)
def test_what_the_engine_does_not_know_it_refuses(operation: str, parameters: dict[str, Any]) -> None:
    with pytest.raises((UnknownRequestError, UnknownExpressionError)):
        _engine().execute(operation, parameters)


@pytest.mark.parametrize(
    "text",
    ["(a = :b OR c = :d)", "NOT a = :b", "size(a) > :b", "a BETWEEN :b AND :c", "contains(a, :b)", "a"],
)
def test_conditions_the_engine_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(UnknownExpressionError):
        compile_condition(text)


def test_updates_the_engine_does_not_know_are_refused() -> None:
    for text in ("SET a = b - :c", "SET a[0] = :c", "SET a = list_append(a, :c)"):
        with pytest.raises(UnknownExpressionError):
            compile_update(text)


def test_a_member_of_a_map_is_removed_and_the_old_item_left_alone() -> None:
    old = {"a": {"M": {"b": {"N": "1"}, "c": {"N": "2"}}}}
    item = dict(old)
    compile_update("REMOVE a.#b, a.gone").apply(item, old, {"#b": "b"}, {})
    assert item == {"a": {"M": {"c": {"N": "2"}}}}
    assert old == {"a": {"M": {"b": {"N": "1"}, "c": {"N": "2"}}}}


def test_placeholders_that_nobody_uses_are_refused() -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    with pytest.raises(ClientError) as refused:
        _engine().execute(
            "PutItem", {"TableName": TABLE, "Item": item, "ExpressionAttributeValues": {":x": {"S": "1"}}}
        )
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_the_indexes_are_those_of_the_template() -> None:
    design = load_template()["Resources"]["OrdersTable"]["Properties"]["GlobalSecondaryIndexes"]
    known = {index["IndexName"]: index for index in design}

    for name, index in ORDERS_INDEXES.items():
        assert [part["AttributeName"] for part in known[name]["KeySchema"]] == [index.hash, index.range]
        assert tuple(known[name]["Projection"].get("NonKeyAttributes", ())) == index.attributes


def test_a_busy_store_is_told_from_a_broken_promise() -> None:
    def busy(operation: str, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        assert operation == "BatchGetItem"
        return {"Responses": {}, "UnprocessedKeys": {TABLE: {}}}

    with pytest.raises(StoreBusyError):
        OrderStore(cast("Any", Client(busy)), TABLE).read(ORDER)
