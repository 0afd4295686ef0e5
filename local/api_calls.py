"""The API as a program of the merchant calls it: over HTTP, with a token."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_TIMEOUT = 90.0  # seconds; a cold function takes about one, and many where the machine is busy


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered. ``document`` is a problem where ``status`` is not 2xx."""

    status: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Api:
    """The API at ``url``, called with an access token."""

    url: str
    token: str

    def version_of(self, order_id: str) -> int:
        """Return the version that an order has now."""
        version: int = self._call("GET", _path(order_id), None, {}).document["version"]
        return version

    def create_order(self, body: Mapping[str, Any], *, key: str) -> Answer:
        """Enter an order by hand."""
        return self._call("POST", "/v1/orders", body, {"idempotency-key": key})

    def command(
        self, order_id: str, name: str, body: Mapping[str, Any], *, key: str, seen: int | None
    ) -> Answer:
        """Give one command, for the version ``seen`` or, with None, for whichever there is."""
        condition = {"if-match": f'"{seen}"'} if seen is not None else {}
        path = f"{_path(order_id)}/commands/{name}"
        return self._call("POST", path, body, {"idempotency-key": key, **condition})

    def count_stock(self, sku: str, on_hand: int, *, key: str) -> Answer:
        """Say how many pieces of a SKU are on hand."""
        path = f"/v1/stock/{quote(sku, safe='')}"
        return self._call("PUT", path, {"on_hand": on_hand}, {"idempotency-key": key})

    def label_url(self, order_id: str, package_id: str) -> str:
        """Return where a booked parcel's label is, good for five minutes. Raises LookupError without one."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{_path(order_id)}/packages/{package_id}/label",
            headers={"authorization": f"Bearer {self.token}"},
        )
        try:
            # Not followed: the token is for the API, not for where the label is.
            with _STAYING.open(request, timeout=_TIMEOUT) as answer:
                status, location = answer.status, str(answer.headers["location"] or "")
        except urllib.error.HTTPError as error:
            with error:
                status, location = error.code, str(error.headers["location"] or "")
        if status != 303 or not location:
            raise LookupError(f"{order_id} has no label of parcel {package_id}: {status}")
        return location

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Answer:
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/json",
                **headers,
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                return Answer(answer.status, json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _document(error.read()))


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_STAYING = urllib.request.build_opener(_Staying)


def _path(order_id: str) -> str:
    return f"/v1/orders/{quote(order_id, safe=':')}"


def _document(text: bytes) -> Mapping[str, Any]:
    """Return a problem; what a gateway answers by itself may be none."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
