"""How UPS Track Alert v2 proves itself, and the token by which it does.

UPS signs nothing. It asks *our* token endpoint, with the client id and secret that the merchant typed into
UPS's portal, and sends each event with the token that it got and with the client id in ``x-api-key``. How
UPS hands the two to the endpoint is not published: both ways of RFC 6749 (section 2.3.1) are read, HTTP
Basic and the form. The client secret is the connection's webhook secret; the client id may be any.

A token is kept nowhere: ``<end in unix seconds>.<HMAC-SHA256 of client id and end, hex>``, by the secret.
So it is checked without asking anybody, and ends with its time or with its secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, unquote_plus

from shared.wire.adapter import Answer, no_handshake
from shared.wire.glance import glance
from shared.wire.signing import hmac_sha256_hex, matches_any, single_header

SIGNATURE_HEADERS = ("authorization",)
SUCCESS_STATUS = 200
MEDIA_TYPE = "application/json"
MAX_BODY_BYTES = 4_000_000
"""The proof of a delivery is a photo inside the event. It is stored with the rest, and never read."""

CLIENT_HEADER = "x-api-key"
TOKEN_SECONDS = 3600

_CLIENT = re.compile(r"[!-+\--~]{1,100}", re.ASCII)  # printable, no space, no comma
_END = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where the token was made with one of ``secrets``, for the client that sends it. Never raises."""
    scheme, _, token = single_header(headers, "authorization").partition(" ")
    client, end = single_header(headers, CLIENT_HEADER), token.strip().partition(".")[0]
    if scheme.lower() != "bearer" or not _CLIENT.fullmatch(client) or not _END.fullmatch(end):
        return False
    is_ours = matches_any(token.strip(), [_token(client, end, secret) for secret in secrets if secret])
    return is_ours and int(now.timestamp()) < int(end)


def answer_token(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> Answer:
    """Answer a request for an access token (RFC 6749, sections 4.4 and 5). Never raises."""
    form = _form(body)
    if form.get("grant_type") != "client_credentials":
        return _refusal(400, "unsupported_grant_type" if "grant_type" in form else "invalid_request")
    client, presented = _basic(headers) or (form.get("client_id", ""), form.get("client_secret", ""))
    known = [_bytes(secret) for secret in secrets if secret]
    # Compared as hex, so that any text can be: what is compared has to be ASCII.
    is_known = matches_any(_bytes(presented).hex(), [secret.hex().encode("ascii") for secret in known])
    if not is_known or not _CLIENT.fullmatch(client):
        return _refusal(401, "invalid_client")
    # The newest secret: what is made with the one before it would end with that.
    token = _token(client, str(int(now.timestamp()) + TOKEN_SECONDS), secrets[0])
    said = {"access_token": token.decode("ascii"), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return Answer(status=200, body=json.dumps(said))


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of an event, with a token as the endpoint gives it."""
    token = _token("ups", str(int(now.timestamp()) + TOKEN_SECONDS), secret)
    return {
        "content-type": MEDIA_TYPE,
        "authorization": f"Bearer {token.decode('ascii')}",
        CLIENT_HEADER: "ups",
        "user-agent": "UPSPubSubTrackingService",
    }


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return "": events are of one kind."""
    return ""


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the tracking number."""
    return glance(body, "trackingNumber")


handshake = no_handshake  # a token is asked for at an address of its own: answer_token()


def _token(client: str, end: str, secret: str) -> bytes:
    mark = hmac_sha256_hex(_bytes(secret), f"ups-token\n{client}\n{end}".encode("ascii"))
    return end.encode("ascii") + b"." + mark


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return {}
    # A name that is given twice is none (RFC 6749, section 3.2).
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    scheme, _, value = single_header(headers, "authorization").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, found, secret = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    # Both are form-encoded before (RFC 6749, section 2.3.1).
    return (unquote_plus(client), unquote_plus(secret)) if found else None


def _refusal(status: int, error: str) -> Answer:
    return Answer(status=status, body=json.dumps({"error": error}))
