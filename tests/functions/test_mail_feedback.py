"""What SES says of a mail comes back to its order, once, and decides who gets more mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto.ses.models import ses_backends

from shared.notifications.mailer import Delivery, Sent
from shared.orders.model import Attention
from shared.runtime import resources, wiring
from shared.runtime.events import UnexpectedEventError
from shared.storage.records import EffectRecord, EffectState, InputRecord
from tests.support.hub import Hub, document, event_body
from tests.support.mail_events import mail_event
from tests.support.template import ACCOUNT, REGION

CREATED = "shopify/orders_create.json"
MAIL = "mail/order_received"
ADDRESS = "buyer-of-this@example.com"


class TellingMailer:
    """A mail service that keeps what it was given."""

    def __init__(self, *answers: Sent) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    def send(self, request: Any) -> Delivery:
        self.requests.append(request)
        return Delivery(sent=self.answers.pop(0), proof=f"message-{len(self.requests)}")

    @property
    def tags(self) -> dict[str, str]:
        """The tags of the last mail."""
        return {tag["Name"]: tag["Value"] for tag in self.requests[-1]["EmailTags"]}


@pytest.fixture
def mailer(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TellingMailer]:
    def use(*answers: Sent) -> TellingMailer:
        fake = TellingMailer(*answers)
        desk = replace(wiring.mail_desk(), mailer=fake)
        monkeypatch.setattr(wiring, "mail_desk", lambda: desk)
        return fake

    return use


def order_comes(hub: Hub, number: int = 1, address: str = ADDRESS) -> str:
    body = document(event_body(CREATED)) | {"id": 900 + number, "email": address, "contact_email": address}
    hub.post("shop-one", json.dumps(body).encode(), "orders/create")
    hub.settle()
    return f"shop-one:{900 + number}"


def mail_of(hub: Hub, order: str) -> tuple[InputRecord, EffectRecord]:
    [found] = [
        (record, effect)
        for record in hub.store.history(order)
        for effect in record.effects
        if effect.key == MAIL
    ]
    return found


def say(hub: Hub, order: str, event: str, *, bounce: str = "", message: str = "message-1") -> str:
    record, _ = mail_of(hub, order)
    told = mail_event(
        event,
        message,
        order=order,
        input_key=record.sk.removeprefix("INPUT#"),
        effect=MAIL,
        recipient=resources.address_digest()(ADDRESS),
        bounce=bounce,
    )
    answer: dict[str, str] = hub.invoke("record_mail_feedback", told)
    return answer["recorded"]


def attention(hub: Hub, order: str) -> tuple[Attention, ...]:
    found = hub.store.read(order).order
    assert found is not None
    return found.attention


def test_a_mail_carries_what_finds_it_again_and_no_address(
    hub: Hub, mailer: Callable[..., TellingMailer]
) -> None:
    fake = mailer(Sent.ACCEPTED)
    order = order_comes(hub)
    record, _ = mail_of(hub, order)
    assert fake.tags == {
        "order": "shop-2done-3a901",
        "effect": "mail-2forder_received",
        "input": record.sk.removeprefix("INPUT#"),
        "recipient": resources.address_digest()(ADDRESS),
    }


def test_f14_a_send_event_proves_a_mail_that_was_in_doubt(
    hub: Hub, mailer: Callable[..., TellingMailer]
) -> None:
    mailer(Sent.UNKNOWN)
    order = order_comes(hub)
    assert mail_of(hub, order)[1].state is EffectState.AMBIGUOUS
    assert say(hub, order, "Send") == "proven"
    effect = mail_of(hub, order)[1]
    assert (effect.state, effect.proof, effect.reason) == (EffectState.DONE, "message-1", "")
    assert say(hub, order, "Send") == "known"
    hub.now += timedelta(hours=1)
    assert hub.sweep() == 0


def test_f14_a_send_event_that_overtakes_the_worker_leaves_one_mail(hub: Hub) -> None:
    # The event is here before the worker has marked what it sent.
    sent: list[str] = []

    class Overtaken(TellingMailer):
        def send(self, request: Any) -> Delivery:
            sent.append(say(hub, "shop-one:901", "Send"))
            return super().send(request)

    desk = replace(wiring.mail_desk(), mailer=Overtaken(Sent.UNKNOWN))
    original, wiring.mail_desk = wiring.mail_desk, lambda: desk  # type: ignore[assignment]
    try:
        order = order_comes(hub)
    finally:
        wiring.mail_desk = original
    assert sent == ["proven"]
    assert mail_of(hub, order)[1].state is EffectState.DONE


@pytest.mark.parametrize(
    ("event", "bounce", "code"),
    [
        ("Bounce", "Permanent", "mail_bounced"),
        ("Complaint", "", "mail_complaint"),
        ("Reject", "", "mail_rejected"),
        ("Bounce", "Transient", ""),
        ("Bounce", "Undetermined", ""),
        ("DeliveryDelay", "", ""),
    ],
)
def test_f57_what_went_wrong_stands_in_the_history_once_and_asks_for_a_look_where_one_helps(
    hub: Hub, mailer: Callable[..., TellingMailer], event: str, bounce: str, code: str
) -> None:
    mailer(Sent.ACCEPTED)
    order = order_comes(hub)
    assert [say(hub, order, event, bounce=bounce) for _ in range(3)] == ["reported", "known", "known"]
    [told] = [record for record in hub.store.history(order) if record.source == "mail_feedback"]
    assert told.repeats == 2
    assert [note.about for note in told.notes] == [MAIL]
    assert attention(hub, order) == ((Attention(code, MAIL),) if code else ())


@pytest.mark.parametrize(("event", "bounce"), [("Bounce", "Permanent"), ("Complaint", "")])
def test_f57_an_address_that_bounced_or_complained_gets_no_further_mails(
    hub: Hub, mailer: Callable[..., TellingMailer], event: str, bounce: str
) -> None:
    fake = mailer(Sent.ACCEPTED, Sent.ACCEPTED)
    order = order_comes(hub)
    say(hub, order, event, bounce=bounce)
    other = order_comes(hub, 2, ADDRESS.upper())
    effect = mail_of(hub, other)[1]
    assert (effect.state, effect.reason) == (EffectState.SKIPPED, "suppressed")
    order_comes(hub, 3, "somebody-else@example.com")
    assert len(fake.requests) == 2


@pytest.mark.parametrize(("event", "bounce"), [("Bounce", "Transient"), ("DeliveryDelay", "")])
def test_an_address_that_could_not_be_reached_for_now_gets_the_next_mail(
    hub: Hub, mailer: Callable[..., TellingMailer], event: str, bounce: str
) -> None:
    mailer(Sent.ACCEPTED, Sent.ACCEPTED)
    say(hub, order_comes(hub), event, bounce=bounce)
    assert mail_of(hub, order_comes(hub, 2))[1].state is EffectState.DONE


def test_b65_a_bounce_of_a_mail_that_nobody_owes_is_counted_and_changes_nothing(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hub.items()
    for order, key in (("shop-one:1", "a" * 32), ("", "")):
        told = mail_event("Bounce", "m", order=order, input_key=key, effect=MAIL, bounce="Permanent")
        assert hub.invoke("record_mail_feedback", told) == {"recorded": "unmatched_bounce"}
    assert hub.items() == before
    assert "FeedbackUnmatched" in capsys.readouterr().out


@pytest.mark.parametrize("event", ["Send", "Bounce"])
def test_f57_what_is_said_of_a_mail_is_recorded_when_its_connection_is_gone(
    hub: Hub, mailer: Callable[..., TellingMailer], event: str
) -> None:
    mailer(Sent.UNKNOWN)
    order = order_comes(hub)
    hub.session.client("dynamodb").delete_item(
        TableName=hub.environment["CONNECTIONS_TABLE"],
        Key={"pk": {"S": "CONNECTIONS"}, "sk": {"S": "shop-one"}},
    )
    resources.connections.cache_clear()
    bounce = "Permanent" if event == "Bounce" else ""
    assert say(hub, order, event, bounce=bounce) == ("reported" if bounce else "proven")
    assert mail_of(hub, order)[1].state is EffectState.DONE
    assert attention(hub, order) == ((Attention("mail_bounced", MAIL),) if bounce else ())


def test_b66_an_address_that_bounces_a_hundred_times_is_suppressed_once(hub: Hub) -> None:
    digest = resources.address_digest()(ADDRESS)
    for _ in range(100):
        resources.addresses().suppress(digest, "bounced", hub.now)
    rows = [item for item in hub.items() if item["pk"]["S"].startswith("ADDRESS#")]
    assert [(row["sk"]["S"], row["reason"]["S"]) for row in rows] == [("SUPPRESSED", "bounced")]
    assert ADDRESS not in json.dumps(rows)


def test_without_the_key_of_addresses_a_mail_waits_and_then_goes_out(
    hub: Hub, mailer: Callable[..., TellingMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.storage.signing_key import KeyUnavailableError

    fake = mailer(Sent.ACCEPTED)

    def unavailable(_address: str) -> str:
        raise KeyUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(resources.addresses(), "digest", unavailable)
        order = order_comes(hub)
    assert mail_of(hub, order)[1].state is EffectState.OWED
    hub.sweep()
    hub.settle()
    assert mail_of(hub, order)[1].state is EffectState.DONE
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Records": []},
        {"source": "aws.ses", "detail": {"eventType": "Bounce"}},
        {"event": "Bounce", "message_id": "m", "tags": []},
        {"event": 1, "message_id": "m", "tags": {}},
    ],
)
def test_b68_any_other_event_is_refused_without_an_effect(hub: Hub, event: Any) -> None:
    before = hub.items()
    with pytest.raises(UnexpectedEventError):
        hub.invoke("record_mail_feedback", event)
    assert hub.items() == before


def test_ses_takes_the_tags_as_they_are(hub: Hub) -> None:
    order_comes(hub)
    assert len(ses_backends[ACCOUNT][REGION].sent_messages) == 1
