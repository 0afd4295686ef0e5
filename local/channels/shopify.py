"""A simulated Shopify shop (Admin REST 2026-07, and two queries of GraphQL), written from its documentation.

What it does as the real one: pages by ``Link`` and ``page_info``, with which no filter may come; pieces are
shipped from fulfillment orders; a number of UPS is recognised without a name; refunds go to payments, whose
success the gateway decides; refunded pieces leave ``current_quantity``; a search finds a new order
only after a while; access tokens end after a day; webhooks hold the bare resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from local.channels.shopify_samples import LOCATION, line_item, sample_order
from local.channels.shopify_shop import RefusedError, ShopifyShop, by_id, tracking_of
from local.channels.simulator import Asked, answer, take_apart
from shared.wire.http import HttpAnswer, HttpRequest

BASE = "/admin/api/2026-07"
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Shopify(ShopifyShop):
    """The shop behind its API."""

    def __call__(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request as the shop would."""
        asked = take_apart(request)
        if (asked.method, asked.path) == ("POST", "/admin/oauth/access_token"):
            return self._grant_token(asked)
        token = asked.headers.get("x-shopify-access-token", "")
        if token != self.access_token and self._tokens.get(token, self.now()) <= self.now():
            return answer(401, {"errors": "[API] Invalid API key or access token"})
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, asked.path.removeprefix(BASE))
            if method == asked.method and found:
                try:
                    return handler(self, asked, *map(int, found.groups()))
                except RefusedError as refused:
                    return answer(refused.status, {"errors": refused.errors})
        return answer(404, {"errors": "Not Found"})

    def _grant_token(self, asked: Asked) -> HttpAnswer:
        form = dict(parse_qsl(asked.body.decode()))
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return answer(400, {"error": "invalid_client"})
        token = f"shpat_{self._id()}"
        self._tokens[token] = self.now() + _DAY
        return answer(200, {"access_token": token, "scope": "read_orders,write_orders", "expires_in": 86_399})

    def _list_orders(self, asked: Asked) -> HttpAnswer:
        query = dict(asked.query)
        if "page_info" in query:
            if set(query) - {"page_info", "limit", "fields"}:
                raise RefusedError(400, {"page_info": ["no other filters"]})
            query = {**dict(parse_qsl(query["page_info"])), "limit": query.get("limit", "50")}
        page = int(query.get("page", "1"))
        found = [
            order
            for order in self.orders.values()
            if _is_within(order["updated_at"], query.get("updated_at_min"), query.get("updated_at_max"))
            and _is_within(order["created_at"], query.get("created_at_min"), None)
        ]
        size = min(int(query.get("limit", "50")), self.per_page)
        headers = {}
        if page * size < len(found) or self.page_loops:
            following = {name: value for name, value in query.items() if name not in ("limit", "page")}
            token = urlencode(following | {"page": page if self.page_loops else page + 1})
            url = (
                f"https://example.myshopify.com{asked.path}?{urlencode({'limit': size, 'page_info': token})}"
            )
            headers["link"] = f'<{url}>; rel="next"'
        orders = [_only(query.get("fields"), each) for each in found[(page - 1) * size : page * size]]
        return answer(200, {"orders": orders}, headers)

    def _get_order(self, asked: Asked, order_id: int) -> HttpAnswer:
        return answer(200, {"order": _only(asked.query.get("fields"), self._order(order_id))})

    def _create_order(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document["order"]
        lines = []
        for item in wanted["line_items"]:
            variant = next((each for each in self.variants if each["id"] == item["variant_id"]), None)
            if variant is None:
                raise RefusedError(422, {"line_items": ["variant does not exist"]})
            more = {name: item[name] for name in ("price", "properties") if name in item}
            lines.append(line_item(self._id(), variant, item["quantity"], **more))
        shipping = (wanted.get("shipping_lines") or [{"price": "0.00"}])[0]["price"]
        order = sample_order(self._id(), lines, self._moment(), shipping=shipping)
        off = sum((Decimal(code["amount"]) for code in wanted.get("discount_codes", [])), Decimal(0))
        order |= {
            "total_discounts": str(off),
            "total_price": str(Decimal(order["total_price"]) - off),
            "email": wanted.get("email"),
            "contact_email": wanted.get("email"),
            "customer": None,
            "shipping_lines": wanted.get("shipping_lines", []),
            **{
                name: wanted[name]
                for name in ("currency", "tags", "note_attributes", "financial_status")
                if name in wanted
            },
            "shipping_address": wanted.get("shipping_address"),
            "billing_address": wanted.get("billing_address"),
        }
        self._open(order)
        return answer(201, {"order": order})

    def _cancel_order(self, asked: Asked, order_id: int) -> HttpAnswer:
        order = self._order(order_id)
        self._cancel(order, reason=asked.document.get("reason", "other"))
        return answer(200, {"order": order})

    def _list_fulfillment_orders(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        self._order(order_id)
        return answer(200, {"fulfillment_orders": self.fulfillment_orders[order_id]})

    def _list_fulfillments(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return answer(200, {"fulfillments": self._order(order_id)["fulfillments"]})

    def _create_fulfillment(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document["fulfillment"]
        parts = []
        for part in wanted["line_items_by_fulfillment_order"]:
            found = [f for each in self.fulfillment_orders.values() for f in each]
            fulfillment_order = by_id(found, part["fulfillment_order_id"])
            if "create_fulfillment" not in fulfillment_order["supported_actions"]:
                raise RefusedError(422, {"fulfillment_order": ["cannot be fulfilled"]})
            parts.append((fulfillment_order, part.get("fulfillment_order_line_items")))
        if len({part["assigned_location_id"] for part, _ in parts}) > 1:
            raise RefusedError(422, {"base": ["all fulfillment orders must be at one location"]})
        order = self._order(parts[0][0]["order_id"])
        return answer(201, {"fulfillment": self._ship(order, parts, wanted.get("tracking_info", {}))})

    def _update_tracking(self, asked: Asked, fulfillment_id: int) -> HttpAnswer:
        order, fulfillment = self._fulfillment(fulfillment_id)
        fulfillment |= tracking_of(asked.document["fulfillment"]["tracking_info"])
        fulfillment["updated_at"] = self._moment()
        self._changed(order, "fulfillments/update", fulfillment)
        return answer(200, {"fulfillment": fulfillment})

    def _cancel_fulfillment(self, asked: Asked, fulfillment_id: int) -> HttpAnswer:  # noqa: ARG002
        order, fulfillment = self._fulfillment(fulfillment_id)
        if fulfillment["status"] == "cancelled":
            raise RefusedError(422, {"base": ["is cancelled"]})
        fulfillment["status"], fulfillment["updated_at"] = "cancelled", self._moment()
        for line in fulfillment["line_items"]:
            for fulfillment_order in self.fulfillment_orders[order["id"]]:
                for item in fulfillment_order["line_items"]:
                    if item["line_item_id"] == line["id"]:
                        item["fulfillable_quantity"] += line["quantity"]
                        fulfillment_order |= {"status": "open", "supported_actions": ["create_fulfillment"]}
        self._changed(order, "fulfillments/update", fulfillment)
        return answer(200, {"fulfillment": fulfillment})

    def _create_event(self, asked: Asked, order_id: int, fulfillment_id: int) -> HttpAnswer:
        status = asked.document["event"]["status"]
        _, fulfillment = self._fulfillment(fulfillment_id)
        fulfillment["shipment_status"], fulfillment["updated_at"] = status, self._moment()
        event = {
            "id": self._id(),
            "fulfillment_id": fulfillment_id,
            "order_id": order_id,
            "status": status,
            "happened_at": self._moment(),
        }
        self._tell("fulfillment_events/create", event)
        return answer(201, {"fulfillment_event": event})

    def _fulfillment(self, fulfillment_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
        for order in self.orders.values():
            for fulfillment in order["fulfillments"]:
                if fulfillment["id"] == fulfillment_id:
                    return order, fulfillment
        raise RefusedError(404, "Not Found")

    def _list_refunds(self, asked: Asked, order_id: int) -> HttpAnswer:  # noqa: ARG002
        return answer(200, {"refunds": self._order(order_id)["refunds"]})

    def _calculate_refund(self, asked: Asked, order_id: int) -> HttpAnswer:
        order, wanted = self._order(order_id), asked.document["refund"]
        is_paid = order["financial_status"] in ("paid", "partially_refunded")
        payment = {
            "kind": "suggested_refund",
            "gateway": order["payment_gateway_names"][0],
            "parent_id": order_id + 900_000,
            "amount": "0.00",
            "maximum_refundable": str(self._refundable(order)),
        }
        places = [
            item | {"location_id": None if item["restock_type"] == "no_restock" else LOCATION}
            for item in wanted.get("refund_line_items", [])
        ]
        refund = {"refund_line_items": places, "transactions": [payment] if is_paid else []}
        return answer(200, {"refund": refund})

    def _create_refund(self, asked: Asked, order_id: int) -> HttpAnswer:
        return answer(201, {"refund": self._refund(self._order(order_id), **asked.document["refund"])})

    def _graphql(self, asked: Asked) -> HttpAnswer:
        name, _, quoted = asked.document["variables"]["q"].partition(":")
        wanted = json.loads(quoted)
        if name == "sku":
            nodes = [
                {
                    "legacyResourceId": str(variant["id"]),
                    "sku": variant["sku"],
                    "inventoryItem": {"legacyResourceId": str(variant["inventory_item_id"])},
                }
                for variant in self.variants
                if variant["sku"].lower().startswith(wanted.lower())  # a search, not a comparison
            ]
            return answer(200, {"data": {"productVariants": {"nodes": nodes}}})
        indexed = (self.now() - self.search_lag).astimezone(UTC).isoformat(timespec="seconds")
        found = [
            {"legacyResourceId": str(order["id"])}
            for order in self.orders.values()
            if wanted in [tag.strip() for tag in order["tags"].split(",")] and order["created_at"] <= indexed
        ]
        return answer(200, {"data": {"orders": {"nodes": found}}})

    def _list_locations(self, asked: Asked) -> HttpAnswer:  # noqa: ARG002
        return answer(200, {"locations": self.locations})

    def _set_level(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document
        for variant in self.variants:
            if variant["inventory_item_id"] == wanted["inventory_item_id"]:
                variant["available"] = wanted["available"]
                return answer(200, {"inventory_level": wanted | {"updated_at": self._moment()}})
        raise RefusedError(422, {"inventory_item_id": ["does not exist"]})

    def _list_webhooks(self, asked: Asked) -> HttpAnswer:
        address = asked.query.get("address")
        there = [webhook for webhook in self.webhooks if address in (None, webhook["address"])]
        return answer(200, {"webhooks": there})

    def _create_webhook(self, asked: Asked) -> HttpAnswer:
        wanted = asked.document["webhook"]
        if any((w["topic"], w["address"]) == (wanted["topic"], wanted["address"]) for w in self.webhooks):
            raise RefusedError(422, {"address": ["for this topic has already been taken"]})
        webhook = {"id": self._id(), **wanted}
        self.webhooks.append(webhook)
        return answer(201, {"webhook": webhook})


def _only(names: str | None, order: dict[str, Any]) -> dict[str, Any]:
    return {name: order[name] for name in names.split(",")} if names else order


def _is_within(moment: str, earliest: str | None, latest: str | None) -> bool:
    at = datetime.fromisoformat(moment)
    after = earliest is None or at >= datetime.fromisoformat(earliest)
    return after and (latest is None or at <= datetime.fromisoformat(latest))


_ORDER = r"/orders/(\d+)"
_ROUTES: tuple[tuple[str, str, Callable[..., HttpAnswer]], ...] = (
    ("GET", r"/orders\.json", Shopify._list_orders),
    ("POST", r"/orders\.json", Shopify._create_order),
    ("GET", rf"{_ORDER}\.json", Shopify._get_order),
    ("POST", rf"{_ORDER}/cancel\.json", Shopify._cancel_order),
    ("GET", rf"{_ORDER}/fulfillment_orders\.json", Shopify._list_fulfillment_orders),
    ("GET", rf"{_ORDER}/fulfillments\.json", Shopify._list_fulfillments),
    ("POST", rf"{_ORDER}/fulfillments/(\d+)/events\.json", Shopify._create_event),
    ("POST", r"/fulfillments\.json", Shopify._create_fulfillment),
    ("POST", r"/fulfillments/(\d+)/update_tracking\.json", Shopify._update_tracking),
    ("POST", r"/fulfillments/(\d+)/cancel\.json", Shopify._cancel_fulfillment),
    ("GET", rf"{_ORDER}/refunds\.json", Shopify._list_refunds),
    ("POST", rf"{_ORDER}/refunds/calculate\.json", Shopify._calculate_refund),
    ("POST", rf"{_ORDER}/refunds\.json", Shopify._create_refund),
    ("POST", r"/graphql\.json", Shopify._graphql),
    ("GET", r"/locations\.json", Shopify._list_locations),
    ("POST", r"/inventory_levels/set\.json", Shopify._set_level),
    ("GET", r"/webhooks\.json", Shopify._list_webhooks),
    ("POST", r"/webhooks\.json", Shopify._create_webhook),
)
