"""What a person reads beside a code: what is the matter with an order, and what to do next.

A code may carry what it is about behind a colon; its row is named by the whole or by the part before, and
``{}`` in it stands for what is behind. Texts hold no value of an order: they are shown in lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.storage.records import EffectState

if TYPE_CHECKING:
    from shared.orders.changes import Note

# fmt: off
ATTENTION: dict[str, str] = {
    # What has to be done in time
    "accept_at_risk": "Accept or refuse it: less than a day is left until the channel's deadline.",
    "accept_late": "It should have been accepted by now. Look at the channel whether it still can be.",
    "ship_at_risk": "Ship it: less than a day is left until the channel's deadline.",
    "ship_late": "It should have left by now. Ship it, or cancel what cannot be shipped.",
    "tracking_missing": "A parcel waits for its tracking number: ship it with one, this channel needs it.",
    # What somebody asks for
    "cancellation_requested": "The buyer wants to cancel: accept_cancellation or reject_cancellation.",
    "data_requested": "The customer asks what is stored about them: docs/runbook.md has the command.",
    "dispute": "The buyer has opened a dispute: answer it at the channel. Until then it stays open.",
    "refund_asked_after_full": "A refund is asked for, but all money went back already: tell the buyer.",
    "return_asked_after_rejection": "A return is asked for that was rejected before: tell the buyer.",
    # What the customer did not get
    "mail_bounced": "A mail came back, nobody has this address: ask the customer, change_address, resend.",
    "mail_complaint": "The customer marked a mail as unwanted: this address gets no more mails.",
    "mail_rejected": "The mail service did not pass a mail on: look at what it holds.",
    "parcel_returned": "A parcel came back. Refund it if that is due, and restock or write off the goods.",
    # Parcels
    "address_changed_too_late": "The address changed after a parcel was booked or had left: check its label.",
    "ambiguous_tracking": "One tracking number was told for several packages: give each its own.",
    "carrier_canceled": "The carrier calls a shipment canceled: ask it, and ship again if it never left.",
    "package_problem": "The channel has trouble with a package: look at it there.",
    # What contradicts what is known here
    "contradiction": "The channel says “{}”, which does not fit what is known here. Compare the two.",
    "contradiction:canceled_after_ready": "Canceled by the channel when packed already: do not let it leave.",
    "contradiction:canceled_after_shipping": "Canceled by the channel when it had left: stop it or await it.",
    "contradiction:canceled_package_scanned": "A canceled package is on its way: the carrier has scanned it.",
    "contradiction:lowered_below_packed": "The channel wants fewer pieces than are packed: unpack them.",
    "contradiction:more_returned_than_shipped": "More pieces are said to come back than had left.",
    "contradiction:more_than_open": "More pieces are said to be shipped than were open.",
    "contradiction:package_went_back": "A package is said to be further back than it is: ask the carrier.",
    "contradiction:refund_rejected": "A refund that is recorded here failed at the channel: look there.",
    "copy_differs": "Pieces or address changed: the shop that ships it was not told. Change its order there.",
    "currency_mismatch": "The channel uses another currency than before: amounts in it are not added up.",
    "deleted_at_channel": "The order is gone at the channel: cancel it here, or go on by hand.",
    "payment_lost": "The payment failed or was given up: hand nothing over before it is paid, or cancel.",
    "quantity_added_after_end": "Pieces were added after the order had ended: make a new order of them.",
    "refunded_above_paid": "More money went back than was paid: check the payments.",
    "total_mismatch": "The lines do not add up to the total: check the prices before you refund.",
    "unmapped_status": "The channel uses a status that is not known here: look at the order there.",
    # Stock
    "stock_short": "Not all pieces are there and none is reserved: buy more, or cancel what is missing.",
    "stock_below_zero": "More left than was counted or free: count again.",
    "stock_below_buffer": "Not accepted by rule, too little would be left: accept or refuse it.",
    "stock_unknown": "Not accepted by rule, a SKU has no stock here: count it, then accept or refuse.",
    # What was to be told or booked
    "channel_refused": "“{}” was refused for good, the effect says why: resend it then, or do it there.",
    "channel_refused:accept": "The channel refused the acceptance: do not ship. Look at the order there.",
    "channel_refused:book": "The carrier does not book the parcel, the effect says why: resend it then.",
    "channel_refused:cancel_booking": "The carrier does not cancel the parcel: cancel it there.",
    "channel_refused:follow": "The carrier does not know the tracking number: check it.",
    "channel_in_doubt": "Nobody knows whether “{}” took place: look there first, then resend or clear this.",
}

NOTES: dict[str, str] = {
    "degraded": "The channel is not told of this ({}): do it there as well.",
    "degraded:refund": "The channel sends no money back on our word: refund it there, or as it was paid.",
    "degraded:answer_cancellation": "The channel is not told the answer: give it there as well.",
    "degraded:answer_return": "The channel is not told the answer: give it there as well.",
}

_LATER = "It is tried again by itself."
_LOOK = "Look there first, then resend it if it is missing."

REASONS: dict[str, str] = {
    # Why no mail went out
    "no_valid_address": "The customer has no address that a mail could go to: change_address, then resend.",
    "suppressed": "Mails to this address came back or were unwanted: it gets no more.",
    "not_prepared": f"What the mail is made of could not be read, or not be written. {_LATER}",
    "package_canceled": "The package was canceled before.",
    "gathered": "Said in another mail, about several parcels.",
    "address_not_verified": f"The mail service does not know the sender yet, or is in its sandbox. {_LATER}",
    "worker_vanished": "It was broken off and may have gone out: resend it if the customer has none.",
    # Why a channel was not told
    "no_api": "This connection has no API: only listened to. Do it at the channel.",
    "degraded": "This channel cannot be told so ({}): do it there.",
    "degraded:no_split": "This channel knows one package an order: it is told when all has left.",
    "nothing_live": "The order was called off before it was made there.",
    "no_copy": "The order is not in the shop that ships it yet.",
    "unknown_to_channel": "The channel does not know this package.",
    "under_way": "What it repeats is still being done: nothing is told twice.",
    "unknown_connection": "The connection is not there any more.",
    "erased": "The customer's data was erased.",
    "waits_for_earlier": f"Something that has to be told before has not been. {_LATER}",
    "missing_credentials": f"The connection has no credentials yet. {_LATER}",
    "http_401": f"The channel does not take the connection's credentials. {_LATER}",
    "http_403": f"The connection's credentials do not allow this. {_LATER}",
    "rate_limited": f"The channel wants us to wait. {_LATER}",
    "http_5": f"The other side has a fault of its own. {_LATER}",
    "no_answer": f"The other side did not answer in time. {_LATER}",
    "connection_failed": f"The other side cannot be reached. {_LATER}",
    "adapter_failed": f"A fault of the hub's own. {_LATER}",
    # Why a parcel was not booked
    "no_address": "The order has no address that a parcel could go to: change_address, then resend.",
    "no_carrier_account": "The connection has no carrier account.",
    "missing_option": "The carrier's connection lacks the option {}: set it, then resend.",
    "service_not_offered": "The account has no such service for this parcel: change its options, resend.",
    "no_label_yet": f"The carrier has not made the label yet. {_LATER}",
}

STATES: dict[EffectState, str] = {
    EffectState.OWED: "Still to be done, by itself.",
    EffectState.CLAIMED: "Being done.",
    EffectState.PENDING: "Told. The channel does not show it yet: it is looked at again.",
    EffectState.DONE: "",
    EffectState.SKIPPED: "There was nothing to do.",
    EffectState.FAILED: "Refused for good. Resend it when the cause is gone.",
    EffectState.AMBIGUOUS: f"Nobody knows whether it took place. {_LOOK}",
}
# fmt: on

IN_DOUBT = "in_doubt:"
_SERVER_FAULT = re.compile(r"^http_5\d\d$", re.ASCII)


def about_attention(code: str) -> str:
    """Return what an attention code says to a person."""
    return _row(ATTENTION, code)


def about_note(note: Note) -> str:
    """Return what a note asks somebody to do, "" where it asks for nothing."""
    if note.outcome == "attention":
        return about_attention(note.detail)
    return _row(NOTES, f"{note.outcome}:{note.detail}")


def about_effect(state: EffectState, reason: str) -> str:
    """Return why an effect is not done and what to do, "" where it is done."""
    if state is EffectState.DONE:
        return ""
    said = _row(REASONS, _SERVER_FAULT.sub("http_5", reason.removeprefix(IN_DOUBT)))
    if not said or state in (EffectState.PENDING, EffectState.CLAIMED):
        return STATES[state]
    if state in (EffectState.FAILED, EffectState.AMBIGUOUS):
        # Given up: what the reason says of another try by itself is over.
        return f"{said.removesuffix(_LATER).rstrip()} {STATES[state]}" if _LATER in said else said
    return said


def _row(rows: Mapping[str, str], code: str) -> str:
    base, _, about = code.partition(":")
    row = rows.get(code) or rows.get(base, "")
    return row.replace("{}", about.replace("_", " "))
