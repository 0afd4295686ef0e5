"""What is computed: fulfillment over every mixture, payment, refund, returns, channel status."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from shared.orders import derive
from shared.orders.facts import PaymentWord, RefundWord, ReturnWord
from shared.orders.model import Line, Order, Package, Refund, Return
from shared.orders.statuses import Fulfillment, PackageStatus, PaymentStatus, Status

P = PackageStatus
UNPACKED = None


def fulfillment(*stages: PackageStatus | None, canceled: int = 0) -> str:
    """One piece for each stage; None: in no package."""
    lines = [Line("L1", ordered=len(stages) + canceled, canceled=canceled)]
    packages = [Package(str(n), stage, (("L1", 1),)) for n, stage in enumerate(stages) if stage is not None]
    return derive.fulfillment_of(lines, packages).value


@pytest.mark.parametrize(
    ("stages", "word"),
    [
        ((UNPACKED,), "unfulfilled"),
        ((P.READY_TO_SHIP, UNPACKED), "partially_ready"),
        ((P.READY_TO_SHIP, P.READY_TO_SHIP), "ready_to_ship"),
        ((P.FULFILLED, UNPACKED), "partially_fulfilled"),
        ((P.FULFILLED, P.READY_TO_SHIP), "partially_fulfilled"),
        ((P.FULFILLED, P.AT_PICKUP_POINT), "fulfilled"),
        ((P.AT_PICKUP_POINT,), "at_pickup_point"),
        ((P.UNABLE_TO_DELIVER,), "unable_to_deliver"),
        ((P.RETURNING,), "returning"),
        ((P.RETURNED,), "returned"),
        ((P.RETURNED, UNPACKED), "partially_fulfilled"),
        ((P.DELIVERED, P.FULFILLED), "partially_delivered"),
        ((P.DELIVERED, UNPACKED), "partially_delivered"),
        ((P.DELIVERED, P.RETURNED), "partially_delivered"),
        ((P.DELIVERED, P.DELIVERED), "delivered"),
    ],
)
def test_fulfillment_of_a_mixture(stages: tuple[PackageStatus | None, ...], word: str) -> None:
    assert fulfillment(*stages) == word


def test_the_untouched_piece_canceled_leaves_ready_to_ship() -> None:
    assert fulfillment(P.READY_TO_SHIP, canceled=1) == "ready_to_ship"


def test_nothing_live_is_canceled() -> None:
    assert fulfillment(canceled=2) == "canceled"


def test_f64_every_combination_of_four_stages_in_up_to_four_packages() -> None:
    rank = {UNPACKED: 0, P.READY_TO_SHIP: 1, P.FULFILLED: 2, P.DELIVERED: 3}
    whole = {0: "unfulfilled", 1: "ready_to_ship", 2: "fulfilled", 3: "delivered"}
    part = {1: "partially_ready", 2: "partially_fulfilled", 3: "partially_delivered"}
    count = 0
    for n in range(1, 5):
        for stages in itertools.product(rank, repeat=n):
            ranks = {rank[stage] for stage in stages}
            expected = whole[min(ranks)] if len(ranks) == 1 else part[max(ranks)]
            assert fulfillment(*stages) == expected, stages
            count += 1
    assert count == 340


@pytest.mark.parametrize("status", [s for s in P if s is not P.CANCELED])
def test_every_stage_alone_is_that_stage(status: PackageStatus) -> None:
    assert fulfillment(status) == Fulfillment(status.value).value


@pytest.mark.parametrize(
    ("total", "captured", "word", "status"),
    [
        ("0", "0", None, "paid"),
        ("0", "1", None, "overpaid"),
        ("10", "0", None, "pending"),
        ("10", "0", PaymentWord.PENDING, "pending"),
        ("10", "0", PaymentWord.AUTHORIZED, "authorized"),
        ("10", "0", PaymentWord.FAILED, "failed"),
        ("10", "0", PaymentWord.VOIDED, "voided"),
        ("10", "0", PaymentWord.PARTIALLY_PAID, "partially_paid"),
        ("10", "4", PaymentWord.FAILED, "partially_paid"),
        ("10", "10", PaymentWord.PENDING, "paid"),
        ("10", "11", None, "overpaid"),
        (None, "0", None, "pending"),
        (None, "0", PaymentWord.PAID, "paid"),
        (None, "0", PaymentWord.AUTHORIZED, "authorized"),
        (None, "5", PaymentWord.PENDING, "partially_paid"),
        (None, "5", PaymentWord.PAID, "paid"),
    ],
)
def test_payment_by_captures_and_by_the_last_word(
    total: str | None, captured: str, word: PaymentWord | None, status: str
) -> None:
    amount = Decimal(total) if total is not None else None
    assert derive.payment_of(amount, Decimal(captured), word) is PaymentStatus(status)


W = RefundWord


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ((), "none"),
        (((W.REJECTED, "5"),), "none"),
        (((W.RECORDED, "0"),), "none"),
        (((W.RECORDED, "4"),), "partial"),
        (((W.RECORDED, "4"), (W.RECORDED, "6")), "full"),
        (((W.RECORDED, "12"),), "full"),
        (((W.RECORDED, "4"), (W.DUE, "6")), "due"),
        (((W.DUE, "6"), (W.REQUESTED, "1")), "requested"),
    ],
)
def test_refund_by_the_open_entry_else_by_the_sums(
    entries: tuple[tuple[RefundWord, str], ...], status: str
) -> None:
    refunds = [Refund(str(n), word, Decimal(amount)) for n, (word, amount) in enumerate(entries)]
    assert derive.refund_of(refunds, Decimal(10)).value == status


R = ReturnWord


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ((), "none"),
        (((R.REQUESTED, 1), (R.ACCEPTED, 1)), "requested"),
        (((R.ACCEPTED, 1), (R.IN_TRANSIT, 1)), "accepted"),
        (((R.IN_TRANSIT, 1), (R.RECEIVED, 1)), "in_transit"),
        (((R.RECEIVED, 1),), "partially_returned"),
        (((R.RESTOCKED, 1), (R.WRITTEN_OFF, 1)), "returned"),
        (((R.RECEIVED, 1), (R.REJECTED, 1)), "partially_returned"),
        (((R.REJECTED, 1),), "rejected"),
        (((R.NOT_RETURNED, 2),), "none"),
    ],
)
def test_returns_over_the_entries(entries: tuple[tuple[ReturnWord, int], ...], status: str) -> None:
    order = Order(
        id="shop-one:1",
        version=1,
        status=Status.SHIPPED,
        currency="EUR",
        total=None,
        lines=(Line("L1", 2),),
        returns=tuple(Return(str(n), "L1", pieces, word) for n, (word, pieces) in enumerate(entries)),
    )
    assert derive.returns(order).value == status


@pytest.mark.parametrize(
    ("word", "amount", "status"),
    [
        (W.REQUESTED, "1", "refunding"),
        (W.DUE, "1", "to_refund"),
        (W.RECORDED, "1", "refunded"),
        (W.REJECTED, "1", "shipped"),
    ],
)
def test_the_channel_status_is_the_refunds_else_the_status(
    word: RefundWord, amount: str, status: str
) -> None:
    order = Order(
        id="shop-one:1",
        version=1,
        status=Status.SHIPPED,
        currency="EUR",
        total=Decimal(1),
        refunds=(Refund("R1", word, Decimal(amount)),),
    )
    assert derive.channel_status(order).value == status
