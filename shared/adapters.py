"""The registry: which adapter serves which kind of connection. One line each."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from shared.wire.adapter import MappingModule, SignatureModule

ADAPTERS = {
    "shopify": "shared.channels.shopify",
    "woocommerce": "shared.channels.woocommerce",
    "easypost": "shared.carriers.easypost",
    "aftership": "shared.carriers.aftership",
    "dhl": "shared.carriers.dhl",
    "sendcloud": "shared.carriers.sendcloud",
    "shippo": "shared.carriers.shippo",
}


class UnknownKindError(LookupError):
    """No adapter serves this kind of connection."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no adapter for {kind!r}; known are {', '.join(sorted(ADAPTERS))}")


def signature_of(kind: str) -> SignatureModule:
    """Return the signature module of ``kind``; imports nothing else of the adapter."""
    return cast("SignatureModule", _module(kind, "signature"))


def mapping_of(kind: str) -> MappingModule:
    """Return the mapping module of ``kind``."""
    return cast("MappingModule", _module(kind, "mapping"))


def _module(kind: str, name: str) -> object:
    # Imported by name: a webhook of one channel must not load the others.
    if kind not in ADAPTERS:
        raise UnknownKindError(kind)
    return import_module(f"{ADAPTERS[kind]}.{name}")
