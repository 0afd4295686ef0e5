"""Play Amazon SES: the local one takes mails and says nothing of them, so its words are injected.

On AWS an event finds its order by the tags of the mail; the local SES keeps none, so they are made again from
the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.deploy import Stack
from local.errors import LocalError
from local.ledger import Ledger
from local.mail_sayings import SAYINGS
from local.mailbox import Mail
from shared.notifications.tags import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, write_tags
from shared.storage import keys
from shared.storage.address_book import AddressDigest
from shared.storage.records import EffectState
from shared.storage.signing_key import SigningKey

BOUNCES = "bounce@"
"""How an address begins to which no mail is delivered in a local run."""
_HANDS = 4


def first_words(mail: Mail) -> tuple[str, ...]:
    """Return what SES says of a mail by itself: that it was sent, and delivered or not."""
    return ("send", "bounce" if mail.to.startswith(BOUNCES) else "delivery")


def wanted(mails: Sequence[Mail], asked: str) -> list[Mail]:
    """Return the mails to an address, or the one of an id. Raises LocalError where there is none."""
    found = [mail for mail in mails if asked in (mail.id, mail.to)]
    if not found:
        raise LocalError(f"No mail went to {asked}, and none has this id. Mails so far: {len(mails)}.")
    return found


def events_of(
    ledger: Ledger, mails: Sequence[Mail], saying: str, digest: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return the event of each mail that the ledger knows, as the template's rule passes it on."""
    known = {
        effect.proof: (record, effect)
        for record, effect in ledger.mails()
        if effect.state is EffectState.DONE and effect.proof
    }
    said, bounce = SAYINGS[saying]
    events = []
    for mail in mails:
        if mail.id in known:
            record, effect = known[mail.id]
            input_key = record.sk.removeprefix(keys.INPUT)
            about = (mail.id, record.order_id, input_key, effect.key)
            events.append(event(said, *about, recipient=digest(mail.to), bounce=bounce))
    return events


def digest_of(stack: Stack) -> AddressDigest:
    """Return what the stack knows addresses by. Its key is made with the first order or mail."""

    def no_new_key() -> str:
        raise LocalError("There is no key for addresses yet: no mail has gone out.")

    return AddressDigest(
        SigningKey(lambda: stack.clients.ssm, f"/orderhub/{stack.name}/address-key", no_new_key)
    )


def event(
    said: str,
    message_id: str,
    order: str,
    input_key: str,
    effect: str,
    *,
    recipient: str = "",
    bounce: str = "",
) -> dict[str, Any]:
    """Return one event about a mail."""
    tags = {ORDER_TAG: order, INPUT_TAG: input_key, EFFECT_TAG: effect, RECIPIENT_TAG: recipient}
    return {
        "event": said,
        "message_id": message_id,
        "tags": {name: [text] for name, text in write_tags(tags).items()},
        **({"bounce": bounce} if bounce else {}),
    }


def play(stack: Stack, events: Sequence[dict[str, Any]]) -> list[str]:
    """Hand events to the function that records them; return what it made of each."""
    function = stack.physical("RecordMailFeedbackFunction")

    def hand_over(said: dict[str, Any]) -> str:
        answer = stack.clients.functions.invoke(FunctionName=function, Payload=json.dumps(said).encode())
        recorded: str = json.loads(answer["Payload"].read()).get("recorded", "failed")
        return recorded

    with ThreadPoolExecutor(_HANDS) as hands:
        return list(hands.map(hand_over, events))
