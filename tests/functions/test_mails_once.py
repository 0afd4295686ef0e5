"""Each owed mail goes out once, whatever SES and the workers do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from shared.connections.mail_templates import MailTemplateStore
from shared.notifications.mailer import Delivery, Sent
from shared.orders.model import order_id
from shared.runtime import wiring
from shared.storage.orders_table import StoreBusyError
from shared.storage.records import EffectRecord, EffectState
from shared.usecases.send_mail import MAX_PREPARATIONS
from tests.support.hub import Hub, deployed_hub, document, event_body

CREATED = "shopify/orders_create.json"
MAIL = "mail/order_received"


class FakeMailer:
    """A mail service that answers as it is told, one answer a mail."""

    def __init__(self, *answers: Sent) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    def send(self, request: Any) -> Delivery:
        self.requests.append(request)
        return Delivery(sent=self.answers.pop(0), proof=f"message-{len(self.requests)}", reason="told so")


@pytest.fixture
def mailer(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeMailer]:
    def use(*answers: Sent) -> FakeMailer:
        fake = FakeMailer(*answers)
        desk = replace(wiring.mail_desk(), mailer=fake)
        monkeypatch.setattr(wiring, "mail_desk", lambda: desk)
        return fake

    return use


def owed_mail(hub: Hub) -> EffectRecord:
    order = order_id("shop-one", str(document(event_body(CREATED))["id"]))
    found = [record.effect(MAIL) for record in hub.store.history(order)]
    [effect] = [effect for effect in found if effect is not None]
    return effect


def order_a_mail(hub: Hub, **changes: Any) -> None:
    body = json.dumps(document(event_body(CREATED)) | changes).encode()
    hub.post("shop-one", body, "orders/create")
    hub.run_inbox()
    hub.run_stream()


def mail_event(hub: Hub) -> dict[str, Any]:
    event = hub._receive("MAIL_QUEUE_URL")
    assert event is not None
    return event


def test_a_mail_that_ses_took_is_done_with_its_message_id(
    hub: Hub, mailer: Callable[..., FakeMailer]
) -> None:
    fake = mailer(Sent.ACCEPTED)
    order_a_mail(hub)
    hub.settle()
    assert (owed_mail(hub).state, owed_mail(hub).proof) == (EffectState.DONE, "message-1")
    assert len(fake.requests) == 1


def test_f15_a_mail_without_an_answer_is_ambiguous_and_is_not_sent_again(
    hub: Hub, mailer: Callable[..., FakeMailer]
) -> None:
    fake = mailer(Sent.UNKNOWN, Sent.ACCEPTED)
    order_a_mail(hub)
    event = mail_event(hub)
    for _ in range(3):
        hub.invoke("send_mail", event)
        hub.now += timedelta(hours=1)
        hub.sweep()
    assert owed_mail(hub).state is EffectState.AMBIGUOUS
    assert len(fake.requests) == 1


def test_f14_a_worker_that_vanished_after_sending_leaves_an_ambiguous_mail(
    hub: Hub, mailer: Callable[..., FakeMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vanished(BaseException):
        """Lambda was killed."""

    fake = mailer(Sent.ACCEPTED, Sent.ACCEPTED)
    order_a_mail(hub)
    event = mail_event(hub)
    with monkeypatch.context() as patch:

        def vanish(*_: Any, **__: Any) -> None:
            raise Vanished

        patch.setattr(type(wiring.mail_desk().store), "mark", vanish)
        with pytest.raises(Vanished):
            hub.invoke("send_mail", event)
    # As long as its lease lasts nobody touches the mail, and the message comes again.
    assert hub.invoke("send_mail", event)["batchItemFailures"]
    assert owed_mail(hub).state is EffectState.CLAIMED
    hub.now += wiring.mail_desk().lease + timedelta(seconds=1)
    assert not hub.invoke("send_mail", event)["batchItemFailures"]
    assert (owed_mail(hub).state, owed_mail(hub).reason) == (EffectState.AMBIGUOUS, "worker_vanished")
    assert len(fake.requests) == 1


def test_f30_a_table_that_is_busy_before_the_mail_is_sent_leaves_no_doubt(
    hub: Hub, mailer: Callable[..., FakeMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = mailer(Sent.ACCEPTED)
    order_a_mail(hub)
    event = mail_event(hub)
    with monkeypatch.context() as patch:

        def refuse(*_: Any, **__: Any) -> None:
            raise StoreBusyError("the read was not processed")

        patch.setattr(type(wiring.mail_desk().store), "read_full", refuse)
        assert hub.invoke("send_mail", event)["batchItemFailures"]
    assert (owed_mail(hub).state, owed_mail(hub).reason) == (EffectState.OWED, "not_prepared:1")
    assert not hub.invoke("send_mail", event)["batchItemFailures"]
    assert (owed_mail(hub).state, len(fake.requests)) == (EffectState.DONE, 1)


def test_a_mail_that_can_never_be_written_is_given_up_and_shown(
    hub: Hub, mailer: Callable[..., FakeMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = mailer()
    order_a_mail(hub)
    event = mail_event(hub)

    def fail(*_: Any, **__: Any) -> None:
        raise TypeError("a fault of our own")

    monkeypatch.setattr("shared.usecases.send_mail.describe_order", fail)
    for _ in range(MAX_PREPARATIONS):
        assert hub.invoke("send_mail", event)["batchItemFailures"]
    assert (owed_mail(hub).state, fake.requests) == (EffectState.FAILED, [])


def test_f30_a_mail_that_waited_long_for_ses_is_not_given_up_by_one_busy_moment(
    hub: Hub, mailer: Callable[..., FakeMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer(*[Sent.POSTPONED] * MAX_PREPARATIONS)
    order_a_mail(hub)
    event = mail_event(hub)
    for _ in range(MAX_PREPARATIONS):
        hub.invoke("send_mail", event)

    def refuse(*_: Any, **__: Any) -> None:
        raise StoreBusyError("the read was not processed")

    monkeypatch.setattr(type(wiring.mail_desk().store), "read_full", refuse)
    hub.invoke("send_mail", event)
    assert owed_mail(hub).state is EffectState.OWED


def test_f56_a_paused_account_keeps_the_mail_owed_until_it_takes_mails_again(
    hub: Hub, mailer: Callable[..., FakeMailer]
) -> None:
    fake = mailer(Sent.POSTPONED, Sent.POSTPONED, Sent.ACCEPTED)
    order_a_mail(hub)
    hub.settle()
    assert owed_mail(hub).state is EffectState.OWED
    for _ in range(2):
        hub.now += timedelta(minutes=6)
        hub.sweep(hub.now)
        hub.settle()
    assert owed_mail(hub).state is EffectState.DONE
    assert len(fake.requests) == 3


def test_a_mail_that_ses_will_never_take_has_failed_and_says_why(
    hub: Hub, mailer: Callable[..., FakeMailer]
) -> None:
    mailer(Sent.REJECTED)
    order_a_mail(hub)
    hub.settle()
    assert (owed_mail(hub).state, owed_mail(hub).reason) == (EffectState.FAILED, "told so")
    assert hub.sweep() == 0


@pytest.mark.parametrize("address", ["", "a@b, c@d", "a@localhost", "no address"])
def test_b60_without_a_usable_address_the_order_goes_on_and_no_mail_goes_out(
    hub: Hub, mailer: Callable[..., FakeMailer], address: str
) -> None:
    fake = mailer()
    order_a_mail(hub, email=address, contact_email=address, customer=None)
    hub.settle()
    assert (owed_mail(hub).state, owed_mail(hub).reason) == (EffectState.SKIPPED, "no_valid_address")
    assert fake.requests == []


def test_f16_of_two_workers_with_the_same_mail_one_sends_it(
    hub: Hub, mailer: Callable[..., FakeMailer]
) -> None:
    order_a_mail(hub)
    event = mail_event(hub)
    answers: list[Any] = []

    class CrossingMailer(FakeMailer):
        def send(self, request: Any) -> Delivery:
            # The second worker comes while the first one is sending.
            answers.append(hub.invoke("send_mail", event))
            return super().send(request)

    fake = CrossingMailer(Sent.ACCEPTED)
    desk = replace(wiring.mail_desk(), mailer=fake)
    wiring_mail_desk = wiring.mail_desk
    try:
        wiring.mail_desk = lambda: desk  # type: ignore[assignment]
        hub.invoke("send_mail", event)
    finally:
        wiring.mail_desk = wiring_mail_desk
    assert len(fake.requests) == 1
    assert answers[0]["batchItemFailures"]
    assert owed_mail(hub).state is EffectState.DONE


def test_a_merchants_own_template_writes_the_mail(hub: Hub, mailer: Callable[..., FakeMailer]) -> None:
    fake = mailer(Sent.ACCEPTED)
    templates(hub).put("shop-one", "order_received", "en", {"subject": "Got it: {{ data.order_number }}"})
    order_a_mail(hub)
    hub.settle()
    [request] = fake.requests
    assert request["Content"]["Simple"]["Subject"]["Data"].startswith("Got it: #")
    assert "Thank you for your order" in request["Content"]["Simple"]["Body"]["Text"]["Data"]


def test_a_template_that_fails_costs_nobody_the_mail_and_is_counted(
    hub: Hub, mailer: Callable[..., FakeMailer], capsys: pytest.CaptureFixture[str]
) -> None:
    fake = mailer(Sent.ACCEPTED)
    templates(hub).put("shop-one", "order_received", "en", {"subject": "{{ data.gone }}"})
    order_a_mail(hub)
    hub.settle()
    assert owed_mail(hub).state is EffectState.DONE
    assert "received" in fake.requests[0]["Content"]["Simple"]["Subject"]["Data"]
    assert '"MailTemplateFailed":[1.0]' in capsys.readouterr().out


def test_where_templates_cannot_be_read_the_mail_is_ours(
    hub: Hub, mailer: Callable[..., FakeMailer], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = mailer(Sent.ACCEPTED)
    desk = replace(wiring.mail_desk(), templates=templates_in(hub, "no-such-table").get)
    monkeypatch.setattr(wiring, "mail_desk", lambda: desk)
    order_a_mail(hub)
    hub.settle()
    assert owed_mail(hub).state is EffectState.DONE
    assert len(fake.requests) == 1


def templates(hub: Hub) -> MailTemplateStore:
    return templates_in(hub, hub.environment["CONNECTIONS_TABLE"])


def templates_in(hub: Hub, table: str) -> MailTemplateStore:
    return MailTemplateStore(hub.session.client("dynamodb"), table, lambda: hub.now)


def announced(monkeypatch: pytest.MonkeyPatch, hub: Hub) -> list[Any]:
    """Let an order come in and return what the event bus was told."""
    entries: list[Any] = []
    from shared.runtime import clients

    def keep(**request: Any) -> dict[str, Any]:
        entries.extend(request["Entries"])
        return {"FailedEntryCount": 0, "Entries": []}

    monkeypatch.setattr(clients.events(), "put_events", keep)
    order_a_mail(hub, email="sentinel@example.com")
    return entries


def test_what_is_announced_on_the_bus_holds_ids_and_statuses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws(), deployed_hub(monkeypatch, AnnounceChanges="yes") as hub:
        [entry] = announced(monkeypatch, hub)
    assert entry["DetailType"] == "OrderChanged"
    detail = json.loads(entry["Detail"])
    assert detail["version"] == 1
    assert detail["moves"][-1]["to"] == "waiting_shipment"
    assert "sentinel" not in entry["Detail"]


def test_nothing_is_announced_where_the_merchant_does_not_ask_for_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert announced(monkeypatch, hub) == []
    assert hub.queued("MAIL_QUEUE_URL") == 1
