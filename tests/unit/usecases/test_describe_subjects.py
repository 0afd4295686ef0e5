"""A mail finds what it is about, also where it is one of several about the same thing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shared.connections.model import Connection
from shared.notifications.data import MailData
from shared.orders.effects import again
from shared.orders.facts import LineSeen, OrderSeen, RefundWord, ReturnWord
from shared.orders.model import Order, Package, Refund, Return
from shared.orders.statuses import PackageStatus, Status
from shared.storage.store import FullOrder
from shared.usecases.describe_order import describe_order

NUMBER = "1Z999AA10123456784"
CONNECTION = Connection(
    id="shop", kind="shopify", name="Example Shop", connected_at=datetime(2026, 1, 1, tzinfo=UTC)
)
SEEN = OrderSeen(
    number="#1",
    currency="EUR",
    total=Decimal(10),
    lines=(
        LineSeen(external_id="cup", name="Cup", quantity=1),
        LineSeen(external_id="bowl", name="Bowl", quantity=1),
    ),
)


def mail(kind: str, target: str, *, word: ReturnWord = ReturnWord.ACCEPTED, refund: str = "r") -> MailData:
    order = Order(
        id="shop:1",
        version=9,
        status=Status.SHIPPED,
        currency="EUR",
        total=Decimal(10),
        packages=(
            Package(id="1", status=PackageStatus.FULFILLED, contents=(("cup", 1),), tracking_number=NUMBER),
        ),
        refunds=(Refund(refund, RefundWord.RECORDED, Decimal(4)),),
        returns=(Return("back", "cup", 1, word), Return("back", "bowl", 1, ReturnWord.REJECTED)),
    )
    return describe_order(kind, target, FullOrder(order=order, seen=SEEN, customer=None), CONNECTION)


def names(said: MailData) -> list[str]:
    return [line.name for line in said.contents]


@pytest.mark.parametrize("target", ["1", again("1", "6")])
@pytest.mark.parametrize("kind", ["shipped", "tracking_changed"])
def test_a_mail_about_a_parcel_has_its_number_however_often_it_is_sent(kind: str, target: str) -> None:
    said = mail(kind, target)
    assert (said.tracking_number, names(said)) == (NUMBER, ["Cup"])


@pytest.mark.parametrize(("refund", "target"), [("r", "r"), ("r", again("r", "6")), ("a@b", "a@b")])
def test_a_mail_about_a_refund_has_its_amount_however_the_refund_is_called(refund: str, target: str) -> None:
    assert mail("refund", target, refund=refund).refund_amount == Decimal(4)


@pytest.mark.parametrize("word", [ReturnWord.ACCEPTED, ReturnWord.RECEIVED])
def test_each_answer_to_a_return_is_about_the_lines_it_was_given_for(word: ReturnWord) -> None:
    accepted = mail("return_answer", again("back", "accepted"), word=word)
    assert (accepted.return_accepted, names(accepted)) == (True, ["Cup"])
    rejected = mail("return_answer", again("back", "rejected"), word=word)
    assert (rejected.return_accepted, names(rejected)) == (False, ["Bowl"])


def test_a_line_that_is_not_answered_is_in_no_answer() -> None:
    said = mail("return_answer", again("back", "6"), word=ReturnWord.REQUESTED)
    assert (said.return_accepted, names(said)) == (False, ["Bowl"])


def test_an_acceptance_that_is_sent_again_is_an_acceptance() -> None:
    assert mail("return_answer", again("back", "6")).return_accepted
