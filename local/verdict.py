"""What became of the scripted day, judged from what the hub stored and what the mailbox holds.

Counted independently of the hub's own claims where that is possible: webhooks by the answers
their senders got, commands by the answers the clerk got, mails by the mailbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from local.ledger import MAIL, Ledger
from local.mailbox import Mail
from local.steps import Ending
from shared.orders import derive
from shared.storage.records import EffectState


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Numbers for the last line, and every way in which the day did not end as it must."""

    orders: int
    events: int
    mails: int
    lost: int
    duplicates: int
    complaints: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing twice, everything as expected."""
        return not self.lost and not self.duplicates and not self.complaints

    @property
    def line(self) -> str:
        """Return the last line of the demo."""
        return (
            f"demo: {self.orders} orders, {self.events} events, {self.mails} mails,"
            f" {self.lost} lost, {self.duplicates} duplicated effects"
        )


def judge(
    ledger: Ledger,
    mailbox: Sequence[Mail],
    *,
    accepted: int,
    commanded: int = 0,
    expected: Sequence[Ending],
) -> Verdict:
    """Compare the ``accepted`` webhooks, the commands, the ledger and the mailbox with what was ``expected``.

    ``commanded`` counts the commands that were done or refused, each once however often it was sent.
    """
    lost = max(0, accepted - ledger.received) + max(0, commanded - ledger.commanded)
    duplicates = (
        max(0, ledger.received - accepted)
        + max(0, ledger.commanded - commanded)
        + _owed_twice(ledger)
        + _without_an_effect(ledger, mailbox)
    )
    complaints: list[str] = []
    sent = _sent_by_order(ledger, mailbox)
    for ending in expected:
        wanted, got = Counter(ending.mails), sent.pop(ending.order, Counter())
        lost += (wanted - got).total()
        duplicates += sum(count for kind, count in (got - wanted).items() if kind in wanted)
        complaints += _complaints_of(ledger, ending, wanted, got)
    complaints += [f"{order}: nobody expected {', '.join(got.elements())}" for order, got in sent.items()]
    known = {ending.order for ending in expected}
    complaints += [f"{order.id}: nobody expected it" for order in ledger.orders if order.id not in known]
    complaints += _not_done(ledger, expected)
    return Verdict(
        orders=len(ledger.orders),
        events=accepted,
        mails=len(mailbox),
        lost=lost,
        duplicates=duplicates,
        complaints=tuple(complaints),
    )


def _complaints_of(ledger: Ledger, ending: Ending, wanted: Counter[str], got: Counter[str]) -> list[str]:
    order = next((order for order in ledger.orders if order.id == ending.order), None)
    found = order.status.value if order else "not there"
    complaints = [] if found == ending.status else [f"{ending.order} is {found}, not {ending.status}"]
    if order and (refund := derive.refund(order).value) != ending.refund:
        complaints.append(f"{ending.order} has the refund {refund}, not {ending.refund}")
    if wanted - got:
        complaints.append(f"{ending.order} lacks the mails {', '.join((wanted - got).elements())}")
    if got - wanted:
        complaints.append(f"{ending.order} has too many mails: {', '.join((got - wanted).elements())}")
    return complaints


def _not_done(ledger: Ledger, expected: Sequence[Ending]) -> list[str]:
    """Return every effect that is not done, except the mails to withhold, and of those the ones that are."""
    withheld = Counter((ending.order, kind) for ending in expected for kind in ending.withheld)
    complaints = []
    for record in ledger.records:
        for effect in record.effects:
            key = (record.order_id, effect.key.partition("/")[2].partition("/")[0])
            if effect.key.startswith(MAIL) and effect.reason == "suppressed" and withheld[key]:
                withheld[key] -= 1
            elif effect.state is not EffectState.DONE:
                complaints.append(
                    f"{record.order_id}: {effect.key} is {effect.state.value} {effect.reason}".rstrip()
                )
    return complaints + [f"{order}: {kind} was not withheld" for order, kind in withheld.elements()]


def _sent_by_order(ledger: Ledger, mailbox: Sequence[Mail]) -> dict[str, Counter[str]]:
    """Return the mails that are both marked as sent and in the mailbox, by order and kind."""
    arrived = {mail.id for mail in mailbox}
    sent: dict[str, Counter[str]] = {}
    for record, effect in ledger.mails():
        if effect.state is EffectState.DONE and effect.proof in arrived:
            sent.setdefault(record.order_id, Counter())[effect.key.split("/")[1]] += 1
    return sent


def _without_an_effect(ledger: Ledger, mailbox: Sequence[Mail]) -> int:
    """How many mails went out that are not the one mail of an effect."""
    proofs = {effect.proof for _, effect in ledger.mails()}
    return sum(mail.id not in proofs for mail in mailbox)


def _owed_twice(ledger: Ledger) -> int:
    owed = Counter((record.pk, effect.key) for record in ledger.records for effect in record.effects)
    return sum(count - 1 for count in owed.values())
