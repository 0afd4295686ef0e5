"""Several parcels of an order shipped together get one mail, and none of them gets two."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.notifications.mailer import Delivery, Sent
from shared.runtime import wiring
from shared.storage.records import EffectRecord, EffectState
from tests.support.api import Api
from tests.support.hub import Hub, event_body

ORDER = "shop-one:920000000000001001"
BEANS, MUG = "920000000000001101", "920000000000001102"
WINDOW = 300


class Outgoing:
    """A mail service that answers as it is told, and takes what it is not told about."""

    def __init__(self) -> None:
        self.answers: list[Sent] = []
        self.requests: list[Any] = []

    def send(self, request: Any) -> Delivery:
        self.requests.append(request)
        sent = self.answers.pop(0) if self.answers else Sent.ACCEPTED
        return Delivery(sent=sent, proof=f"message-{len(self.requests)}", reason="")

    def texts(self) -> list[str]:
        """Return what the mails say, without those about anything but shipping."""
        simple = [request["Content"]["Simple"] for request in self.requests]
        return [mail["Body"]["Text"]["Data"] for mail in simple if "on its way" in mail["Subject"]["Data"]]


@pytest.fixture
def mails(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    hub.connect("shop-one", "shopify", gather_seconds=WINDOW)
    outgoing = Outgoing()
    desk = replace(wiring.mail_desk(), mailer=outgoing, connections=hub.connections)
    monkeypatch.setattr(wiring, "mail_desk", lambda: desk)
    hub.post("shop-one", event_body("shopify/orders_paid.json"), "orders/paid")
    hub.settle()
    return outgoing


@pytest.fixture
def api(hub: Hub, mails: Outgoing) -> Api:
    """A hub with one paid order: two bags of beans, one mug. Its mails about shipping wait for each other."""
    return Api(hub)


def ship(api: Api, line: str, quantity: int, number: str) -> None:
    """Hand over a parcel, and bring its mail to the queue."""
    body = {"contents": [{"line_id": line, "quantity": quantity}], "tracking_number": number}
    assert api.command(ORDER, "ship", body, key=number).status == 200
    api.hub.run_stream()


def effects(hub: Hub) -> dict[str, EffectRecord]:
    return {effect.key: effect for record in hub.store.history(ORDER) for effect in record.effects}


def shipped(hub: Hub) -> dict[str, tuple[EffectState, str]]:
    """Return the state of each mail about a parcel, and why it has it."""
    found = effects(hub).items()
    return {key[-1]: (one.state, one.reason) for key, one in found if key.startswith("mail/shipped/")}


def mail_event(hub: Hub) -> Any:
    event = hub._receive("MAIL_QUEUE_URL")
    assert event is not None
    return event


def failed(answer: Any) -> int:
    return len(answer["batchItemFailures"])


def test_two_parcels_of_an_order_get_one_mail_when_the_window_is_over(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    ship(api, BEANS, 1, "00340434161094000001")
    hub.now += timedelta(seconds=60)
    ship(api, BEANS, 1, "00340434161094000002")
    event = mail_event(hub)
    assert failed(hub.invoke("send_mail", event)) == 2  # nothing overtakes the one that waits
    assert mails.texts() == []

    hub.now += timedelta(seconds=WINDOW - 59)
    answers = [hub.invoke("send_mail", event)]

    [text] = mails.texts()
    assert "Part of your order" in text
    assert "of 2 parcels" in text
    assert text.index("00340434161094000001") < text.index("00340434161094000002")

    hub.now += timedelta(seconds=WINDOW)
    answers.append(hub.invoke("send_mail", event))
    assert mails.texts() == [text]  # though both messages came again
    assert [failed(answer) for answer in answers] == [0, 0]
    assert shipped(hub) == {
        "1": (EffectState.DONE, ""),
        "2": (EffectState.SKIPPED, "gathered:mail/shipped/1"),
    }
    assert hub.sweep() == 0


def test_a_parcel_with_which_all_is_shipped_waits_for_nobody(api: Api, mails: Outgoing) -> None:
    assert api.command(ORDER, "ship", {"tracking_number": "00340434161094000001"}).status == 200
    api.hub.settle()

    assert len(mails.texts()) == 1
    assert "parcels" not in mails.texts()[0]


def test_the_last_parcel_ends_the_window(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    ship(api, BEANS, 2, "00340434161094000001")
    event = mail_event(hub)
    assert failed(hub.invoke("send_mail", event)) == 1

    ship(api, MUG, 1, "00340434161094000002")
    assert failed(hub.invoke("send_mail", event)) == 0

    [text] = mails.texts()
    assert "Your order is on its way" in text
    assert "of 2 parcels" in text


def test_a_parcel_shipped_after_the_window_gets_a_mail_of_its_own(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    ship(api, BEANS, 1, "00340434161094000001")
    hub.now += timedelta(seconds=WINDOW)
    hub.run_mails()
    assert len(mails.texts()) == 1
    ship(api, BEANS, 1, "00340434161094000002")
    hub.now += timedelta(seconds=WINDOW)
    hub.run_mails()

    assert [("00001" in text, "00002" in text) for text in mails.texts()] == [(True, False), (False, True)]
    assert set(shipped(hub).values()) == {(EffectState.DONE, "")}


def test_without_a_window_each_parcel_gets_its_mail_at_once(api: Api, mails: Outgoing) -> None:
    api.hub.connect("shop-one", "shopify", gather_seconds=0)
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
        api.hub.run_mails()

    assert len(mails.texts()) == 2


def test_what_the_order_owes_later_comes_after_the_mail_that_waits(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    ship(api, BEANS, 1, "00340434161094000001")
    assert api.command(ORDER, "mark_delivered", {"package_id": "1"}, key="delivered").status == 200
    hub.run_stream()
    event = mail_event(hub)
    assert failed(hub.invoke("send_mail", event)) == 2
    hub.now += timedelta(seconds=WINDOW)
    assert failed(hub.invoke("send_mail", event)) == 0

    subjects = [request["Content"]["Simple"]["Subject"]["Data"] for request in mails.requests]
    assert [subject.split(" #")[0] for subject in subjects[1:]] == [
        "Part of your order",
        "A parcel of your order",
    ]


def test_a_parcel_canceled_while_its_mail_waited_is_not_announced(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
    assert api.command(ORDER, "cancel_package", {"package_id": "1"}, key="cancel").status == 200
    hub.now += timedelta(seconds=WINDOW)
    hub.run_mails()

    [text] = mails.texts()
    assert "00340434161094000001" not in text
    assert shipped(hub) == {
        "1": (EffectState.SKIPPED, "package_canceled"),
        "2": (EffectState.DONE, ""),
    }


def test_f56_a_gathered_mail_that_is_postponed_is_owed_again_as_a_whole(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
    hub.now += timedelta(seconds=WINDOW)
    # Both have their turn: the second one finds itself owed again, and takes the first along.
    mails.answers = [Sent.POSTPONED, Sent.POSTPONED]
    hub.run_mails()
    assert {state for state, _ in shipped(hub).values()} == {EffectState.OWED}

    hub.now += timedelta(minutes=6)
    hub.sweep(hub.now)
    hub.run_mails()

    assert len(mails.texts()) == 3
    assert "of 2 parcels" in mails.texts()[-1]
    assert Counter(state for state, _ in shipped(hub).values()) == {
        EffectState.DONE: 1,
        EffectState.SKIPPED: 1,
    }


def test_f15_a_gathered_mail_without_an_answer_is_ambiguous_for_each_of_its_parcels(
    api: Api, mails: Outgoing
) -> None:
    hub = api.hub
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
    hub.now += timedelta(seconds=WINDOW)
    mails.answers = [Sent.UNKNOWN]
    hub.run_mails()
    hub.now += timedelta(hours=1)
    hub.sweep(hub.now)
    hub.run_mails()

    assert len(mails.texts()) == 1
    assert {state for state, _ in shipped(hub).values()} == {EffectState.AMBIGUOUS}


@pytest.mark.parametrize("after", [0, 1])
def test_f14_a_worker_that_vanished_after_a_gathered_mail_leaves_no_second_one(
    api: Api, mails: Outgoing, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    class Vanished(BaseException):
        """Lambda was killed."""

    hub = api.hub
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
    hub.now += timedelta(seconds=WINDOW)
    event = mail_event(hub)
    mark, marks = type(hub.store).mark, iter(range(10))
    with monkeypatch.context() as patch:

        def vanish(*arguments: Any, **options: Any) -> bool:
            if next(marks) >= after:
                raise Vanished
            return mark(*arguments, **options)

        patch.setattr(type(hub.store), "mark", vanish)
        with pytest.raises(Vanished):
            hub.invoke("send_mail", event)
    for _ in range(2):
        hub.now += wiring.mail_desk().lease + timedelta(seconds=1)
        hub.invoke("send_mail", event)
        hub.sweep()

    assert len(mails.texts()) == 1
    assert shipped(hub)["1"] == (EffectState.AMBIGUOUS, "worker_vanished")
    assert shipped(hub)["2"][0] is (EffectState.SKIPPED if after else EffectState.AMBIGUOUS)


def test_f16_what_another_worker_has_is_left_to_it(api: Api, mails: Outgoing) -> None:
    hub = api.hub
    for number in ("00340434161094000001", "00340434161094000002"):
        ship(api, BEANS, 1, number)
    hub.now += timedelta(seconds=WINDOW)
    event = mail_event(hub)
    second = {"Records": [record for record in event["Records"] if "shipped/2" in record["body"]]}
    answers: list[Any] = []
    claim = type(hub.store).claim

    class Crossing(type(hub.store)):  # type: ignore[misc]
        """Lets the second worker come between the first one's two claims."""

        def claim(self, *arguments: Any, **options: Any) -> Any:
            granted = claim(self, *arguments, **options)
            if not answers:
                answers.append(None)
                answers[0] = hub.invoke("send_mail", second)
            return granted

    desk = wiring.mail_desk()
    desk.store.__class__ = Crossing
    try:
        hub.invoke("send_mail", event)
    finally:
        desk.store.__class__ = Crossing.__base__

    assert len(mails.texts()) == 2
    assert set(shipped(hub).values()) == {(EffectState.DONE, "")}
