"""Forget all customers of connections that ended: page by page, a page a run, until there is no further one.

A page that is not finished is begun again by the next run; an order that is erased already has its outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.orders.facts import PrivacyWord
from shared.storage.erasures import UnderWay
from shared.storage.lists import ListedOrder
from shared.usecases.answer_privacy import PrivacyDesk, answer_order

PAGE = 100  # orders a run
SOURCE = "erasure"


class ListedOrders(Protocol):
    """The lists of orders, as far as erasing uses them."""

    def listed(self, index: str, value: str, *, after: str, limit: int) -> Sequence[ListedOrder]:
        """Return the keys in one list, latest first, from a position on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDesk:
    """What forgetting a connection's customers needs."""

    privacy: PrivacyDesk
    lists: ListedOrders


def erase_connections(desk: ErasureDesk) -> int:
    """Erase the next page of orders of connections that ended; return how many were looked at.

    One connection that cannot be worked on does not hold up the others: what failed is raised at the end, as
    an ExceptionGroup. The next run begins its page again.
    """
    looked_at = 0
    failures: list[Exception] = []
    for under_way in desk.privacy.ledger.under_way():
        if looked_at >= PAGE:
            break
        try:
            looked_at += _erase_page(under_way, PAGE - looked_at, desk)
        except Exception as error:  # noqa: BLE001  raised below, when all others had their turn
            failures.append(error)
    if failures:
        raise ExceptionGroup("connections whose customers could not be erased", failures)
    return looked_at


def _erase_page(under_way: UnderWay, limit: int, desk: ErasureDesk) -> int:
    page = desk.lists.listed("connection", under_way.connection, after=under_way.position, limit=limit)
    for listed in page:
        answer_order(listed.order_id, PrivacyWord.ERASE, under_way.request, desk.privacy, source=SOURCE)
    if len(page) < limit:
        desk.privacy.ledger.end(under_way.connection)
    else:
        desk.privacy.ledger.move(under_way.connection, page[-1].at)
    return len(page)
