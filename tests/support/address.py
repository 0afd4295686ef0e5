"""What answers at a webhook's address when a simulated channel calls it: the hub, without its Lambdas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from shared.usecases.receive_webhook import WebhookRequest, receive_webhook
from shared.wire.http import HttpAnswer, HttpRequest
from shared.wire.receipts import Receipt

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class _Secrets:
    def __init__(self, *secrets: str) -> None:
        self.secrets = secrets

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        return () if fresh else self.secrets


class _Inbox:
    def put(self, receipt: Receipt, *, group: str) -> None:
        raise AssertionError(f"{receipt.topic} of {group} is no challenge")

    def spill(self, receipt_id: str, body: bytes) -> str:
        raise AssertionError(f"{receipt_id} of {len(body)} bytes is no challenge")


def hub_at(address: str, secret: str) -> Callable[[HttpRequest], HttpAnswer]:
    """Return the hub of one connection: its webhooks go to ``address`` (…/kind/connection)."""
    kind, connection = address.split("/")[-2:]

    def answer(request: HttpRequest) -> HttpAnswer:
        url = urlsplit(request.url)
        if f"{url.scheme}://{url.netloc}{url.path}" != address:
            return HttpAnswer(status=404)
        asked = WebhookRequest(
            method=request.method,
            kind=kind,
            connection=connection,
            headers={},
            address=address,
            query=dict(parse_qsl(url.query)),
        )
        told = receive_webhook(asked, secrets=_Secrets(secret), inbox=_Inbox(), now=NOW)
        return HttpAnswer(status=told.status, body=(told.raw or "").encode())

    return answer
