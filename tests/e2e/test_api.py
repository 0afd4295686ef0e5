"""The merchant API on the real template, in a local AWS: tokens, rights, a command and its outcome."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.connections import clock
from local.deploy import Stack
from local.places import EVENTS
from local.samples import read_samples
from local.start import started
from local.tokens import curl_example, fetch_token
from local.webhooks import post, signed_headers, url_of

FIRST_PORT = 4700
PATIENCE = 20.0  # seconds


def ask(stack: Stack, path: str, token: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310
        f"{stack.api_url}{path}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={
            "content-type": "application/json",
            **({"authorization": token} if token else {}),
            **headers,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")


def first_order(stack: Stack, token: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        orders = ask(stack, "/v1/orders", token)[1]["orders"]
        if orders:
            return orders[0]
        time.sleep(0.1)
    raise AssertionError("the order has not come")


@pytest.mark.slow
# The local AWS is a process of its own, stopped by its id: nobody waits for the object that began it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_order_is_listed_read_and_shipped_with_a_token_and_with_nothing_less(tmp_path: Path) -> None:
    with started(tmp_path, FIRST_PORT) as running:
        stack = running.stack
        token = f"Bearer {fetch_token(stack)}"
        body = read_samples(EVENTS, clock())["shopify/orders_paid.json"]
        headers = signed_headers("shopify", body, "secret-of-shop-one", topic="orders/paid", now=clock())
        assert post(url_of(stack.api_url, "shopify", "shop-one"), body, headers).status == 202

        order = first_order(stack, token)
        path = f"/v1/orders/{order['id']}"
        # B52: without a token, with a broken one, with one that nobody has signed.
        header, claims, signature = token.removeprefix("Bearer ").split(".")
        unsigned = "eyJhbGciOiJub25lIn0"
        for wrong in (
            "",
            "Bearer x",
            f"Bearer {header}.{claims}.{signature[::-1]}",
            f"Bearer {unsigned}.{claims}.",
        ):
            assert ask(stack, path, wrong)[0] == 401

        status, shown = ask(stack, path, token)
        assert (status, shown["status"], shown["customer"]["email"]) == (
            200,
            "waiting_shipment",
            "buyer@example.com",
        )
        ship = {"tracking_number": "1Z999AA10123456784", "carrier": "ups"}
        key = {"idempotency-key": "one", "if-match": f'"{shown["version"]}"'}
        status, outcome = ask(stack, f"{path}/commands/ship", token, ship, **key)
        assert (status, outcome["order"]["status"]) == (200, "shipped")
        assert ask(stack, f"{path}/commands/ship", token, ship, **key) == (200, outcome)
        status, problem = ask(stack, f"{path}/commands/cancel", token, {}, **{"idempotency-key": "two"})
        assert (status, problem["code"], problem["from"]) == (409, "illegal_transition", "shipped")
        assert ask(stack, "/v1/orders?limit=0", token)[1]["code"] == "invalid_limit"
        assert ask(stack, "/v1/orders?limit=1&status=shipped", token)[1]["next"] is None
        found = ask(stack, "/v1/orders?number=%231001", token)[1]["orders"]
        assert [entry["id"] for entry in found] == [order["id"]]
        # What there is not: the API's own words for whoever has a token, and nothing for nobody.
        assert ask(stack, "/v1/nowhere/at/all", token)[1]["code"] == "not_found"
        assert ask(stack, "/v1/nowhere/at/all", "")[0] == 401
        assert f"{stack.api_url}/v1/orders" in curl_example(stack, "python3")
