"""Record what the mail service says of a mail: that it was sent after all, or that it did not arrive.

A mail carries what it is about as message tags (:mod:`shared.notifications.build`), so its events find the
effect that owed it without a search. Any event proves that the mail was sent: what was *claimed* or
*ambiguous* is done then. What went wrong is a fact of the order's history, once for each mail and word;
an address that does not exist, or whose owner complained, gets no more mails from this hub.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.orders.changes import Input
from shared.orders.facts import MailReported, MailWord, Report
from shared.orders.keys import input_key
from shared.orders.model import connection_of, external_id_of
from shared.storage import keys
from shared.usecases.apply_input import apply_input
from shared.usecases.inbox_desk import InboxDesk

SOURCE = "mail_feedback"

# What Amazon SES's events mean: "Amazon SES developer guide, Contents of event data". A bounce is told apart
# by its type: Permanent, Transient or Undetermined. What is not here proves that the mail was sent, no more.
WORDS: dict[tuple[str, str], MailWord] = {
    ("DeliveryDelay", ""): MailWord.DELAYED,
    ("Bounce", "Permanent"): MailWord.BOUNCED,
    ("Bounce", "Transient"): MailWord.BOUNCED_FOR_NOW,
    ("Bounce", "Undetermined"): MailWord.BOUNCED_FOR_NOW,
    ("Complaint", ""): MailWord.COMPLAINED,
    ("Reject", ""): MailWord.REJECTED,
}
SUPPRESSES = frozenset({MailWord.BOUNCED, MailWord.COMPLAINED})


class Suppressing(Protocol):
    """Where suppressed addresses are kept."""

    def suppress(self, digest: str, reason: str, at: datetime) -> None:
        """Let an address get no more mails."""


class Recorded(StrEnum):
    """What became of an event."""

    PROVEN = "proven"  # the mail was in doubt, and is sent
    REPORTED = "reported"  # it stands in the order's history
    KNOWN = "known"  # nothing new
    UNMATCHED = "unmatched_bounce"  # not about a mail that this hub owes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFeedback:
    """One event of the mail service, without an address.

    ``event`` and ``bounce`` are SES's words; ``order_id``, ``input_key``, ``effect`` and ``recipient`` (a
    digest) are what the mail was tagged with, "" where it was not.
    """

    event: str
    message_id: str
    bounce: str = ""
    order_id: str = ""
    input_key: str = ""
    effect: str = ""
    recipient: str = ""


def record_mail_feedback(feedback: MailFeedback, desk: InboxDesk, addresses: Suppressing) -> Recorded:
    """Record one event; the same again changes nothing. Raises LostRaceError, StoreBusyError."""
    pk, sk = keys.order_pk(feedback.order_id), keys.input_sk(feedback.input_key)
    record = desk.store.read_input(pk, sk) if feedback.order_id and feedback.input_key else None
    effect = record.effect(feedback.effect) if record else None
    if record is None or effect is None:
        return Recorded.UNMATCHED
    proven = desk.store.prove(record, feedback.effect, proof=feedback.message_id, now=desk.now())
    word = WORDS.get((feedback.event, feedback.bounce))
    if word is None:
        return Recorded.PROVEN if proven else Recorded.KNOWN
    if word in SUPPRESSES and feedback.recipient:
        addresses.suppress(feedback.recipient, word.value, desk.now())
    fact = MailReported(
        message_id=feedback.message_id,
        effect=feedback.effect,
        word=word,
        raw=f"{feedback.event}{feedback.bounce}",
    )
    report = Report(facts=(fact,), order_external_id=external_id_of(feedback.order_id))
    connection = connection_of(feedback.order_id)
    applied = apply_input(
        feedback.order_id,
        Input(
            key=input_key(connection, report),
            connection=connection,
            source=SOURCE,
            actor=connection,
            received_at=desk.now(),
            report=report,
        ),
        rules=desk.rules_of(connection),
        store=desk.store,
        now=desk.now,
        pause=desk.pause,
    )
    return Recorded.KNOWN if applied.repeated else Recorded.REPORTED
