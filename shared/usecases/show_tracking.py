"""Show a customer where their parcels are, and take their wish to send something back.

Whoever has the link sees the page: it holds no name and no address. A return is asked for with a check that
the asker knows the order: its number, and its postal code or mail address. Five tries an hour for each order;
what the domain does not allow is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection
from shared.notifications.locales import choose_locale
from shared.orders.changes import Outcome
from shared.orders.commands import RequestReturn
from shared.orders.model import connection_of
from shared.pages.render import REASONS, render_notice, render_page
from shared.pages.tokens import read_token
from shared.storage.store import FullOrder
from shared.usecases.describe_order import branding_of
from shared.usecases.describe_page import describe_page
from shared.usecases.inbox_desk import InboxDesk
from shared.usecases.run_command import CommandRequest, run_command

SOURCE = "tracking_page"
MAX_FIELDS = 200


class Tries(Protocol):
    """Counts what is tried at an order's door."""

    def take(self, order_id: str) -> bool:
        """Count one more try; False where there were too many within the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingDesk:
    """What the page needs."""

    inbox: InboxDesk
    key: Callable[[], bytes]
    tries: Tries


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An HTML page with its status."""

    status: int
    html: str
    order_id: str = ""


def show_tracking(token: str, desk: TrackingDesk, *, languages: Sequence[str] = ()) -> PageAnswer:
    """Return the page behind a link: 404 for a link that is not ours, 410 where the order was erased.

    ``languages`` are what the reader's browser asks for: they are spoken where the customer's is not known.
    """
    found = _find(token, desk, languages)
    return found if isinstance(found, PageAnswer) else _page(found, desk)


def ask_return(
    token: str, form: Sequence[tuple[str, str]], desk: TrackingDesk, *, languages: Sequence[str] = ()
) -> PageAnswer:
    """Ask for a return with what was typed into the form, and return the page with what became of it."""
    found = _find(token, desk, languages)
    if isinstance(found, PageAnswer):
        return found
    full, connection = found.full, found.connection
    order = full.order
    fields = dict(form[:MAX_FIELDS])
    lines, reason = tuple(_chosen(form)), fields.get("reason", "")

    def again(status: int, message: str) -> PageAnswer:
        return _page(found, desk, status=status, message=message, chosen=dict(lines), reason=reason)

    if not desk.tries.take(order.id):
        return again(429, "too_many")
    if not _is_the_customer(full, fields):
        return again(422, "check_failed")
    if not lines:
        return again(422, "nothing_chosen")
    # The same form sent twice is one wish: it shows the version that its reader saw.
    typed = repr((order.id, fields.get("version", ""), lines, reason))
    key = hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    result = run_command(
        CommandRequest(
            order_id=order.id,
            command=RequestReturn(
                return_id=f"page-{key[:12]}", lines=lines, reason=reason if reason in REASONS else "other"
            ),
            who="customer",
            idempotency_key=key,
            source=SOURCE,
        ),
        desk.inbox,
    )
    if result.outcome is Outcome.REFUSED:
        return again(422, "refused")
    return _page(_Found(replace(full, order=result.order), connection), desk, message="done", is_good=True)


@dataclass(frozen=True, slots=True)
class _Found:
    full: FullOrder
    connection: Connection


def _find(token: str, desk: TrackingDesk, languages: Sequence[str]) -> _Found | PageAnswer:
    not_found = PageAnswer(404, render_notice("not_found", locale=choose_locale(*languages).code))
    order_id = read_token(token, desk.key())
    full = desk.inbox.store.read_full(order_id) if order_id else None
    if order_id is None or full is None or full.seen is None:
        return not_found
    try:
        connection = desk.inbox.connections.get(connection_of(order_id))
    except UnknownConnectionError:
        return not_found
    if full.order.erased or full.customer is None:
        locale = choose_locale(*languages, connection.settings.locale).code
        gone = render_notice("gone", locale=locale, branding=branding_of(connection))
        return PageAnswer(410, gone, order_id)
    return _Found(full, connection)


def _page(
    found: _Found,
    desk: TrackingDesk,
    *,
    status: int = 200,
    message: str = "",
    is_good: bool = False,
    chosen: Mapping[str, int] = MappingProxyType({}),
    reason: str = "",
) -> PageAnswer:
    full, connection = found.full, found.connection
    history = desk.inbox.store.history(full.order.id)
    page = replace(
        describe_page(full, connection, history, chosen=chosen),
        reason=reason if reason in REASONS else "",
        message=message,
        is_good=is_good,
    )
    locale = choose_locale(full.customer.locale if full.customer else "", connection.settings.locale).code
    return PageAnswer(
        status, render_page(page, locale=locale, branding=branding_of(connection)), full.order.id
    )


def _chosen(form: Sequence[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    for name, value in form[:MAX_FIELDS]:
        pieces = value.strip()
        if name.startswith("line:") and re.fullmatch(r"[0-9]{1,5}", pieces) and int(pieces):
            yield name.removeprefix("line:"), int(pieces)


def _is_the_customer(full: FullOrder, fields: Mapping[str, str]) -> bool:
    """Return whether the order's number, and its postal code or mail address, were typed. Constant time."""
    customer, seen = full.customer, full.seen
    if customer is None or seen is None:
        return False
    secrets = [customer.email] + [
        address.postal_code for address in (customer.shipping, customer.billing) if address
    ]
    number = _same(fields.get("number", ""), seen.number)
    known = [_same(fields.get("secret", ""), secret) for secret in secrets]
    return number and any(known)


def _same(typed: str, known: str) -> bool:
    plain = _plain(known)
    # An empty secret is known to everybody.
    return hmac.compare_digest(_plain(typed), plain) and bool(plain)


def _plain(text: str) -> bytes:
    """Return what people mean: without space, hash and case."""
    return re.sub(r"[\s#]+", "", text).casefold().encode("utf-8", "surrogatepass")
