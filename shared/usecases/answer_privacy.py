"""Answer what a customer asks of their own data: forget it, or let the merchant hand it out.

Each order is an input of its own with its outcome, so a run that ends half-way is finished by the next one
and changes nothing twice. An erasure is written into the ledger before it is done, for a table that is
restored later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from shared.adapters import privacy_of
from shared.connections.errors import UnknownConnectionError
from shared.orders.changes import Input, Outcome
from shared.orders.facts import PrivacyAsked, PrivacyWord, Report
from shared.orders.keys import input_key
from shared.orders.model import connection_of, external_id_of
from shared.orders.model import order_id as make_order_id
from shared.orders.rules import Rules
from shared.orders.values import value
from shared.storage.erasures import UnderWay
from shared.usecases.apply_input import Applied, apply_input
from shared.usecases.apply_receipt import apply_report, record_unread
from shared.usecases.failed_inputs import forget_failed
from shared.usecases.forget_labels import forget_labels
from shared.usecases.inbox_desk import InboxDesk
from shared.wire.adapter import PrivacyModule
from shared.wire.errors import UnusableError
from shared.wire.privacy import PrivacyRequest
from shared.wire.receipts import Receipt
from shared.wire.strict_json import parse


class KnownAddresses(Protocol):
    """What is known of mail addresses, by their digests."""

    def digest(self, address: str) -> str:
        """Return what an address is known by, "" for none. Raises KeyUnavailableError."""

    def orders_of(self, digest: str) -> Iterator[str]:
        """Yield the ids of the orders whose customer has this address."""

    def orders_of_account(self, connection: str, account: str) -> Iterator[str]:
        """Yield the ids of a connection's orders whose customer has this account there."""

    def account_digest(self, connection: str, account: str) -> str:
        """Return what a customer's account at a channel is known by. Raises KeyUnavailableError."""

    def forget(self, digest: str) -> None:
        """Delete all that is known of an address itself."""


class Ledger(Protocol):
    """The ledger of erasures."""

    def add(self, order_id: str, at: datetime) -> None:
        """Note that an order is erased."""

    def add_account(self, digest: str, at: datetime) -> None:
        """Note that a channel's account was deleted."""

    def all(self) -> Iterator[str]:
        """Yield the ids of all orders that were erased on request."""

    def begin(self, connection: str, request: str) -> None:
        """Note that all customers of a connection are to be forgotten."""

    def under_way(self) -> list[UnderWay]:
        """Return the connections whose customers are being forgotten."""

    def move(self, connection: str, position: str) -> None:
        """Note how far that has come."""

    def end(self, connection: str) -> None:
        """Note that it is done."""


@value(frozen=True, slots=True, kw_only=True)
class PrivacyDesk:
    """What answering needs."""

    inbox: InboxDesk
    addresses: KnownAddresses
    ledger: Ledger


def answer_privacy(
    asked: PrivacyRequest, desk: PrivacyDesk, *, source: str, connection: str = "", receipt_id: str = ""
) -> list[Applied]:
    """Answer a request for every order it concerns; return the outcomes, one an order.

    ``connection`` is the channel that passed it on: only its orders are concerned. "" for the merchant's own
    request, which concerns them all. Raises KeyUnavailableError, LostRaceError, StoreBusyError.
    """
    digest = desk.addresses.digest(asked.email)
    if asked.word is PrivacyWord.ERASE:
        # Before its orders are looked for: what is stored from now on finds the note.
        for account in asked.accounts:
            desk.ledger.add_account(desk.addresses.account_digest(connection, account), desk.inbox.now())
    named = [make_order_id(connection, order) for order in asked.orders] if connection else []
    found = desk.addresses.orders_of(digest) if digest else iter(())
    known = [
        order for account in asked.accounts for order in desk.addresses.orders_of_account(connection, account)
    ]
    orders = dict.fromkeys([*named, *(order for order in found if _concerns(order, connection)), *known])
    outcomes = [
        answer_order(order, asked.word, asked.request, desk, source=source, receipt_id=receipt_id)
        for order in orders
    ]
    if asked.everyone:
        # More than one run can do: erase_connections goes on with it.
        desk.ledger.begin(connection, asked.request)
    if asked.word is PrivacyWord.ERASE and digest and not connection:
        desk.addresses.forget(digest)
    return outcomes


def is_private(receipt: Receipt) -> bool:
    """Return whether a document passes on what a customer asks: it names them, and is kept nowhere."""
    return _privacy_of(receipt) is not None


def _privacy_of(receipt: Receipt) -> PrivacyModule | None:
    found = privacy_of(receipt.kind)
    return found if found is not None and receipt.topic in found.PRIVACY_TOPICS else None


def answer_if_private(receipt: Receipt, body: bytes, desk: PrivacyDesk) -> list[Applied] | None:
    """Answer a document by which a channel passes such a request on; None for any other document.

    Raises as :func:`answer_privacy`, and UnknownConnectionError.
    """
    privacy = _privacy_of(receipt)
    if privacy is None:
        return None
    try:
        asked = privacy.privacy_request(parse(body)[0], receipt.topic)
    except UnusableError as error:
        return [record_unread(receipt, body, Outcome.QUARANTINED, error.code, desk.inbox)]
    outcomes = answer_privacy(
        asked, desk, source=receipt.source, connection=receipt.connection, receipt_id=receipt.receipt_id
    )
    record = record_unread(receipt, body, Outcome.IGNORED, receipt.topic, desk.inbox)
    return [*outcomes, record]


def replay_erasures(desk: PrivacyDesk) -> list[str]:
    """Erase once more what was erased on request; return the orders that were whole again."""
    return [order for order in desk.ledger.all() if _has_customer(order, desk) and _replay(order, desk)]


def _replay(order: str, desk: PrivacyDesk) -> bool:
    applied = answer_order(order, PrivacyWord.ERASE, "replay", desk, source="replay")
    return applied.outcome is Outcome.APPLIED


def _has_customer(order: str, desk: PrivacyDesk) -> bool:
    full = desk.inbox.store.read_full(order)
    return full is not None and not full.order.erased


def _concerns(order: str, connection: str) -> bool:
    return not connection or connection_of(order) == connection


def answer_order(
    order: str, word: PrivacyWord, request: str, desk: PrivacyDesk, *, source: str, receipt_id: str = ""
) -> Applied:
    """Answer a request for one order. Raises LostRaceError, StoreBusyError."""
    if word is PrivacyWord.ERASE:
        # First: what is noted and not erased is finished by the next run, the other way round nobody would.
        desk.ledger.add(order, desk.inbox.now())
        found = desk.inbox.store.read(order).order
        forget_labels(found, desk.inbox)
        forget_failed(order, found, desk.inbox)
    report = Report(
        facts=(PrivacyAsked(request=request, word=word),), order_external_id=external_id_of(order)
    )
    try:
        connection = desk.inbox.connections.get(connection_of(order))
    except UnknownConnectionError:
        return _answer_alone(order, report, desk.inbox, source=source, receipt_id=receipt_id)
    return apply_report(
        report,
        connection=connection,
        source=source,
        received_at=desk.inbox.now(),
        receipt_id=receipt_id,
        desk=desk.inbox,
    )


def _answer_alone(order: str, report: Report, desk: InboxDesk, *, source: str, receipt_id: str) -> Applied:
    """Answer for an order whose connection is gone: its customer may ask all the same."""
    name = connection_of(order)
    entry = Input(
        key=input_key(name, report),
        connection=name,
        source=source,
        actor=name,
        received_at=desk.now(),
        report=report,
    )
    rules = Rules(own_shop=False)
    return apply_input(
        order, entry, rules=rules, store=desk.store, now=desk.now, pause=desk.pause, receipt_id=receipt_id
    )


def orders_of_address(email: str, desk: PrivacyDesk) -> list[str]:
    """Return the ids of all orders that belong to an address, oldest id first."""
    digest = desk.addresses.digest(email)
    return sorted(desk.addresses.orders_of(digest)) if digest else []
