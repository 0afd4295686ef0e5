"""Every simulated channel by kind: how it is made, and how the hub reaches it. One row a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.channels.amazon import Amazon
from local.channels.bol import BolSimulator
from local.channels.ebay import Ebay
from local.channels.ikas import Ikas
from local.channels.kaufland import KauflandSimulator
from local.channels.mirakl import MiraklSimulator
from local.channels.shopify import Shopify
from local.channels.simulator import Simulator
from local.channels.trendyol import Trendyol
from local.channels.woocommerce import WooCommerce


@dataclass(frozen=True, slots=True)
class Simulated:
    """One kind. ``order`` is an order id in its form; ``wishes`` let it be placed paid and to be shipped.

    ``api_url`` is where the real one is, ``path`` where its API begins below any host. ``skus`` of one that
    takes stock levels: a name that it knows, and one in the same form that is nobody's.
    """

    make: Callable[[Callable[[], datetime]], Simulator]
    api_url: str
    credentials: Mapping[str, str]
    order: str
    options: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    skus: tuple[str, str] = ("", "")


SIMULATED: dict[str, Simulated] = {
    "woocommerce": Simulated(
        WooCommerce,
        "https://shop.example.com",
        {"consumer_key": "ck_example", "consumer_secret": "cs_example"},
        "2001",
        skus=("MUG", "GONE"),
    ),
    "shopify": Simulated(
        Shopify,
        "https://example.myshopify.com",
        {"access_token": "shpat_example"},
        "3001",
        skus=("MUG", "GONE"),
    ),
    "mirakl": Simulated(
        MiraklSimulator,
        "https://operator.mirakl.net/api",
        {"api_key": "mirakl-shop-key"},
        "M-1001-A",
        wishes={"order_state": "SHIPPING"},
        path="/api",
        skus=("MUG", "GONE"),
    ),
    "amazon": Simulated(
        Amazon,
        "https://sellingpartnerapi-eu.amazon.com",
        {
            "client_id": "amzn1.application-oa2-client.example",
            "client_secret": "example-client-secret",
            "refresh_token": "Atzr|example",
        },
        "302-1234567-1234567",
        {"marketplace_ids": "A1PA6795UKMFR9", "seller_id": "AEXAMPLESELLER"},
        skus=("MUG", "GONE"),
    ),
    "ikas": Simulated(
        Ikas,
        "https://api.myikas.com",
        {"client_id": "example-client", "client_secret": "example-client-secret"},
        "6a1f0d2e-0001-4a6b-8c1d-000000000001",
        {"store": "example", "stock_location_id": "location-1"},
        skus=("MUG", "GONE"),
    ),
    "ebay": Simulated(
        Ebay,
        "https://api.ebay.com",
        {
            "client_id": "example-client",
            "client_secret": "example-secret",
            "refresh_token": "example-refresh",
        },
        "05-12345-67890",
        {"alert_email": "alerts@example.com"},
        skus=("MUG", "GONE"),
    ),
    "trendyol": Simulated(
        Trendyol,
        "https://apigw.trendyol.com/integration",
        {"api_key": "example-key", "api_secret": "example-secret"},
        "80869231",
        {"seller_id": "2738"},
        path="/integration",
        skus=("8690000000017", "8690000000999"),
    ),
    "bol": Simulated(
        BolSimulator,
        "https://api.bol.com",
        {"client_id": "example-client", "client_secret": "example-secret"},
        "C00012ABC1",
        skus=("13722de8-8182-d161-5422-4a0a1caab5c8", "00000000-8182-d161-5422-4a0a1caab5c8"),
    ),
    "kaufland": Simulated(
        KauflandSimulator,
        "https://sellerapi.kaufland.com/v2",
        {"client_key": "example-key", "secret_key": "example-secret"},
        "MEXMP01",
        {"storefront": "de"},
        path="/v2",
        skus=("MUG", "GONE"),
    ),
}
