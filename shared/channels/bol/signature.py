"""How bol.com signs push notifications (contract of the Retailer API v10, *Subscriptions*).

``Signature: keyId=0, algorithm="rsa-sha256", signature=<base64>`` is RSA PKCS#1 v1.5 with SHA-256 over the
raw body, by the key that is named. bol gives its public keys out under
``GET /retailer/subscriptions/signature-keys``. A webhook is answered without asking anybody, so that answer
is the connection's secret: asked for once a day and for an id that is not stored, where the connection has
its API (:mod:`.subscriptions`), or stored by hand, as it is:

    {"signatureKeys": [{"id": "0", "type": "RSA", "publicKey": "<base64>"}]}

A key alone, base64 or PEM, is taken for every ``keyId``. There is no time in the signature: repeats are told
apart by what they say.

What the contract leaves open:

* How live keys are encoded. SubjectPublicKeyInfo and PKCS#1 are read. The example in bol's own OpenAPI is a
  private key's: with one of those nothing is verified.
* How often keys change. A notification by a key that is not stored is refused, and bol gives up after ten
  attempts in ten minutes and switches the subscription off. A key of an id that is not known is stored by
  then (:func:`unknown_key`). One that took another's id is stored by the next day's look, which switches the
  subscription on again; polls bring what it would have said.

For a bol of one's own, in tests and in the local run, the secret also has the key's ``"primes"``, in hex.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.rsa_pkcs1 import PublicKey, read_public_key
from shared.wire.rsa_pkcs1 import sign as signature_of
from shared.wire.rsa_pkcs1 import verify as holds

SIGNATURE_HEADER = "signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"
ALGORITHM = "rsa-sha256"

MOST_KEYS = 8
"""Keys of one secret that are tried."""

_LONGEST_HEADER = 2_000
_HEADER = re.compile(
    r'\s*keyId=(?P<k>"?)(?P<key>[^",\s]{1,80})(?P=k)\s*,'
    r'\s*algorithm=(?P<a>"?)(?P<algorithm>[a-z0-9-]{1,20})(?P=a)\s*,'
    r'\s*signature=(?P<s>"?)(?P<signature>[A-Za-z0-9+/]{1,1800}={0,2})(?P=s)\s*',
    re.ASCII,
)


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed by a key of one of ``secrets``. Never raises."""
    told = _read_header(headers.get(SIGNATURE_HEADER, ""))
    if told is None:
        return False
    key_id, signature = told
    keys = [key for secret in secrets for key in _keys(secret, key_id)][:MOST_KEYS]
    matched = False
    for key in keys:
        matched |= holds(key, body, signature)
    return matched


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a notification by a bol of one's own.

    Raises ValueError for the secret of the real one, which holds no private keys.
    """
    document = _document(secret)
    try:
        key_id = str(document["signatureKeys"][0]["id"])
        first, second = (int(prime, 16) for prime in document["primes"])
    except (LookupError, TypeError):
        raise ValueError(
            "only bol can sign for this connection: its secret holds bol's public keys"
        ) from None
    signature = base64.b64encode(signature_of((first, second), body)).decode("ascii")
    return {
        "content-type": MEDIA_TYPE,
        "Signature": f'keyId={key_id}, algorithm="{ALGORITHM}", signature={signature}',
    }


def unknown_key(headers: Mapping[str, str], secrets: Sequence[str]) -> str:
    """Return the id of the key that is said to have signed, "" where it is in ``secrets`` or is none."""
    told = _read_header(headers.get(SIGNATURE_HEADER, ""))
    if told is None or any(True for secret in secrets for _ in _keys(secret, told[0])):
        return ""
    return told[0]


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001  the body tells
    """Return ``SHIPMENT`` and the like, the resource that the event is about."""
    return glance(body, "event", "resource")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the id of the resource: of the shipment, of the process, of the order."""
    return glance(body, "event", "resourceId")


handshake = no_handshake


def _read_header(value: str) -> tuple[str, bytes] | None:
    """Return key id and signature, None where there is nothing that can be checked."""
    match = _HEADER.fullmatch(value) if len(value) <= _LONGEST_HEADER else None
    if match is None or match["algorithm"] != ALGORITHM:
        return None
    try:
        return match["key"], base64.b64decode(match["signature"], validate=True)
    except (binascii.Error, ValueError):
        return None


def _keys(secret: str, key_id: str) -> Iterator[PublicKey]:
    document = _document(secret)
    if document is None:
        texts: list[Any] = [secret]
    else:
        entries = document.get("signatureKeys")
        named = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        texts = [entry.get("publicKey") for entry in named if str(entry.get("id")) == key_id]
    for text in texts:
        key = read_public_key(text) if isinstance(text, str) else None
        if key is not None:
            yield key


def given_keys(secret: str) -> dict[str, str]:
    """Return the public keys of bol's answer by their ids, as they are written; {} where it is none."""
    document = _document(secret)
    entries = document.get("signatureKeys") if document is not None else None
    return {
        str(entry["id"]): entry["publicKey"]
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("publicKey"), str) and "id" in entry
    }


def _document(secret: str) -> Any:
    try:
        document = json.loads(secret)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
