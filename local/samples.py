"""The samples of ``events/``, moved to the day that ends now, and made odd where a step asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from local.connections import DEMO_CONNECTIONS, DemoConnection
from local.moments import lay_over_a_day
from local.steps import Twist, Webhook
from local.webhooks import signed_headers

_FORM = "application/x-www-form-urlencoded"
_BY_ID = {demo.id: demo for demo in DEMO_CONNECTIONS}


def read_samples(events: Path, now: datetime) -> dict[str, bytes]:
    """Return every sample as ``kind/file`` with moments of the last day."""
    kinds = sorted({demo.kind for demo in DEMO_CONNECTIONS})
    files = {
        f"{kind}/{path.name}": path.read_bytes() for kind in kinds for path in (events / kind).glob("*.json")
    }
    return lay_over_a_day(files, now)


def connection_of(webhook: Webhook) -> DemoConnection:
    """Return the demo's connection that a step is sent for."""
    return _BY_ID[webhook.connection]


def request_of(webhook: Webhook, samples: Mapping[str, bytes], now: datetime) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a step."""
    demo = connection_of(webhook)
    if webhook.twist is Twist.PING:
        return b"webhook_id=7", {"content-type": _FORM}
    body = samples[f"{demo.kind}/{webhook.file}"]
    if webhook.twist is Twist.FORM:
        return body, {"content-type": _FORM}
    if webhook.twist is Twist.UNUSABLE:
        body = json.dumps(json.loads(body) | {"currency": "EURO"}).encode()
    if webhook.parcel:
        body = _of_parcel(body, webhook.parcel)
    secret = "not-the-secret" if webhook.twist is Twist.BAD_SIGNATURE else demo.secret
    return body, signed_headers(demo.kind, body, secret, topic=webhook.topic, now=now)


def _of_parcel(body: bytes, tracking_number: str) -> bytes:
    """Return a tracker's event as it would tell of another parcel: an event and a tracker of their own."""
    event = json.loads(body)
    event["id"] = f"evt_{tracking_number.lower()}"
    event["result"] |= {"id": f"trk_{tracking_number.lower()}", "tracking_code": tracking_number}
    return json.dumps(event).encode()
