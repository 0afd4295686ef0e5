"""How DHL's Shipment Tracking Unified Push proves itself (developer.dhl.com).

It signs nothing. A subscription names a header and a token of the merchant's choice, which
come back with every push::

    "hook": {"uri": "<the connection's webhook URL>",
             "authentication": {"type": "ApiKeyAuthentication",
                                "header": "x-orderhub-token", "token": "<the connection's secret>"}}

The header's name is fixed here: ``x-orderhub-token``. Who knows the token can say anything, and
an old push can be sent again; repeats are told apart by what they say. A token holds no comma.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.wire.adapter import no_handshake
from shared.wire.glance import glance
from shared.wire.signing import matches_any, single_header

TOKEN_HEADER = "x-orderhub-token"  # noqa: S105  the header's name
SIGNATURE_HEADERS = (TOKEN_HEADER,)
SUCCESS_STATUS = 202
MEDIA_TYPE = "application/json"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime) -> bool:  # noqa: ARG001
    """True where the header holds one of ``secrets``; an empty one matches nothing. Never raises."""
    presented = single_header(headers, TOKEN_HEADER)
    return matches_any(presented, [secret.encode("utf-8", "surrogatepass") for secret in secrets])


def sign(body: bytes, secret: str, *, topic: str, now: datetime) -> dict[str, str]:  # noqa: ARG001
    """Return the headers of a push; they are the same for every body."""
    return {"content-type": MEDIA_TYPE, TOKEN_HEADER: secret}


def topic(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return "": pushes are of one kind."""
    return ""


def entity_hint(headers: Mapping[str, str], body: bytes) -> str:  # noqa: ARG001
    """Return the number of the first shipment; most pushes are about one."""
    return glance(body, "shipments", 0, "id")


handshake = no_handshake  # a subscription is activated at DHL, not here
