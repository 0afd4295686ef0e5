"""How eBay signs notifications (eBay/event-notification-nodejs-sdk; Notification API, *Endpoint validation*).

``X-EBAY-SIGNATURE`` is base64 of the JSON object ``{"alg", "kid", "signature", "digest"}``: a DER signature
(ECDSA, P-256) over the body, with the digest that is named there (SHA1 today), by the key that is named
there. eBay gives that key out under ``GET /commerce/notification/v1/public_key/{kid}``. A webhook is answered
without asking anybody, so the keys are part of the connection's secret, a JSON object:

    {"verification_token": "…", "public_keys": {"<kid>": "-----BEGIN PUBLIC KEY-----…"}}

A notification by a key that is not there is refused, and eBay sends it again; the key is asked for meanwhile
(:func:`unknown_key`) and stored with the others. There is no time in the signature: repeats are told apart by
what they say.

A secret that is no such object is the verification token alone. Until eBay's first key is there, it also
stands for an eBay of one's own, in tests and in the local run: the one key pair is made from the text. Only
who knows the text can sign with it.

Before anything is sent, eBay asks ``GET <address>?challenge_code=…``: see :func:`answer_challenge`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.wire.adapter import Answer, no_handshake
from shared.wire.ecdsa_p256 import G, Point, key_pair, read_public_key
from shared.wire.ecdsa_p256 import sign as signature_of
from shared.wire.ecdsa_p256 import verify as holds
from shared.wire.glance import glance
from shared.wire.signing import single_header

SIGNATURE_HEADER = "x-ebay-signature"
SIGNATURE_HEADERS = (SIGNATURE_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"
DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256}
CHALLENGE = "challenge_code"

MOST_KEYS = 6
"""Keys of one secret: Parameter Store keeps 4 kB of current and previous together, with the longest ids."""

_LONGEST_HEADER = 2_000
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# Where a topic's data has the order's id; see the mapping.
_ORDER_PATHS = (("orderId",), ("order", "orderId"))


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where ``body`` was signed by a key of one of ``secrets``. Never raises."""
    told = _read_header(single_header(headers, SIGNATURE_HEADER))
    if told is None:
        return False
    kid, digest, signature = told
    key = next(filter(None, (_public_key(secret, kid) for secret in secrets)), None)
    # A key that is not known takes as long as one that is.
    return holds(key or G, digest(body).digest(), signature) and key is not None


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a notification by an eBay of one's own.

    Raises ValueError for the secret of the real one, which holds no private keys.
    """
    if _document(secret) is not None:
        raise ValueError("only eBay can sign for this connection: its secret holds eBay's public keys")
    told = {
        "alg": "ecdsa",
        "kid": _kid(secret),
        "signature": _base64(signature_of(key_pair(_seed(secret))[0], hashlib.sha1(body).digest())),  # noqa: S324
        "digest": "SHA1",
    }
    return {"content-type": MEDIA_TYPE, SIGNATURE_HEADER: _base64(json.dumps(told).encode())}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001  the envelope tells
    """Return ``ORDER_CONFIRMATION`` and the like, from the envelope's metadata."""
    return glance(body, "metadata", "topic")


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the order's id where the notification names one."""
    found = (glance(body, "notification", "data", *path) for path in _ORDER_PATHS)
    return next(filter(None, found), "")


handshake = no_handshake  # eBay's handshake takes a secret: answer_challenge()


def answer_challenge(query: Mapping[str, str], address: str, secrets: Sequence[str]) -> Answer | None:
    """Return the proof that ``address`` is ours, None where there is nothing to prove or no secret.

    It is SHA-256, in hex, of the challenge code, the verification token and the address as it stands in the
    destination at eBay, one after the other (eBay/event-notification-nodejs-sdk, ``lib/validator.js``).
    """
    code = query.get(CHALLENGE, "")
    token = next(filter(None, map(verification_token, secrets)), "")
    if not code or not token:
        return None
    proof = hashlib.sha256(f"{code}{token}{address}".encode("utf-8", "surrogatepass")).hexdigest()
    return Answer(status=200, body=json.dumps({"challengeResponse": proof}))


def unknown_key(headers: Mapping[str, str], secrets: Sequence[str]) -> str:
    """Return the id of the key that is said to have signed, "" where it is in ``secrets`` or is none."""
    told = _read_header(single_header(headers, SIGNATURE_HEADER))
    if told is None or not _KEY_ID.fullmatch(told[0]):
        return ""
    return "" if any(_public_key(secret, told[0]) for secret in secrets) else told[0]


def with_key(secret: str, kid: str, pem: str) -> str:
    """Return ``secret`` with one key more, the oldest left out where they are too many.

    Raises ValueError where ``pem`` is no key that signatures are checked with.
    """
    if read_public_key(pem) is None:
        raise ValueError("no public key on P-256")
    document = _document(secret) or {}
    known = document.get("public_keys")
    keys = {name: key for name, key in (known.items() if isinstance(known, dict) else ()) if name != kid}
    kept = dict([*keys.items(), (kid, pem)][-MOST_KEYS:])
    return json.dumps({"verification_token": verification_token(secret), "public_keys": kept})


def _read_header(value: str) -> tuple[str, Any, bytes] | None:
    """Return key id, digest and signature of the header, None where it is none that can be checked."""
    try:
        told = json.loads(base64.b64decode(value[:_LONGEST_HEADER], validate=True))
        digest = DIGESTS[told["digest"]]
        if str(told["alg"]).lower() != "ecdsa":
            return None
        return str(told["kid"]), digest, base64.b64decode(told["signature"], validate=True)
    except (binascii.Error, ValueError, LookupError, TypeError, RecursionError):
        return None


def _document(secret: str) -> dict[str, Any] | None:
    try:
        document = json.loads(secret)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def verification_token(secret: str) -> str:
    """Return the token of a connection's destination, "" where its secret has none."""
    document = _document(secret)
    if document is None:
        return secret
    token = document.get("verification_token", "")
    return token if isinstance(token, str) else ""


def _public_key(secret: str, kid: str) -> Point | None:
    document = _document(secret)
    if document is None:
        return key_pair(_seed(secret))[1] if secret and kid == _kid(secret) else None
    keys = document.get("public_keys")
    pem = keys.get(kid) if isinstance(keys, dict) else None
    return read_public_key(pem) if isinstance(pem, str) else None


def _seed(secret: str) -> bytes:
    return b"orderhub/ebay/" + secret.encode("utf-8", "surrogatepass")


def _kid(secret: str) -> str:
    return hashlib.sha256(_seed(secret)).hexdigest()[:32]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
