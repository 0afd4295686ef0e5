"""The labels of a local run, fetched by the API's own links as a clerk's program would, to be printed."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from local.api_calls import Api
from shared.orders.model import Order, Package
from shared.orders.statuses import PackageStatus

_TIMEOUT = 90.0  # seconds; many pass where the machine is busy
_ENDINGS = {"application/pdf": "pdf", "image/png": "png"}


def write_labels(api: Api, orders: Sequence[Order], folder: Path) -> list[bytes]:
    """Write the label of each booked parcel and return them; what lay there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    labels = []
    for order in orders:
        for package in filter(_is_booked, order.packages):
            # The link carries its own proof: it takes no token.
            with urllib.request.urlopen(api.label_url(order.id, package.id), timeout=_TIMEOUT) as answer:  # noqa: S310
                labels.append(answer.read())
                ending = _ENDINGS[answer.headers["content-type"]]
            (folder / f"{order.id.replace(':', '-')}-{package.id}.{ending}").write_bytes(labels[-1])
    return labels


def _is_booked(package: Package) -> bool:
    return bool(package.reference) and package.status is not PackageStatus.CANCELED
