"""The item of an input, as it is written and read: history, marker and outbox in one (docs/adr/0001)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from shared.orders.allowed import command_name
from shared.orders.changes import Change, Effect, Input, Move, Note, Outcome
from shared.storage import keys
from shared.storage.records import EffectRecord, EffectState, InputRecord

Item = dict[str, Any]

# By the word: a call of the enumeration takes ten times as long.
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_STATES = {state.value: state for state in EffectState}


def input_item(pk: str, sk: str, order_id: str, entry: Input, change: Change, receipt_id: str) -> Item:
    """Return an input's item as it is written first: what happened, and all that it owes as *owed*."""
    received = keys.instant(entry.received_at)
    item: Item = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "outcome": {"S": str(change.outcome)},
        "source": {"S": entry.source},
        "actor": {"S": entry.actor},
        "received_at": {"S": received},
        "log_day": {"S": keys.log_day(entry.connection, entry.received_at)},
        "log_at": {"S": received},
    }
    optional: dict[str, str] = {
        "reason": change.reason,
        "order_id": order_id,
        "receipt_id": receipt_id,
        "command": command_name(type(entry.command)) if entry.command is not None else "",
        "fingerprint": entry.fingerprint,
        "moves": _dump_moves(change.moves),
        "notes": _dump_notes(change.notes),
    }
    item |= {name: {"S": value} for name, value in optional.items() if value}
    if entry.repeats:
        item["repeats"] = {"N": str(entry.repeats)}
    if change.order is not None:
        item["version"] = {"N": str(change.order.version)}
    if change.effects:
        item["effects"] = {"M": {effect.key: _effect_item(effect) for effect in change.effects}}
        item["owed_shard"] = {"S": keys.shard_of(pk)}
        item["owed_at"] = {"S": received}
    return item


def read_input(item: Mapping[str, Any]) -> InputRecord:
    """Return an input's item as a record."""
    texts, effects = _texts(item), item.get("effects")
    text = texts.get
    return InputRecord(
        pk=texts["pk"],
        sk=texts["sk"],
        outcome=_OUTCOMES[texts["outcome"]],
        reason=text("reason", ""),
        source=text("source", ""),
        actor=text("actor", ""),
        received_at=keys.read_instant(texts["received_at"]),
        order_id=text("order_id", ""),
        version=_number(item, "version"),
        repeats=_number(item, "repeats"),
        receipt_id=text("receipt_id", ""),
        command=text("command", ""),
        fingerprint=text("fingerprint", ""),
        moves=_read_moves(text("moves", "[]")),
        notes=_read_notes(text("notes", "[]")),
        effects=tuple([_read_effect(key, value["M"]) for key, value in sorted(effects["M"].items())])
        if effects
        else (),
    )


def _effect_item(effect: Effect) -> Item:
    fields: Item = {"state": {"S": str(EffectState.OWED)}}
    if effect.data:
        fields["data"] = {"M": {name: {"S": value} for name, value in effect.data}}
    return {"M": fields}


def _read_effect(key: str, fields: Mapping[str, Any]) -> EffectRecord:
    text = _texts(fields).get
    lease, again, tried = text("lease_until"), text("again_at"), text("first_tried_at")
    return EffectRecord(
        key=key,
        state=_STATES[text("state", "")],
        attempt=_number(fields, "attempt"),
        lease_until=keys.read_instant(lease) if lease else None,
        again_at=keys.read_instant(again) if again else None,
        first_tried_at=keys.read_instant(tried) if tried else None,
        claimant=text("claimant", ""),
        proof=text("proof", ""),
        reason=text("reason", ""),
        data={name: value["S"] for name, value in fields["data"]["M"].items()} if "data" in fields else {},
    )


def _dump_moves(moves: tuple[Move, ...]) -> str:
    if not moves:
        return ""
    rows = [[m.rule, m.source, m.target, *([1] if m.caught_up else [])] for m in moves]
    return to_json(rows).decode()


def _dump_notes(notes: tuple[Note, ...]) -> str:
    if not notes:
        return ""
    rows = [[n.about, n.outcome, *([n.detail] if n.detail else [])] for n in notes]
    return to_json(rows).decode()


# The same few steps and notes stand in the records of all orders.
@lru_cache(maxsize=1024)
def _read_moves(text: str) -> tuple[Move, ...]:
    rows = json.loads(text)
    return tuple([Move(rule=row[0], source=row[1], target=row[2], caught_up=len(row) > 3) for row in rows])


@lru_cache(maxsize=1024)
def _read_notes(text: str) -> tuple[Note, ...]:
    rows = json.loads(text)
    return tuple([Note(about=row[0], outcome=row[1], detail=row[2] if len(row) > 2 else "") for row in rows])


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: value["S"] for name, value in item.items() if "S" in value}


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item[name]["N"]) if name in item else 0
