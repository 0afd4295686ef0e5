"""eBay's Digital Signatures of requests, which it asks for on behalf of sellers in the EU and the UK.

Four headers over what is sent, in the manner of HTTP Message Signatures (RFC 9421) and Content-Digest
(RFC 9530), as eBay's *Digital Signatures for APIs* has them
(developer.ebay.com/develop/guides/digital-signatures-for-apis), and its sample request
(eBay/digital-signature-verification-ebay-api). The key pair is made by createSigningKey of the Key Management
API with the cipher ED25519: ``privateKey`` is shown once, ``jwe`` is the public one; both end after three
years. RSA keys are not read.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from shared.wire.api import Api, MissingCredentialError
from shared.wire.ed25519 import read_private_key, sign

PRIVATE_KEY = "signing_key"
PUBLIC_KEY = "signing_jwe"
"""Credentials that a connection may have: both or none."""


def signed_headers(method: str, url: str, body: bytes, api: Api) -> dict[str, str]:
    """Return the headers that sign a request to an absolute ``url``, {} where the connection has no keys.

    Raises MissingCredentialError where it has one key alone, or one that cannot be read.
    """
    if not (api.credentials.get(PRIVATE_KEY) or api.credentials.get(PUBLIC_KEY)):
        return {}
    key = read_private_key(api.credential(PRIVATE_KEY))
    if key is None:
        raise MissingCredentialError(PRIVATE_KEY)
    return sign_request(method, url, body, jwe=api.credential(PUBLIC_KEY), key=key, created=api.now())


def sign_request(
    method: str, url: str, body: bytes, *, jwe: str, key: bytes, created: datetime
) -> dict[str, str]:
    """Return the headers of one request; ``key`` are the 32 bytes of an Ed25519 key."""
    parts = urlsplit(url)
    digest = f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"
    covered = {
        **({"content-digest": digest} if body else {}),
        "x-ebay-signature-key": jwe,
        "@method": method,
        "@path": parts.path,
        "@authority": parts.netloc.lower(),
    }
    names = " ".join(f'"{name}"' for name in covered)
    parameters = f"({names});created={int(created.timestamp())}"
    base = "".join(f'"{name}": {value}\n' for name, value in covered.items())
    signature = sign(key, f'{base}"@signature-params": {parameters}'.encode())
    return {
        **({"Content-Digest": digest} if body else {}),
        "x-ebay-signature-key": jwe,
        "Signature-Input": f"sig1={parameters}",
        "Signature": f"sig1=:{_base64(signature)}:",
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
