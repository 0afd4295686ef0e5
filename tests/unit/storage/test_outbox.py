"""The way out: effects to the queue of their kind, changes to the bus, ids only."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any, cast

import boto3
import pytest

from shared.orders.changes import Move, Note, Outcome
from shared.storage.outbox import BATCH, NotTakenError, Outbox
from shared.storage.records import EffectMessage, EffectRecord, EffectState, InputRecord
from tests.support.template import STACK
from tests.unit.storage.samples import START

RECORD = InputRecord(
    pk="ORDER#shop:1",
    sk="INPUT#0123",
    outcome=Outcome.APPLIED,
    reason="why",
    source="webhook",
    actor="shop",
    received_at=START,
    order_id="shop:1",
    version=2,
    receipt_id="receipt",
    moves=(Move(rule="T8", source="waiting_shipment", target="shipped"),),
    notes=(Note(about="package/1", outcome="applied"),),
    effects=(EffectRecord(key="mail/shipped/1", state=EffectState.OWED),),
)


def mails(count: int, kind: str = "mail") -> list[EffectMessage]:
    return [
        EffectMessage(pk=f"ORDER#shop:{number}", sk="INPUT#0123", effect=f"{kind}/shipped/{number}")
        for number in range(count)
    ]


class FakeClient:
    """Takes batches of SQS and of EventBridge; refuses those whose number is in ``refused``."""

    def __init__(self, *refused: int) -> None:
        self.refused = refused
        self.batches: list[tuple[str, list[Any]]] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.batches.append((QueueUrl, Entries))
        if len(self.batches) in self.refused:
            return {"Successful": [], "Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
        return {"Successful": Entries}

    def put_events(self, *, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.batches.append(("bus", Entries))
        return {"FailedEntryCount": 1 if len(self.batches) in self.refused else 0}

    def sent(self, queue: str) -> list[Any]:
        batches = [batch for url, batch in self.batches if url == queue]
        return [json.loads(entry["MessageBody"]) for batch in batches for entry in batch]


def outbox(client: FakeClient, bus: str = "bus", **queues: str) -> Outbox:
    faked = cast("Any", client)
    return Outbox(faked, queues or {"mail": "mails"}, lambda: faked, bus)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (BATCH, [10]), (BATCH + 1, [10, 1]), (25, [10, 10, 5])]
)
def test_effects_go_in_batches_of_ten_each_once_and_in_order(count: int, sizes: list[int]) -> None:
    client = FakeClient()
    outbox(client).send(mails(count))
    assert client.sent("mails") == [asdict(message) for message in mails(count)]
    assert [len(batch) for _, batch in client.batches] == sizes
    for _, batch in client.batches:
        assert len({entry["Id"] for entry in batch}) == len(batch)


def test_a_message_holds_ids_only_and_makes_the_message_again() -> None:
    client = FakeClient()
    outbox(client).send(mails(1))
    [body] = client.sent("mails")
    assert body == {"pk": "ORDER#shop:0", "sk": "INPUT#0123", "effect": "mail/shipped/0", "attempt": 0}
    assert EffectMessage(**body) == mails(1)[0]
    assert mails(1)[0].kind == "mail"


def ids(message: EffectMessage) -> tuple[str, str]:
    client = FakeClient()
    outbox(client).send([message])
    [(_, [entry])] = client.batches
    return entry["MessageGroupId"], entry["MessageDeduplicationId"]


def test_effects_of_one_order_keep_their_order_and_do_not_wait_for_another_orders() -> None:
    [one, other] = mails(2)
    assert ids(one)[0] == ids(replace(one, sk="INPUT#4567", effect="mail/delivered"))[0]
    assert ids(one)[0] != ids(other)[0]


def test_an_effect_is_queued_once_for_each_attempt() -> None:
    [one, other] = mails(2)
    assert ids(one) == ids(one)
    told_apart = (
        other,
        replace(one, attempt=1),
        replace(one, sk="INPUT#4567"),
        replace(one, effect="mail/x"),
    )
    assert ids(one)[1] not in {ids(message)[1] for message in told_apart}


def test_which_effects_have_a_queue_can_be_told() -> None:
    assert outbox(FakeClient()).takes("mail/shipped/1")
    assert not outbox(FakeClient()).takes("erase/customer")


def test_each_kind_has_its_queue() -> None:
    client = FakeClient()
    outbox(client, mail="mails", stock="stock-moves").send([*mails(2), *mails(1, "stock"), *mails(1)])
    assert [body["effect"] for body in client.sent("stock-moves")] == ["stock/shipped/0"]
    assert len(client.sent("mails")) == 3


def test_nothing_to_send_sends_nothing() -> None:
    client = FakeClient()
    outbox(client).send([])
    outbox(client).announce([])
    assert client.batches == []


def test_what_a_queue_did_not_take_has_to_be_sent_again() -> None:
    with pytest.raises(NotTakenError, match="InternalError"):
        outbox(FakeClient(2)).send(mails(BATCH + 1))


def test_a_kind_without_a_queue_is_not_dropped_silently() -> None:
    with pytest.raises(KeyError, match="erase"):
        outbox(FakeClient()).send(mails(1, "erase"))


def test_a_change_is_announced_with_ids_and_statuses_only() -> None:
    client = FakeClient()
    outbox(client).announce([RECORD])
    [(_, [entry])] = client.batches
    assert (entry["Source"], entry["DetailType"]) == ("orderhub", "OrderChanged")
    assert entry["EventBusName"] == "bus"
    assert json.loads(entry["Detail"]) == {
        "order_id": "shop:1",
        "version": 2,
        "input": "0123",
        "source": "webhook",
        "moves": [{"rule": "T8", "from": "waiting_shipment", "to": "shipped"}],
        "effects": ["mail/shipped/1"],
        "received_at": "2026-11-01T12:00:00+00:00",
    }


def test_changes_are_announced_ten_at_once() -> None:
    client = FakeClient()
    outbox(client).announce([replace(RECORD, version=number) for number in range(1, 24)])
    assert [len(batch) for _, batch in client.batches] == [10, 10, 3]


def test_what_the_bus_did_not_take_has_to_be_announced_again() -> None:
    with pytest.raises(NotTakenError):
        outbox(FakeClient(1)).announce([RECORD])


def test_without_a_bus_nothing_is_announced() -> None:
    client = FakeClient()
    outbox(client, bus="").announce([RECORD])
    Outbox(cast("Any", client), {}).announce([RECORD])
    assert client.batches == []


def test_the_real_services_take_it(session: boto3.Session, environment: dict[str, str]) -> None:
    sqs = session.client("sqs")
    queues = {"mail": environment["MAIL_QUEUE_URL"]}
    real = Outbox(sqs, queues, lambda: session.client("events"), STACK)
    real.send(mails(11))
    real.announce([RECORD])
    queued = sqs.get_queue_attributes(
        QueueUrl=environment["MAIL_QUEUE_URL"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert queued["Attributes"]["ApproximateNumberOfMessages"] == "11"
