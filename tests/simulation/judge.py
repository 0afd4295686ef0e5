"""The judge: watches every write to the orders table, and looks at what is left when all is quiet.

It knows the lifecycle from its own tables, not from the product's: a product whose table is wrong is
found wrong here too.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from shared.orders import derive
from shared.orders.keys import command_key, input_key
from shared.orders.model import Order, order_id
from shared.orders.statuses import PackageStatus
from shared.storage import keys
from tests.simulation.cloud import ORDERS
from tests.simulation.stories import Document, Story
from tests.simulation.world import MERCHANT, World, unpack_once
from tests.support.engine import Item

# Lifecycle, section 3: what may follow what, by which rule. "" is no order yet.
_ANY = (
    *("new", "waiting_acceptance", "accepted", "waiting_shipment", "shipped", "closed", "refused"),
    *("canceled", "preparing_pickup", "ready_for_pickup", "picked_up", "pickup_canceled"),
)
_ENDED = ("closed", "canceled", "refused", "pickup_canceled")
LEGAL: dict[str, frozenset[tuple[str, str]]] = {
    "T1": frozenset({("", "new")}),
    "T2": frozenset({("", "waiting_acceptance"), ("new", "waiting_acceptance")}),
    "T3": frozenset({("", "waiting_shipment"), ("new", "waiting_shipment")}),
    "T4": frozenset(("", status) for status in _ANY),
    "T5": frozenset({("waiting_acceptance", "accepted")}),
    "T6": frozenset({("accepted", "waiting_shipment")}),
    "T7": frozenset({("new", "refused"), ("waiting_acceptance", "refused")}),
    "T8": frozenset({("waiting_shipment", "shipped")}),
    "T9": frozenset({("shipped", "waiting_shipment")}),
    "T10": frozenset({("shipped", "closed")}),
    "T11": frozenset({("shipped", "closed")}),
    "T12": frozenset((status, "closed") for status in _ANY if status not in _ENDED),
    "T13": frozenset((status, "canceled") for status in _ANY[:4]),
    "T14": frozenset((status, "canceled") for status in _ANY if status != "canceled"),
    "T15": frozenset({("waiting_shipment", "preparing_pickup")}),
    "T16": frozenset({("preparing_pickup", "ready_for_pickup")}),
    "T17": frozenset({("ready_for_pickup", "picked_up"), ("picked_up", "closed")}),
    "T18": frozenset({("preparing_pickup", "pickup_canceled"), ("ready_for_pickup", "pickup_canceled")}),
}
_P = PackageStatus
# Section 4: where a package may be later, by any number of steps.
_LATER: dict[PackageStatus, frozenset[PackageStatus]] = {
    _P.READY_TO_SHIP: frozenset(_P),
    _P.FULFILLED: frozenset(_P) - {_P.READY_TO_SHIP},
    _P.AT_PICKUP_POINT: frozenset({_P.AT_PICKUP_POINT, _P.DELIVERED, _P.RETURNING, _P.RETURNED}),
    _P.UNABLE_TO_DELIVER: frozenset(_P) - {_P.READY_TO_SHIP},
    _P.RETURNING: frozenset({_P.RETURNING, _P.RETURNED, _P.DELIVERED}),
    _P.DELIVERED: frozenset({_P.DELIVERED}),
    _P.RETURNED: frozenset({_P.RETURNED}),
    _P.CANCELED: frozenset({_P.CANCELED}),
}
_EFFECT_STEPS = {
    ("owed", "claimed"),
    ("owed", "done"),
    ("claimed", "claimed"),
    ("claimed", "owed"),
    ("claimed", "done"),
    ("claimed", "skipped"),
    ("claimed", "failed"),
    ("claimed", "ambiguous"),
}
_FINISHED = frozenset({"done", "skipped", "failed", "ambiguous"})
KINDS = ("lost", "duplicated", "illegal", "diverged", "unfinished", "doubtful")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise. ``kind`` is one of KINDS; *doubtful* is an outcome unknown without a reason."""

    kind: str
    what: str


@dataclass(slots=True)
class Judge:
    """Collects what is wrong with one schedule."""

    violations: list[Violation] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    effects: int = 0
    ambiguous: int = 0
    gathered: int = 0
    _paths: dict[str, str] = field(default_factory=dict)

    def blame(self, kind: str, what: str) -> None:
        """Note a broken promise."""
        self.violations.append(Violation(kind, what))

    # --- at every write

    def on_write(self, pk: str, sk: str, old: Item | None, new: Item | None) -> None:
        """Look at one write to the orders table."""
        if sk == "HEAD":
            self._head(pk, old, new)
        elif sk.startswith("INPUT#"):
            if new is None:
                self.blame("lost", f"{pk} {sk} was deleted")
            elif old is not None:
                self._same_record(f"{pk} {sk}", old, new)
            elif "version" in new:
                self._follow(pk, new)

    def _head(self, pk: str, old: Item | None, new: Item | None) -> None:
        if new is None:
            self.blame("lost", f"{pk} was deleted")
            return
        after = unpack_once(new["state"]["S"])
        version = 0 if old is None else int(old["version"]["N"])
        if after.version != version + 1:
            self.blame("illegal", f"{pk}: version {version} is followed by {after.version}")
        before = self.orders.get(pk)
        self.orders[pk] = after
        packed = _packed(after)
        for line in after.lines:
            live = line.ordered - line.canceled
            if not 0 <= live <= line.ordered or packed.get(line.id, 0) > live:
                self.blame("illegal", f"{pk}: line {line.id} has impossible quantities")
        if before is None:
            return
        for package, later in zip(before.packages, after.packages, strict=False):
            if later.status not in _LATER[package.status]:
                self.blame("illegal", f"{pk}: package {package.status} became {later.status}")
        if len(after.packages) < len(before.packages):
            self.blame("illegal", f"{pk}: a package vanished")
        _keeps(self, pk, before, after)

    def _follow(self, pk: str, record: Item) -> None:
        """Check the moves of one change, and that they lead to the status of the head."""
        after = self.orders.get(pk)
        status = self._paths.get(pk, "")
        for rule, source, target, *_ in _steps(record.get("moves", _NO_MOVES)["S"]):
            if source != status or (source, target) not in LEGAL.get(rule, frozenset()):
                self.blame("illegal", f"{pk}: {rule} {source or 'nothing'} to {target}, from {status}")
            status = target
        self._paths[pk] = status
        if after is None or after.status.value != status or after.version != int(record["version"]["N"]):
            self.blame("illegal", f"{pk}: the change does not lead to the head that was stored with it")
            return
        if record["source"]["S"] == "api" and after.refunded > after.paid:
            self.blame("illegal", f"{pk}: a command refunded {after.refunded} of {after.paid}")

    def _same_record(self, name: str, old: Item, new: Item) -> None:
        for attribute in ("outcome", "version", "moves", "received_at", "source"):
            kept, found = old.get(attribute), new.get(attribute)
            if kept is not found and kept != found:
                self.blame("illegal", f"{name}: {attribute} was rewritten")
        before = old.get("effects", {}).get("M", {})
        after = new.get("effects", {}).get("M", {})
        if before.keys() != after.keys():
            self.blame("illegal", f"{name}: its effects changed")
            return
        for key, effect in before.items():
            step = effect["M"]["state"]["S"], after[key]["M"]["state"]["S"]
            if effect is not after[key] and step[0] != step[1] and step not in _EFFECT_STEPS:
                self.blame("illegal", f"{name}: effect {key} went from {step[0]} to {step[1]}")

    # --- when all is quiet

    def at_the_end(self, world: World, stories: list[Story], ends: dict[str, Any]) -> None:
        """Look at what is left. ``ends`` are the fault-free ends of the stories that converge."""
        items = world.cloud.database.tables[ORDERS].items
        records: dict[str, list[tuple[str, Item]]] = defaultdict(list)
        receipts: Counter[str] = Counter()
        for (pk, sk), item in items.items():
            kind, _, key = sk.partition("#")
            if kind in ("INPUT", "PARKED"):
                records[key].append((pk, item))
                receipts[item.get("receipt_id", {}).get("S", "")] += 1
        for story in stories:
            self._nothing_is_lost(world, story, records, receipts)
        self._history_is_complete(items)
        self._effects_are_finished(world, items)
        for queue in world.cloud.queues.values():
            if queue.messages or queue.dead:
                self.blame("unfinished", "a queue is not empty")
        for story in stories:
            if story.converges:
                pk = f"ORDER#{order_id(story.connection, story.order)}"
                end = projection(self.orders.get(pk))
                if end.get("status") != story.ends:
                    self.blame("diverged", f"{story.name} ends {end.get('status')} instead of {story.ends}")
                elif end != ends[story.order]:
                    self.blame("diverged", f"{story.name}: {difference(ends[story.order], end)}")

    def _nothing_is_lost(
        self,
        world: World,
        story: Story,
        records: dict[str, list[tuple[str, Item]]],
        receipts: Counter[str],
    ) -> None:
        for document in story.documents:
            for key in _keys_of(document) if document.timed else ():
                found = records.get(key, [])
                if len(found) != 1:
                    self.blame("lost", f"{document.name} has {len(found)} outcomes")
                elif found[0][1]["outcome"]["S"] == "parked" and _is_known(world, found[0][0]):
                    self.blame("lost", f"{document.name} is parked for ever")
            same = _names_of(document, story)
            if not any(receipts[receipt] for name in same for receipt in world.accepted.get(name, ())):
                self.blame("lost", f"{document.name} has no outcome")
        for wish in story.wishes:
            order = order_id(story.connection, story.order)
            found = records.get(command_key(order, MERCHANT, wish.once), [])
            told = world.answered.get(wish.once, "nothing")
            if len(found) != 1:
                self.blame("lost", f"command {wish.once} has {len(found)} outcomes")
            elif told != found[0][1]["outcome"]["S"]:
                self.blame("lost", f"command {wish.once}: the merchant was told {told}")

    def _history_is_complete(self, items: dict[tuple[str, str], Item]) -> None:
        versions: dict[str, list[int]] = defaultdict(list)
        for (pk, sk), item in items.items():
            if sk.startswith("INPUT#") and "version" in item:
                versions[pk].append(int(item["version"]["N"]))
        for pk, order in self.orders.items():
            if sorted(versions[pk]) != list(range(1, order.version + 1)):
                self.blame("lost", f"{pk}: versions {sorted(versions[pk])} of {order.version}")

    def _effects_are_finished(self, world: World, items: dict[tuple[str, str], Item]) -> None:
        sent = Counter(world.cloud.mailbox)
        owed: Counter[tuple[str, str]] = Counter()
        owing = [(pk, sk, item["effects"]["M"]) for (pk, sk), item in items.items() if "effects" in item]
        for pk, sk, effects in owing:
            for key, effect in effects.items():
                self.effects += 1
                owed[pk, key] += 1
                state = effect["M"]["state"]["S"]
                if state not in _FINISHED:
                    self.blame("unfinished", f"{pk} {key} is {state}")
                self._mails_fit(key, state, sent.pop((pk, sk, key), 0))
        for (pk, sk), item in items.items():
            if "owed_shard" in item:
                self.blame("unfinished", f"{pk} {sk} is still listed as owing")
        self._gathered_mails_were_sent(owing, Counter(world.cloud.mailbox))
        weather = world.cloud.weather
        if self.ambiguous and not (weather.rate or weather.skew or weather.outage[1]):
            self.blame("doubtful", f"{self.ambiguous} effects are ambiguous, and no call has failed")
        if sent:
            self.blame("duplicated", f"{sum(sent.values())} mails that nobody owed")
        for (pk, key), times in owed.items():
            if times > 1:
                self.blame("duplicated", f"{pk} owes {key} {times} times")

    def _gathered_mails_were_sent(
        self, owing: list[tuple[str, str, Item]], sent: Counter[tuple[str, str, str]]
    ) -> None:
        """A mail that another one stands for was not owed in vain: that other one went out."""
        by_effect = {(pk, key) for pk, _, key in sent}
        for pk, _, effects in owing:
            for key, effect in effects.items():
                other = effect["M"].get("reason", {}).get("S", "").partition("gathered:")[2]
                if other and (pk, other) not in by_effect:
                    self.blame("lost", f"{pk} {key} is said to be told by {other}, which was not sent")
                self.gathered += bool(other)

    def _mails_fit(self, key: str, state: str, mails: int) -> None:
        self.ambiguous += state == "ambiguous"
        if mails > 1:
            self.blame("duplicated", f"{key} was sent {mails} times")
        elif key.startswith("mail/") and (state == "done") != (mails == 1) and state != "ambiguous":
            self.blame("lost" if not mails else "duplicated", f"{key} is {state}, and {mails} were sent")


_NO_MOVES = {"S": "[]"}
_steps = lru_cache(maxsize=4_096)(json.loads)
# By document: they are the same in every schedule.
_KEYS: dict[str, tuple[str, ...]] = {}
_NAMES: dict[str, tuple[str, ...]] = {}


def _keys_of(document: Document) -> tuple[str, ...]:
    if document.name not in _KEYS:
        _KEYS[document.name] = tuple(input_key(document.connection, report) for report in document.reports)
    return _KEYS[document.name]


def _names_of(document: Document, story: Story) -> tuple[str, ...]:
    """Return the names of all that say the same: without a time of their own they are one input."""
    if document.name not in _NAMES:
        said = document.reports, document.body
        names = tuple(other.name for other in story.documents if (other.reports, other.body) == said)
        _NAMES[document.name] = names
    return _NAMES[document.name]


def _is_known(world: World, pk: str) -> bool:
    """True where what a parked input awaits is there."""
    awaited = keys.HEAD if pk.startswith("ORDER#") else keys.PARCEL
    return world.cloud.database.item(ORDERS, pk, awaited) is not None


def _packed(order: Order) -> dict[str, int]:
    packed: dict[str, int] = {}
    for package in order.packages:
        if package.status is not _P.CANCELED:
            for line, pieces in package.contents:
                packed[line] = packed.get(line, 0) + pieces
    return packed


def _keeps(judge: Judge, pk: str, before: Order, after: Order) -> None:
    """What is known is not forgotten: lines, money that moved, refunds made, effects owed."""
    if before.refunds:
        recorded = {(entry.id, entry.amount) for entry in before.refunds if entry.word == "recorded"}
        if not recorded <= {(entry.id, entry.amount) for entry in after.refunds}:
            judge.blame("illegal", f"{pk}: a recorded refund vanished")
    if before.lines != after.lines and not {line.id for line in before.lines} <= {
        line.id for line in after.lines
    }:
        judge.blame("illegal", f"{pk}: a line vanished")
    if not before.owed <= after.owed:
        judge.blame("illegal", f"{pk}: it forgot what it owed")


def projection(order: Order | None) -> dict[str, Any]:
    """Return what the lifecycle promises to be the same in any order of arrival."""
    if order is None:
        return {}
    return {
        "status": order.status.value,
        "payment": derive.payment(order).value,
        "refund": derive.refund(order).value,
        "fulfillment": derive.fulfillment(order).value,
        "returns": derive.returns(order).value,
        "lines": sorted((line.id, line.live) for line in order.lines),
        "packages": sorted(
            (package.status.value, tuple(sorted(package.contents)), package.tracking_number)
            for package in order.packages
            if package.contents and package.status is not _P.CANCELED
        ),
        "paid": _plain(order.paid),
        "refunds": sorted(
            (entry.id, _plain(entry.amount)) for entry in order.refunds if entry.word.value == "recorded"
        ),
        "returned": sorted(
            (entry.id, entry.line_id, entry.quantity, entry.word.value) for entry in order.returns
        ),
        "flags": (order.dispute, order.cancellation_requested, order.erased, order.pickup),
    }


def _plain(amount: Decimal) -> str:
    return str(amount.normalize())


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """Return what is not the same, as text."""
    return "; ".join(
        f"{name} {found.get(name)} instead of {expected.get(name)}"
        for name in expected.keys() | found.keys()
        if expected.get(name) != found.get(name)
    )
