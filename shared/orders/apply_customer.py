"""What concerns the customer and not the goods: mails that did not arrive, and their own data."""

from __future__ import annotations

from dataclasses import replace

from shared.orders.changes import Change, Note
from shared.orders.facts import MailReported, MailWord, PrivacyAsked, PrivacyWord
from shared.orders.model import NO_CURSOR
from shared.orders.workbench import Workbench

# Which words somebody has to look at, and under which code. The others are kept in the history.
MAIL_ATTENTION: dict[MailWord, str] = {
    MailWord.DELAYED: "",
    MailWord.BOUNCED_FOR_NOW: "",
    MailWord.BOUNCED: "mail_bounced",
    MailWord.COMPLAINED: "mail_complaint",
    MailWord.REJECTED: "mail_rejected",
}


def apply_mail(bench: Workbench, fact: MailReported) -> None:
    """Keep what the mail service said of a mail; ask for a look where the customer did not get it."""
    code = MAIL_ATTENTION[fact.word]
    if code:
        bench.attend(code, fact.effect)
    else:
        bench.note(fact.effect, "applied", fact.word.value)


def apply_privacy(bench: Workbench, fact: PrivacyAsked) -> None:
    """Forget the customer, or ask for a look: what is stored is handed out by the merchant."""
    if fact.word is PrivacyWord.EXPORT:
        bench.attend("data_requested")
    else:
        bench.note("customer", "applied", "erased")
        erase(bench)


def forgotten(change: Change) -> Change:
    """Return a change without the customer whom it would store, and who was forgotten before."""
    if change.order is None or change.order.erased:
        return change
    kept = tuple(entry for entry in change.order.deadlines if entry.kind != "erase")
    order = replace(change.order, erased=True, address_seen=NO_CURSOR, deadlines=kept)
    note = Note(about="customer", outcome="applied", detail="erased")
    return replace(change, order=order, customer=None, notes=(*change.notes, note))


def erase(bench: Workbench) -> None:
    """Forget the customer: their item goes in the same write, and no later document brings them back."""
    bench.erased = True
    bench.address_seen = NO_CURSOR
    bench.drop_deadlines("erase")
