"""UPS gets its token at the door and sends with it; a clerk gets a booked parcel's label."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from moto import mock_aws

from shared.orders.statuses import PackageStatus
from shared.wire.polls import Page, Polled
from tests.support.api import Api
from tests.support.hub import SECRET, Hub, deployed_hub, event_body
from tests.support.senders import gateway_event

ADDRESS = {"name": "Example Customer", "street": ["Street 1"], "city": "Berlin", "country": "DE"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with mock_aws(), deployed_hub(monkeypatch) as deployed:
        yield deployed


def ask_token(hub: Hub, secret: str, kind: str = "ups", connection: str = "my-ups") -> tuple[int, Any]:
    body = f"grant_type=client_credentials&client_id=ups&client_secret={secret}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    event = gateway_event(kind, connection, body, headers, "token-1")
    event["routeKey"] = "ANY /webhooks/{kind}/{connection}/token"
    answer = hub.invoke("receive_webhook", event)
    assert hub.queued("INBOX_QUEUE_URL") == 0
    return answer["statusCode"], json.loads(answer["body"])


def send(hub: Hub, token: str, body: bytes) -> int:
    headers = {
        "authorization": f"Bearer {token}",
        "x-api-key": "ups",
        "content-type": "application/json",
    }
    answer = hub.invoke("receive_webhook", gateway_event("ups", "my-ups", body, headers, "event-1"))
    status: int = answer["statusCode"]
    return status


def test_ups_gets_a_token_and_its_events_are_taken(hub: Hub) -> None:
    hub.connect("my-ups", "ups")
    status, said = ask_token(hub, SECRET)
    assert status == 200
    assert send(hub, said["access_token"], event_body("ups/parcel-5.json")) == 200
    assert hub.queued("INBOX_QUEUE_URL") == 1
    assert send(hub, "another", event_body("ups/parcel-5.json")) == 401


def test_b03_nobody_without_the_secret_gets_a_token(hub: Hub) -> None:
    hub.connect("my-ups", "ups")
    assert ask_token(hub, "another") == (401, {"error": "invalid_client"})
    assert ask_token(hub, SECRET, connection="nobody")[0] == 401
    assert ask_token(hub, SECRET, kind="dhl")[0] == 401
    assert ask_token(hub, SECRET, kind="nothing")[0] == 401


def test_an_event_with_a_photo_above_a_megabyte_is_taken(hub: Hub) -> None:
    hub.connect("my-ups", "ups")
    token = ask_token(hub, SECRET)[1]["access_token"]
    event = json.loads(event_body("ups/parcel-5.json")) | {"deliveryPhoto": "A" * 1_500_000}
    assert send(hub, token, json.dumps(event).encode()) == 200
    hub.settle()
    [waiting] = [item for item in hub.items() if item["sk"]["S"].startswith("PARKED#")]
    assert "AAAA" not in waiting["report"]["S"]


def booked(hub: Hub) -> Api:
    hub.script("account")
    market = hub.script("market", carrier_account="account")
    order = {"id": "9", "status": "open", "lines": {"1": 1}, "at": hub.now.isoformat()}
    market.pages.append(Page(documents=(Polled(body=json.dumps(order).encode(), order_id="9"),)))
    hub.poll()
    api = Api(hub)
    customer = {"customer": {"name": "Example Customer", "shipping": ADDRESS}}
    assert api.command("market:9", "change_address", customer, key="address").status == 200
    assert api.command("market:9", "ready_to_ship", {}, key="ready").status == 200
    return api


def test_a_booked_parcels_label_is_where_the_api_says(hub: Hub) -> None:
    api = booked(hub)
    assert api.get("/v1/orders/market:9/packages/1/label").status == 404
    hub.settle()
    [package] = hub.store.read("market:9").order.packages  # type: ignore[union-attr]
    assert (package.status, package.reference) == (PackageStatus.READY_TO_SHIP, "booking-1")
    answer = api.get("/v1/orders/market:9/packages/1/label")
    assert answer.status == 303
    address = urlsplit({name.lower(): value for name, value in answer.headers.items()}["location"])
    assert parse_qs(address.query)["X-Amz-Expires"] == ["300"]
    assert "market" not in address.path.rpartition("labels/")[2]
    stored = hub.session.client("s3").list_objects_v2(Bucket=hub.environment["ARCHIVE_BUCKET"])
    [key] = [item["Key"] for item in stored["Contents"] if item["Key"].startswith("labels/")]
    assert address.path.endswith(key)
    kept = hub.session.client("s3").get_object(Bucket=hub.environment["ARCHIVE_BUCKET"], Key=key)
    assert (kept["ContentType"], kept["Body"].read()) == ("application/pdf", b"%PDF-1")


def test_a_label_that_has_expired_and_one_of_nothing_are_not_found(hub: Hub) -> None:
    api = booked(hub)
    hub.settle()
    s3, bucket = hub.session.client("s3"), hub.environment["ARCHIVE_BUCKET"]
    for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=item["Key"])
    for path in ("market:9/packages/1", "market:9/packages/2", "market:9/packages/x", "market:0/packages/1"):
        assert api.get(f"/v1/orders/{path}/label").status == 404
