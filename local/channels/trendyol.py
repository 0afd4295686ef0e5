"""A simulated Trendyol (shipment packages, webhooks, quantities), written from its documentation.

What it does as the real one: HTTP Basic and a User-Agent, or 401 and 403; packages in the order of their last
change, 200 at most on a page, 10,000 at most in all, then 429; only Picking and Invoiced are taken from the
seller, in this order; a package of which pieces are called off is broken up, and new ones with new ids
take its place; each change of a package is pushed as a page of one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.channels.simulator import Asked, Event, answer, take_apart
from local.channels.trendyol_samples import sample_package
from shared.wire.http import HttpAnswer, HttpRequest

MOST = 200
REACHABLE = 10_000
MOST_ITEMS, MOST_PIECES = 1_000, 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOST = ("Cancelled", "UnSupplied", "UnPacked", "Delivered", "UnDelivered", "Returned")
_CODES = frozenset(
    {"YKMP", "ARASMP", "SURATMP", "HOROZMP", "DHLECOMMP", "PTTMP", "CEVAMP", "TEXMP", "KOLAYGELSINMP"}
)
_REASONS = range(500, 507)


@dataclass(slots=True)
class Trendyol:
    """One seller. ``now`` is the clock; ``packages`` are in the order in which they came to be."""

    now: Callable[[], datetime]
    seller_id: str = "2738"
    api_key: str = "example-key"
    api_secret: str = "example-secret"  # noqa: S105
    reachable: int = REACHABLE
    packages: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    quantities: dict[str, int] = field(default_factory=lambda: {"8690000000017": 3, "8690000000024": 3})
    batches: dict[str, tuple[list[dict[str, Any]], datetime]] = field(default_factory=dict)
    batch_delay: timedelta = timedelta(0)
    kind: str = "trendyol"
    _last_id: int = 3_330_000_000

    @property
    def orders(self) -> dict[str, dict[str, Any]]:
        """The latest package of each order, by the order's number."""
        return {str(package["orderNumber"]): package for package in self.packages}

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as Trendyol would."""
        asked = take_apart(request)
        keys = base64.b64encode(f"{self.api_key}:{self.api_secret}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {keys}":
            return answer(401, {"errors": [{"key": "unauthorized", "message": "refused"}]})
        if not asked.headers.get("user-agent", "").startswith(self.seller_id):
            return answer(403)
        path = asked.path.removeprefix("/integration")
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, path)
            if method == asked.method and found and found[1] == self.seller_id:
                try:
                    return handler(self, asked, *found.groups()[1:])
                except _RefusedError as refused:
                    errors = [{"key": refused.key, "message": "refused"}]
                    return answer(refused.status, {"errors": errors})
        return answer(404)

    def stock(self, sku: str) -> int:
        """Return the quantity of a barcode."""
        return self.quantities[sku]

    def _update_inventory(self, asked: Asked) -> HttpAnswer:
        items = asked.document["items"]
        if not 0 < len(items) <= MOST_ITEMS or any(item["quantity"] > MOST_PIECES for item in items):
            raise _RefusedError(400, "invalid.items")
        batch = f"batch-{len(self.batches) + 1}"
        self.batches[batch] = (items, self.now() + self.batch_delay)
        return answer(200, {"batchRequestId": batch})

    def _get_batch(self, _asked: Asked, batch: str) -> HttpAnswer:
        if batch not in self.batches:
            raise _RefusedError(404, "batch.not.found")
        items, at = self.batches[batch]
        if self.now() < at:
            return answer(200, {"batchRequestId": batch, "items": []})
        told = []
        for item in items:
            is_known = item["barcode"] in self.quantities
            if is_known:
                self.quantities[item["barcode"]] = item["quantity"]
            reasons = [] if is_known else ["Example."]
            status = "SUCCESS" if is_known else "FAILED"
            told.append({"requestItem": item, "status": status, "failureReasons": reasons})
        return answer(200, {"batchRequestId": batch, "items": told, "itemCount": len(told)})

    def place(self, order_id: str, **wishes: Any) -> None:
        """Let a buyer place an order, paid, in one package; ``wishes`` are fields of the package."""
        package = sample_package(order_id, self._id(), self._moment()) | wishes
        self._put_in(package)

    def act(self, order_id: str, action: str, **details: Any) -> None:
        """Let the buyer, the carrier or Trendyol do something with an order's packages: see ``ACTIONS``."""
        ACTIONS[action](self, order_id, **details)

    def of(self, order_id: str) -> list[dict[str, Any]]:
        """Return all packages of an order."""
        return [package for package in self.packages if package["orderNumber"] == order_id]

    # What happens at Trendyol.

    def _move(self, order_id: str, *, status: str, package_id: int = 0) -> None:
        for package in self.of(order_id):
            named = package_id in (0, package["shipmentPackageId"])
            if named and package["status"] not in (*_LOST[:3], status):
                self._set_status(package, status)

    def _split(self, order_id: str, *, pieces: dict[int, int]) -> None:
        """Move pieces into a package of their own: both get new ids."""
        [package] = [entry for entry in self.of(order_id) if entry["status"] not in _LOST]
        self._set_status(package, "UnPacked")
        self._in_its_place(package, pieces, "split", package_status(package))
        self._in_its_place(package, _rest(package, pieces), "split", package_status(package))

    def _cancel(self, order_id: str) -> None:
        self._move(order_id, status="Cancelled")

    def _in_its_place(
        self, package: dict[str, Any], pieces: dict[int, int], created_by: str, status: str
    ) -> None:
        lines = [
            line | {"quantity": pieces[line["lineId"]]}
            for line in package["lines"]
            if pieces.get(line["lineId"])
        ]
        if not lines:
            return
        worth = sum(line["lineUnitPrice"] * line["quantity"] for line in lines)
        self._put_in(
            package
            | {
                "shipmentPackageId": self._id(),
                "originPackageIds": [package["shipmentPackageId"]],
                "createdBy": created_by,
                "status": status,
                "packageTotalPrice": worth,
                "packageGrossAmount": worth,
                "cargoTrackingNumber": 7_280_000_000_000_000 + self._last_id,
                "cargoSenderNumber": None,
                "lines": lines,
                "packageHistories": [],
            }
        )

    def _put_in(self, package: dict[str, Any]) -> None:
        self.packages.append(package)
        self._set_status(package, package["status"])

    def _set_status(self, package: dict[str, Any], status: str) -> None:
        package["status"] = status
        package["packageHistories"] = [
            *package["packageHistories"],
            {"createdDate": self._moment(), "status": status},
        ]
        self._changed(package)

    def _changed(self, package: dict[str, Any]) -> None:
        package["lastModifiedDate"] = self._moment()
        page = _page([package], total=1, page=0, size=1)
        self.events.append(Event(topic="", body=json.dumps(page, ensure_ascii=False).encode()))

    # What its API answers.

    def _get_packages(self, asked: Asked) -> HttpAnswer:
        size, page = int(asked.query.get("size", "50")), int(asked.query.get("page", "0"))
        if not 0 < size <= MOST:
            raise _RefusedError(400, "size.invalid")
        if page * size >= self.reachable:
            raise _RefusedError(429, "too.many.requests")
        number = asked.query.get("orderNumber", "")
        start, end = int(asked.query.get("startDate", "0")), int(asked.query.get("endDate", "9" * 14))
        found = [
            package
            for package in self.packages
            if start <= package["lastModifiedDate"] <= end and number in ("", package["orderNumber"])
        ]
        found.sort(key=lambda package: int(package["lastModifiedDate"]))
        content = found[page * size : (page + 1) * size]
        return answer(200, _page(content, total=len(found), page=page, size=size))

    def _update(self, asked: Asked, package_id: str) -> HttpAnswer:
        package, wanted = self._known(package_id), asked.document
        told = {line["lineId"]: line["quantity"] for line in wanted["lines"]}
        before = {"Picking": ("Created",), "Invoiced": ("Picking",)}.get(wanted["status"], ())
        if told != _pieces(package):
            raise _RefusedError(400, "lines.invalid")
        if wanted["status"] != package["status"]:
            if package["status"] not in before:
                raise _RefusedError(409, "status.invalid")
            self._set_status(package, wanted["status"])
        return answer(200)

    def _unsupply(self, asked: Asked, package_id: str) -> HttpAnswer:
        package, wanted = self._known(package_id), asked.document
        pieces = {line["lineId"]: line["quantity"] for line in wanted["lines"]}
        there = _pieces(package)
        if wanted["reasonId"] not in _REASONS:
            raise _RefusedError(400, "reason.invalid")
        if package["status"] not in ("Created", "Picking", "Invoiced"):
            raise _RefusedError(409, "status.invalid")
        if any(count > there.get(line, 0) for line, count in pieces.items()):
            raise _RefusedError(400, "lines.invalid")
        if pieces == there:
            self._set_status(package, "UnSupplied")
            return answer(200)
        self._set_status(package, "UnPacked")
        self._in_its_place(package, pieces, "cancel", "UnSupplied")
        self._in_its_place(package, _rest(package, pieces), "cancel", "Created")
        return answer(200)

    def _track(self, asked: Asked, package_id: str) -> HttpAnswer:
        package, wanted = self._known(package_id), asked.document
        if wanted["providerCode"] not in _CODES:
            raise _RefusedError(400, "provider.invalid")
        if package["status"] not in ("Picking", "Invoiced", "Shipped"):
            raise _RefusedError(409, "tracking.not.updatable")
        if package["status"] == "Shipped" and package.get("cargoSenderNumber"):
            raise _RefusedError(409, "tracking.not.updatable")
        package["cargoSenderNumber"] = wanted["cargoSenderNumber"]
        self._changed(package)
        return answer(200)

    def _get_webhooks(self, _asked: Asked) -> HttpAnswer:
        return answer(200, [{key: hook[key] for key in ("id", "url", "status")} for hook in self.webhooks])

    def _create_webhook(self, asked: Asked) -> HttpAnswer:
        hook = asked.document
        needed = {"API_KEY": ("apiKey",), "BASIC_AUTHENTICATION": ("username", "password")}
        if not all(hook.get(name) for name in ("url", *needed[hook["authenticationType"]])):
            raise _RefusedError(400, "webhook.invalid")
        if len(self.webhooks) >= 15:
            raise _RefusedError(400, "webhook.limit")
        self.webhooks.append(hook | {"id": f"hook-{self._id()}", "status": "ACTIVE"})
        return answer(200, {"id": self.webhooks[-1]["id"]})

    def _activate_webhook(self, _asked: Asked, webhook_id: str) -> HttpAnswer:
        for hook in self.webhooks:
            if hook["id"] == webhook_id:
                hook["status"] = "ACTIVE"
                return answer(200)
        raise _RefusedError(404, "webhook.not.found")

    def _known(self, package_id: str) -> dict[str, Any]:
        for package in self.packages:
            if str(package["shipmentPackageId"]) == package_id:
                return package
        raise _RefusedError(404, "package.not.found")

    def _moment(self) -> int:
        return (self.now() - _EPOCH) // timedelta(milliseconds=1)

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id


class _RefusedError(Exception):
    """Trendyol refuses a request."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


def package_status(package: dict[str, Any]) -> str:
    """Return the status that a package had before its last one."""
    return str(package["packageHistories"][-2]["status"])


def _pieces(package: dict[str, Any]) -> dict[int, int]:
    return {line["lineId"]: line["quantity"] for line in package["lines"]}


def _rest(package: dict[str, Any], pieces: dict[int, int]) -> dict[int, int]:
    return {line: count - pieces.get(line, 0) for line, count in _pieces(package).items()}


def _page(content: list[dict[str, Any]], *, total: int, page: int, size: int) -> dict[str, Any]:
    pages = -(-total // size)
    return {"totalElements": total, "totalPages": pages, "page": page, "size": size, "content": content}


_ROUTES: tuple[tuple[str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", r"/order/sellers/([0-9]+)/orders", Trendyol._get_packages),
    ("PUT", r"/order/sellers/([0-9]+)/shipment-packages/([0-9]+)", Trendyol._update),
    ("PUT", r"/order/sellers/([0-9]+)/shipment-packages/([0-9]+)/items/unsupplied", Trendyol._unsupply),
    ("PUT", r"/order/sellers/([0-9]+)/shipment-packages/([0-9]+)/tracking-details", Trendyol._track),
    ("POST", r"/inventory/sellers/([0-9]+)/products/price-and-inventory", Trendyol._update_inventory),
    ("GET", r"/product/sellers/([0-9]+)/products/batch-requests/([^/]+)", Trendyol._get_batch),
    ("GET", r"/webhook/sellers/([0-9]+)/webhooks", Trendyol._get_webhooks),
    ("POST", r"/webhook/sellers/([0-9]+)/webhooks", Trendyol._create_webhook),
    ("PUT", r"/webhook/sellers/([0-9]+)/webhooks/([^/]+)/activate", Trendyol._activate_webhook),
)

ACTIONS: dict[str, Callable[..., None]] = {
    "move": Trendyol._move,  # to any status: Created after Awaiting, Shipped, Delivered …
    "split": Trendyol._split,
    "cancel": Trendyol._cancel,
}
"""What can happen out there."""
