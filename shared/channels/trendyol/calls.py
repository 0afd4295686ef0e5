"""What Trendyol is told: how far its packages are, the seller's tracking numbers, what cannot be supplied.

Trendyol makes the packages and answers a PUT with nothing: everything is read back. A package is found by the
id that Trendyol gave it, else by what is in it. *Picking* comes before *Invoiced*, and further than that only
Trendyol's carrier takes it: what is handed over here is Invoiced there. Numbers of the seller's own carrier
are told where the option ``seller_pays`` is ``yes``; else the parcel bears Trendyol's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.channels.trendyol import client, words
from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Told, take_steps
from shared.wire.http import UnreadableAnswerError

REPEATABLE = frozenset({"ready", "ship", "tracking"})
OWN_REASONS: dict[str, frozenset[str]] = {}

CARRIERS = {  # *Update Tracking Number*: codes of the carriers that a seller may work with
    "yurtici": "YKMP",
    "aras": "ARASMP",
    "surat": "SURATMP",
    "horoz": "HOROZMP",
    "dhl": "DHLECOMMP",
    "ptt": "PTTMP",
    "ceva": "CEVAMP",
    "trendyol_express": "TEXMP",
    "kolay_gelsin": "KOLAYGELSINMP",
}

_SHIPPED = frozenset({words.INVOICED, "Shipped", "AtCollectionPoint", "Delivered", "UnDelivered", "Returned"})
_TOLD = {"ready": _SHIPPED | {words.PICKING}, "ship": _SHIPPED}
"""The statuses of a package in which it has been told of already."""


@dataclass(frozen=True, slots=True)
class _Package:
    """One of an order's packages, as far as calls look at it."""

    id: str
    status: str
    sender_number: str
    lines: Counter[str]
    origins: frozenset[str]  # the packages whose place it took


def perform(call: Call, api: Api) -> Answered:
    """Make one call. Raises ApiError, MissingCredentialError."""
    return _PERFORM[call.name](call, api)


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Read back what became of a call. Raises ApiError, MissingCredentialError."""
    return _LOOK[call.name](call, ticket, api)


def _ready(call: Call, api: Api) -> Answered:
    package = _find(call, "", api)
    refusal = _why_not(package)
    if package is None or refusal:
        return Answered(told=Told.REFUSED, reason=refusal)
    if package.status in _TOLD["ready"]:
        return Answered(told=Told.CONFIRMED, external_id=package.id)
    client.set_status(package.id, words.PICKING, _lines(package.lines), api)
    return Answered(told=Told.PENDING, external_id=package.id, ticket=package.id)


def _ship(call: Call, api: Api) -> Answered:
    package = _find(call, "", api)
    refusal = _why_not(package)
    if package is None or refusal:
        return Answered(told=Told.REFUSED, reason=refusal)
    if _shows_shipment(package, call, api):
        return Answered(told=Told.CONFIRMED, external_id=package.id)
    if package.status == words.CREATED:
        client.set_status(package.id, words.PICKING, _lines(package.lines), api)
    number = _number(call, api)
    if number and number != package.sender_number:
        client.set_tracking(package.id, number, _provider(call), api)
    if package.status in (words.CREATED, words.PICKING):
        client.set_status(package.id, words.INVOICED, _lines(package.lines), api)
    return Answered(told=Told.PENDING, external_id=package.id, ticket=package.id)


def _tracking(call: Call, api: Api) -> Answered:
    number = _number(call, api)
    if not number:
        return Answered(told=Told.REFUSED, reason="carrier_of_trendyol")
    package = _find(call, "", api)
    if package is None:
        return Answered(told=Told.REFUSED, reason="no_such_package")
    if package.sender_number == number:
        return Answered(told=Told.CONFIRMED, external_id=package.id)
    client.set_tracking(package.id, number, _provider(call), api)
    return Answered(told=Told.PENDING, external_id=package.id, ticket=package.id)


def _cancel(call: Call, api: Api) -> Answered:
    """Call off pieces, package by package: each call breaks a package up, so that all are looked up first."""
    wanted = _wanted(call)
    packages = _packages(call, api)
    expected = _canceled(packages)
    parts: list[tuple[str, Counter[str]]] = []
    for package in packages:
        if package.status not in words.WORKED_ON:
            continue
        part = Counter(
            {line: min(count, wanted[line]) for line, count in package.lines.items() if wanted[line]}
        )
        wanted -= part
        expected += part
        if part:
            parts.append((package.id, part))
    if not parts or (wanted and call.name == "cancel_lines"):
        return Answered(told=Told.REFUSED, reason="nothing_to_cancel")
    reason = _reason(call)
    take_steps(
        [partial(client.set_unsupplied, package_id, _lines(part), reason, api) for package_id, part in parts]
    )
    return Answered(told=Told.PENDING, ticket=",".join(f"{line}={expected[line]}" for line in expected))


def _look_for_status(call: Call, ticket: str, api: Api) -> Answered:
    package = _find(call, ticket, api)
    if package is None:
        return Answered(told=Told.REFUSED, reason="no_such_package")
    shown = _shows_shipment(package, call, api) if call.name == "ship" else package.status in _TOLD[call.name]
    if shown:
        return Answered(told=Told.CONFIRMED, external_id=package.id)
    return Answered(told=Told.UNSEEN, external_id=package.id)


def _look_for_number(call: Call, ticket: str, api: Api) -> Answered:
    package = _find(call, ticket, api)
    if package is None:
        return Answered(told=Told.REFUSED, reason="no_such_package")
    if package.sender_number == _number(call, api):
        return Answered(told=Told.CONFIRMED, external_id=package.id)
    return Answered(told=Told.UNSEEN, external_id=package.id)


def _look_for_cancellation(call: Call, ticket: str, api: Api) -> Answered:
    """Compare the canceled pieces of each line with those that the ticket names.

    Without one with those that the call names: more are not only ours. What is called off in part is not
    begun anew: pieces would be called off twice.
    """
    canceled, wanted = _canceled(_packages(call, api)), _wanted(call)
    totals = _totals(call, ticket)
    if any(canceled[line] < total for line, total in totals.items()):
        is_begun = any(canceled[line] > total - wanted[line] for line, total in totals.items())
        if not is_begun or call.name == "cancel":  # of a whole order it is what is left that is called off
            return Answered(told=Told.UNSEEN, ticket=ticket)
        return Answered(told=Told.PENDING if ticket else Told.UNKNOWABLE, ticket=ticket)
    is_more = any(canceled[line] > total for line, total in totals.items())
    if is_more and not ticket and call.name == "cancel_lines":
        return Answered(told=Told.UNKNOWABLE)
    return Answered(told=Told.CONFIRMED, ticket=ticket)


def _totals(call: Call, ticket: str) -> dict[str, int]:
    """Return how many pieces of each line are canceled in all once a call took place."""
    if ticket:
        return {line: int(count) for line, _, count in (part.rpartition("=") for part in ticket.split(","))}
    return {
        piece.line_id: piece.quantity if piece.canceled is None else piece.canceled for piece in call.pieces
    }


def _canceled(packages: Iterable[_Package]) -> Counter[str]:
    canceled: Counter[str] = Counter()
    for package in packages:
        if words.STATUSES.get(package.status, words.UNKNOWN).pieces is words.Pieces.CANCELED:
            canceled += package.lines
    return canceled


def _find(call: Call, ticket: str, api: Api) -> _Package | None:
    """Return the package that is meant: by Trendyol's id, else the one that holds the same."""
    assert call.parcel is not None  # noqa: S101  a call about a package has one
    packages = _packages(call, api)
    named = {ticket, *call.parcel.external_ids} - {""}
    for package in packages:
        if package.id in named:
            return package
    wanted = _wanted(call)
    same = [package for package in packages if package.lines == wanted]
    worked_on = [package for package in same if package.status in words.WORKED_ON | {words.AWAITING}]
    return next(iter(worked_on or same), None)


def _packages(call: Call, api: Api) -> list[_Package]:
    """Return the order's packages but for those whose place others took."""
    try:
        packages = [_package(item) for item in client.get_order(call.order_id, api).json()["content"]]
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableAnswerError("no_package") from None
    replaced = {origin for package in packages for origin in package.origins}
    return [package for package in packages if package.id not in replaced]


def _package(item: dict[str, Any]) -> _Package:
    lines: Counter[str] = Counter()
    for line in item["lines"]:
        lines[str(line["lineId"])] += int(line["quantity"])
    package_id = item.get("shipmentPackageId") or item["id"]
    return _Package(
        id=str(package_id),
        status=str(item["status"]),
        sender_number=str(item.get("cargoSenderNumber") or ""),
        lines=lines,
        origins=frozenset(map(str, item.get("originPackageIds") or ())),
    )


def _why_not(package: _Package | None) -> str:
    """Return why nothing can be told of a package, "" where it can."""
    if package is None:
        return "no_such_package"
    if package.status == words.AWAITING:
        return "awaiting_payment"
    meaning = words.STATUSES.get(package.status, words.UNKNOWN)
    return "" if meaning.pieces is words.Pieces.LIVE else "package_canceled"


def _shows_shipment(package: _Package, call: Call, api: Api) -> bool:
    number = _number(call, api)
    return package.status in _TOLD["ship"] and (not number or number == package.sender_number)


def _number(call: Call, api: Api) -> str:
    """Return the number to be told: of the seller's own carrier, where Trendyol knows that one."""
    if api.options.get("seller_pays") != "yes" or call.parcel is None or not call.parcel.carrier_code:
        return ""
    return call.parcel.tracking_number


def _provider(call: Call) -> str:
    return call.parcel.carrier_code if call.parcel else ""


def _wanted(call: Call) -> Counter[str]:
    wanted: Counter[str] = Counter()
    for piece in call.pieces:
        wanted[piece.line_id] += piece.quantity
    return wanted


def _lines(pieces: Counter[str]) -> list[dict[str, Any]]:
    """Return pieces as Trendyol takes them: its ids are whole numbers."""
    return [
        {"lineId": int(line) if line.isdecimal() else line, "quantity": count}
        for line, count in pieces.items()
    ]


def _reason(call: Call) -> int | str:
    if code := call.reason_code:
        return int(code) if code.isdecimal() else code  # what is no number is Trendyol's to refuse
    known: Iterable[int] = words.REASONS.values()
    return next(
        (reason for reason in known if str(reason) == call.reason),
        words.REASONS.get(call.reason, words.REASON),
    )


_PERFORM: dict[str, Callable[[Call, Api], Answered]] = {
    "ready": _ready,
    "ship": _ship,
    "tracking": _tracking,
    "cancel": _cancel,
    "cancel_lines": _cancel,
}
_LOOK: dict[str, Callable[[Call, str, Api], Answered]] = {
    "ready": _look_for_status,
    "ship": _look_for_status,
    "tracking": _look_for_number,
    "cancel": _look_for_cancellation,
    "cancel_lines": _look_for_cancellation,
}
