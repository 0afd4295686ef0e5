"""What the local mail service says: of whom, in whose words, and only of mails that are known."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.deploy import Stack
from local.errors import LocalError
from local.ledger import Ledger
from local.mail_events import events_of, first_words, wanted
from local.mail_sayings import SAYINGS
from local.mailbox import Mail
from local.run import _speak_of
from shared.orders.changes import Outcome
from shared.runtime.mail_events import read_feedback
from shared.storage.records import EffectRecord, EffectState, InputRecord
from shared.usecases.record_mail_feedback import WORDS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REACHED = Mail(id="m1", subject="Your order", text="", html="", to="buyer@example.com")
UNREACHED = Mail(id="m2", subject="Your order", text="", html="", to="bounce@example.com")


def ledger(*effects: EffectRecord) -> Ledger:
    record = InputRecord(
        pk="ORDER#shop-one:1",
        sk="INPUT#a",
        outcome=Outcome.APPLIED,
        reason="",
        source="webhook",
        actor="shop-one",
        received_at=NOW,
        order_id="shop-one:1",
        effects=effects,
    )
    return Ledger(records=(record,))


SENT = EffectRecord(key="mail/order_received", state=EffectState.DONE, proof="m1")


def test_an_event_is_read_as_one_about_its_mail() -> None:
    [event] = events_of(ledger(SENT), [REACHED], "bounce", str.upper)
    feedback = read_feedback(event)
    assert (feedback.event, feedback.bounce, feedback.message_id) == ("Bounce", "Permanent", "m1")
    assert (feedback.order_id, feedback.input_key, feedback.effect) == (
        "shop-one:1",
        "a",
        "mail/order_received",
    )
    assert feedback.recipient == "BUYER@EXAMPLE.COM"


def test_a_mail_that_no_order_owes_and_one_that_is_in_doubt_have_no_event() -> None:
    doubtful = EffectRecord(key="mail/shipped", state=EffectState.AMBIGUOUS, proof="m2")
    assert events_of(ledger(SENT, doubtful), [UNREACHED], "delivery", str) == []


def test_every_word_of_the_mail_service_that_means_something_can_be_said() -> None:
    assert set(WORDS) - {("Bounce", "Undetermined")} <= set(SAYINGS.values())


def test_mails_are_delivered_but_those_to_an_address_that_bounces() -> None:
    assert first_words(REACHED) == ("send", "delivery")
    assert first_words(UNREACHED) == ("send", "bounce")


class Functions:
    """A function that takes each event and says that it is known."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  named by boto3
        assert FunctionName == "feedback"
        self.asked.append(json.loads(Payload))
        return {"Payload": BytesIO(b'{"recorded": "known"}')}


class Parameters:
    """The store of keys, with one."""

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803  named by boto3
        assert (Name, WithDecryption) == ("/orderhub/orderhub/address-key", True)
        return {"Parameter": {"Value": "a key"}}


def test_a_running_hub_is_told_once_of_each_mail_that_it_has_marked() -> None:
    functions = Functions()
    stack = Stack(
        name="orderhub",
        api_url="",
        resources={"RecordMailFeedbackFunction": "feedback"},
        outputs={},
        sender="",
        clients=cast("Any", SimpleNamespace(functions=functions, ssm=Parameters())),
    )
    assert _speak_of(stack, ledger(), [REACHED]) == set()
    assert functions.asked == []
    bounced = EffectRecord(key="mail/shipped", state=EffectState.DONE, proof="m2")
    assert _speak_of(stack, ledger(SENT, bounced), [REACHED, UNREACHED]) == {"m1", "m2"}
    said = sorted((event["message_id"], event["event"]) for event in functions.asked)
    assert said == [("m1", "Delivery"), ("m1", "Send"), ("m2", "Bounce"), ("m2", "Send")]


def test_mails_are_named_by_their_id_or_their_address() -> None:
    mails = [REACHED, UNREACHED]
    assert wanted(mails, "m2") == wanted(mails, "bounce@example.com") == [UNREACHED]
    with pytest.raises(LocalError, match="Mails so far: 2"):
        wanted(mails, "nobody@example.com")
