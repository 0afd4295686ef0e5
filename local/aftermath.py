"""What is looked at when the scripted day is over: the simulated channels, the mails' links, the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.channels.demo import document_of, field_of
from local.channels.server import ServedChannel
from local.deploy import Stack
from local.ledger import MAIL, Ledger
from local.mail_events import digest_of, events_of, first_words, play
from local.mailbox import Mail
from local.market import STANDINGS
from local.pages import links_in, page_url
from local.parcels import BOOKINGS, PARCEL_STANDINGS

LINKING = frozenset(
    {"shipped", "tracking_changed", "delivery_problem", "ready_for_pickup", "delivered", "return_answer"}
)
"""Kinds of mails that link to the order's page: those about a parcel, and the answer to a return."""


def complaints_at_the_end(
    stack: Stack, ledger: Ledger, mails: Sequence[Mail], channels: Mapping[str, ServedChannel]
) -> list[str]:
    """Return in what the channels and the mails are not as they must be."""
    urls = {order.id: page_url(stack, order.id) for order in ledger.orders}
    return [
        *_of_channels(channels),
        *_of_the_mail_service(stack, ledger, mails),
        *complaints_of_links(ledger, mails, urls, stack.api_url),
    ]


def complaints_of_labels(labels: Sequence[bytes], channels: Mapping[str, ServedChannel]) -> list[str]:
    """Return in what the labels are not those that the carriers made, one for each booking."""
    made: dict[str, Mapping[str, bytes]] = {name: _labels_of(channels[name]) for name in BOOKINGS}
    known = [label for found in made.values() for label in found.values()]
    return [
        f"{name} made {len(made[name])} labels, not {count}"
        for name, count in BOOKINGS.items()
        if len(made[name]) != count
    ] + ["a label is not what its carrier made" for label in labels if label not in known]


def complaints_of_links(
    ledger: Ledger, mails: Sequence[Mail], urls: Mapping[str, str], api_url: str
) -> list[str]:
    """Return which mails do not link to the page of their order (``urls``) as they must.

    The pages themselves are fetched from there: an address that opens is not tried for each mail.
    """
    texts = {mail.id: mail.text for mail in mails}
    complaints = []
    for record, effect in ledger.mails():
        if effect.proof in texts:
            found = links_in(texts[effect.proof], api_url)
            kind = effect.key.removeprefix(MAIL).partition("/")[0]
            if found != ([urls[record.order_id]] if kind in LINKING else []):
                complaints.append(f"{record.order_id}: {effect.key} links to {found or 'no page'}")
    return complaints


def _of_channels(channels: Mapping[str, ServedChannel]) -> Iterator[str]:
    for standing in (*STANDINGS, *PARCEL_STANDINGS):
        found = field_of(document_of(channels[standing.channel], standing.order), standing.field)
        if found != standing.value:
            yield f"{standing.channel}: {standing.order} shows {standing.field} {found}, not {standing.value}"
    for name, channel in channels.items():
        if channel.faults.waiting:
            yield f"{name}: {channel.faults.waiting} planned faults did not happen"
        if channel.given_up:
            yield f"{name}: {channel.given_up} webhooks were not taken"


def _of_the_mail_service(stack: Stack, ledger: Ledger, mails: Sequence[Mail]) -> Iterator[str]:
    """Let SES say of each mail what became of it: nothing was in doubt, so nothing may change."""
    digest = digest_of(stack)
    events: list[dict[str, Any]] = []
    for mail in mails:
        for saying in first_words(mail):
            events += events_of(ledger, [mail], saying, digest)
    for word in play(stack, events):
        if word != "known":
            yield f"SES's word of a mail was {word}, not known"


def _labels_of(channel: ServedChannel) -> Mapping[str, bytes]:
    labels: Mapping[str, bytes] = getattr(channel.simulator, "labels", {})
    return labels
