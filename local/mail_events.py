"""Play Amazon SES: the local one takes mails and says nothing of them, so its words are injected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from local.deploy import Stack
from local.ledger import Ledger
from shared.notifications.build import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, tag_value
from shared.storage import keys
from shared.storage.records import EffectState


def events_of(ledger: Ledger, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the SEND event of each mail that the ledger knows, as the template's rule passes it on."""
    wanted = set(ids)
    return [
        event("Send", effect.proof, record.order_id, record.sk.removeprefix(keys.INPUT), effect.key)
        for record, effect in ledger.mails()
        if effect.state is EffectState.DONE and effect.proof in wanted
    ]


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
        "tags": {name: [tag_value(text)] for name, text in tags.items() if text},
        **({"bounce": bounce} if bounce else {}),
    }


def play(stack: Stack, events: Sequence[dict[str, Any]]) -> list[str]:
    """Hand events to the function that records them; return what it made of each."""
    function = stack.physical("RecordMailFeedbackFunction")
    answers = []
    for said in events:
        answer = stack.clients.functions.invoke(FunctionName=function, Payload=json.dumps(said).encode())
        answers.append(json.loads(answer["Payload"].read()).get("recorded", "failed"))
    return answers
