"""The tracking pages of a local run, fetched as a customer's browser would and written to be opened."""

from __future__ import annotations

import re
import shutil
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from local.deploy import Stack
from local.errors import LocalError
from shared.orders.model import Order
from shared.pages.tokens import write_token
from shared.storage.signing_key import SigningKey

_TIMEOUT = 90.0  # seconds; a cold function takes about one, and many where the machine is busy


def page_url(stack: Stack, order_id: str) -> str:
    """Return the address of an order's page. Raises LocalError where no mail has linked to one yet."""

    def no_new_key() -> str:
        raise LocalError("There is no key for pages yet: no mail has gone out.")

    key = SigningKey(lambda: stack.clients.ssm, f"/orderhub/{stack.name}/page-key", no_new_key)()
    return f"{stack.api_url}/track/{write_token(order_id, key)}"


def links_in(text: str, api_url: str) -> list[str]:
    """Return the addresses of tracking pages that a mail's text holds."""
    return re.findall(rf"{re.escape(api_url)}/track/\S+", text)


def write_pages(stack: Stack, orders: Sequence[Order], folder: Path) -> int:
    """Write the page of each order with a parcel; return how many. What lay there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shown = [order for order in orders if order.packages and not order.erased]
    for order in shown:
        with urllib.request.urlopen(page_url(stack, order.id), timeout=_TIMEOUT) as answer:  # noqa: S310
            (folder / f"{order.id.replace(':', '-')}.html").write_bytes(answer.read())
    return len(shown)
