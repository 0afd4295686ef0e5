"""What a sender gets, and what is stored, for every way a webhook can arrive."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.adapters import signature_of
from shared.connections.errors import SecretsUnavailableError
from shared.usecases.receive_webhook import (
    CODES,
    MAX_BODY_BYTES,
    MESSAGES,
    SPILL_BYTES,
    WebhookAnswer,
    WebhookRequest,
    receive_webhook,
)
from shared.wire.errors import InboxUnavailableError
from shared.wire.receipts import Receipt, decode
from shared.wire.signing import hmac_sha256_hex
from tests.support.senders import NOW, signed_headers, webhook

SECRET = "the shop's secret"
OLD_SECRET = "the secret before"
CONNECTIONS = {("shopify", "shop-one"), ("shippo", "parcels"), ("ebay", "my-ebay")}
BODY = b'{"id":1001,"line_items":[],"total_price":"10.00"}'


class FakeSecrets:
    """Secrets in memory; ``fresh`` is what the store holds when it is asked again."""

    def __init__(self, *secrets: str, fresh: tuple[str, ...] | None = None, down: bool = False) -> None:
        self.secrets = secrets
        self.fresh = secrets if fresh is None else fresh
        self.down = down
        self.asked: list[str] = []

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        if self.down:
            raise SecretsUnavailableError
        self.asked.append(f"{kind}/{connection}")
        if (kind, connection) not in CONNECTIONS:
            return ()
        return self.fresh if fresh else self.secrets


class FakeInbox:
    """An inbox in memory. It keeps what SQS would: encoded text."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.messages: list[tuple[str, str]] = []
        self.spilled: dict[str, bytes] = {}

    def put(self, receipt: Receipt, *, group: str) -> None:
        if self.down:
            raise InboxUnavailableError
        self.messages.append((group, receipt.encode()))

    def spill(self, receipt_id: str, body: bytes) -> str:
        self.spilled[f"spill/{receipt_id}"] = body
        return f"spill/{receipt_id}"

    @property
    def receipts(self) -> list[Receipt]:
        found = [decode(text) for _, text in self.messages]
        return [receipt for receipt in found if isinstance(receipt, Receipt)]


def receive(
    request: WebhookRequest, inbox: FakeInbox | None = None, secrets: FakeSecrets | None = None
) -> WebhookAnswer:
    return receive_webhook(
        request, secrets=secrets or FakeSecrets(SECRET, OLD_SECRET), inbox=inbox or FakeInbox(), now=NOW
    )


def shopify_order(body: bytes = BODY, secret: str = SECRET, **overrides: object) -> WebhookRequest:
    headers = signed_headers("shopify", body, secret, "orders/create")
    return webhook("shopify", "shop-one", body, headers, **overrides)


def with_headers(request: WebhookRequest, **headers: str) -> WebhookRequest:
    changed = dict(request.headers) | {name.replace("_", "-"): value for name, value in headers.items()}
    return webhook(request.kind, request.connection, request.body.encode(), changed)


def test_an_authentic_webhook_is_stored_byte_by_byte_and_answered_202() -> None:
    inbox = FakeInbox()
    answer = receive(shopify_order(), inbox)
    assert (answer.status, answer.code) == (202, "accepted")
    [receipt] = inbox.receipts
    assert receipt.body == BODY
    assert (receipt.connection, receipt.kind, receipt.topic) == ("shop-one", "shopify", "orders/create")
    assert (receipt.receipt_id, receipt.received_at) == ("request-1", NOW)


def test_a_refused_webhook_is_not_stored() -> None:
    inbox = FakeInbox()
    receive(shopify_order(secret="wrong"), inbox)
    assert inbox.messages == []


def test_b01_a_webhook_without_a_signature_gets_401() -> None:
    answer = receive(webhook("shopify", "shop-one", BODY, {"content-type": "application/json"}))
    assert (answer.status, answer.code) == (401, "invalid_signature")


@pytest.mark.parametrize(
    ("kind", "connection"),
    [("shopify", "nobody"), ("no-such-kind", "shop-one"), ("shopify", "../shop-one"), ("shopify", "x" * 41)],
)
def test_b02_an_unknown_connection_gets_the_same_answer_as_a_wrong_secret(kind: str, connection: str) -> None:
    headers = signed_headers("shopify", BODY, SECRET, "orders/create")
    wrong_secret = receive(shopify_order(secret="wrong"))
    assert receive(webhook(kind, connection, BODY, headers)) == wrong_secret


def test_b02_an_unknown_connection_costs_a_signature_check_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.channels.shopify import signature

    checked: list[int] = []
    verify = signature.verify

    def counting(*arguments: Any, now: datetime) -> bool:
        checked.append(1)
        return verify(*arguments, now=now)

    monkeypatch.setattr(signature, "verify", counting)
    headers = signed_headers("shopify", BODY, SECRET, "orders/create")
    receive(webhook("shopify", "nobody", BODY, headers))
    assert checked


def test_b03_a_wrong_secret_gets_401() -> None:
    answer = receive(shopify_order(secret="wrong"))
    assert (answer.status, answer.code) == (401, "invalid_signature")


def test_b07_a_base64_body_is_verified_as_the_bytes_it_stands_for() -> None:
    inbox = FakeInbox()
    request = shopify_order()
    encoded = base64.b64encode(BODY).decode()
    request = webhook("shopify", "shop-one", b"", request.headers, body=encoded, is_base64=True)
    assert receive(request, inbox).status == 202
    assert inbox.receipts[0].body == BODY


@pytest.mark.parametrize("broken", ["%%%", "abc", "YWJj\n=", "é"])
def test_b08_broken_base64_gets_400(broken: str) -> None:
    answer = receive(webhook("shopify", "shop-one", b"", {}, body=broken, is_base64=True))
    assert (answer.status, answer.code) == (400, "invalid_encoding")


def test_b09_a_body_that_was_written_anew_gets_401() -> None:
    request = shopify_order()
    rewritten = json.dumps(json.loads(BODY)).encode()
    assert rewritten != BODY
    answer = receive(webhook("shopify", "shop-one", rewritten, request.headers))
    assert answer.code == "invalid_signature"


def test_b10_a_repeated_signature_header_counts_once_and_two_different_ones_get_401() -> None:
    request = shopify_order()
    signature = request.headers["x-shopify-hmac-sha256"]
    other = signed_headers("shopify", BODY, "another secret", "orders/create")["x-shopify-hmac-sha256"]
    assert receive(with_headers(request, x_shopify_hmac_sha256=f"{signature},{signature}")).status == 202
    assert receive(with_headers(request, x_shopify_hmac_sha256=f"{signature},{other}")).status == 401


def parcel_update(age: timedelta) -> WebhookRequest:
    """Return a webhook of a sender who signs its time, ``age`` before ours."""
    headers = signature_of("shippo").sign(BODY, SECRET, topic="track_updated", now=NOW - age)
    return webhook("shippo", "parcels", BODY, headers)


@pytest.mark.parametrize("seconds", [301, -301])
def test_b11_a_webhook_signed_301_seconds_from_now_gets_401(seconds: int) -> None:
    inbox = FakeInbox()
    answer = receive(parcel_update(timedelta(seconds=seconds)), inbox)
    assert (answer.status, answer.code) == (401, "invalid_signature")
    assert inbox.messages == []


@pytest.mark.parametrize("seconds", [300, 0, -300])
def test_b12_a_webhook_signed_300_seconds_from_now_is_accepted(seconds: int) -> None:
    answer = receive(parcel_update(timedelta(seconds=seconds)))
    assert (answer.status, answer.code) == (202, "accepted")


@pytest.mark.parametrize("time", ["nan", "1.7e9", "1_772_442_000", " 1772442000", "-1", "", "9" * 40])
def test_b13_a_webhook_whose_time_is_not_plain_digits_gets_401(time: str) -> None:
    digest = hmac_sha256_hex(SECRET.encode(), time.encode() + b"." + BODY).decode()
    headers = {"shippo-auth-signature": f"t={time},v1={digest}"}
    assert receive(webhook("shippo", "parcels", BODY, headers)).code == "invalid_signature"


@pytest.mark.parametrize(
    ("case", "body"),
    [
        ("b17", b""),
        ("b18", b'{"id": 1} and more'),
        ("b19", b'{"id": "\xff\xfe"}'),
        ("b20", b'{"id": 1, "id": 2}'),
        ("b21", b'{"id": NaN}'),
        ("b22", b'{"id": ' + b"9" * 5_000 + b"}"),
        ("b23", b"[" * 100_000),
        ("b24", b'{"id": "\\ud800"}'),
    ],
)
def test_b17_to_b24_what_is_authentic_is_accepted_whatever_it_says(case: str, body: bytes) -> None:
    inbox = FakeInbox()
    headers = signed_headers("shopify", body, SECRET, "orders/create")
    encoded = base64.b64encode(body).decode()
    answer = receive(webhook("shopify", "shop-one", b"", headers, body=encoded, is_base64=True), inbox)
    assert answer.status == 202, case
    assert inbox.receipts[0].body == body


def test_b26_a_body_over_a_million_bytes_gets_413_before_anything_is_computed() -> None:
    secrets = FakeSecrets(SECRET)
    request = shopify_order(body=b"x" * (MAX_BODY_BYTES + 1))
    answer = receive(request, secrets=secrets)
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert secrets.asked == []


def test_b26_a_body_of_a_million_bytes_is_taken() -> None:
    assert receive(shopify_order(body=b"x" * MAX_BODY_BYTES)).status == 202


def test_b26_the_limit_counts_bytes_not_characters_and_not_base64() -> None:
    letters = "é" * (MAX_BODY_BYTES // 2 + 1)
    assert receive(webhook("shopify", "shop-one", b"", {}, body=letters)).code == "body_too_large"
    encoded = base64.b64encode(b"x" * (MAX_BODY_BYTES + 1)).decode()
    request = webhook("shopify", "shop-one", b"", {}, body=encoded, is_base64=True)
    assert receive(request).code == "body_too_large"


def test_b27_a_large_array_of_nothing_gets_413_unparsed() -> None:
    body = b"[" + b"{}," * 1_999_999 + b"{}]"
    assert receive(shopify_order(body=body)).code == "body_too_large"


def test_b28_a_compressed_body_gets_415_and_is_never_inflated() -> None:
    answer = receive(with_headers(shopify_order(), content_encoding="gzip"))
    assert (answer.status, answer.code) == (415, "unsupported_encoding")


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "application/xml", "text/xml"])
def test_b29_another_media_type_gets_415_where_it_is_unsigned(media_type: str) -> None:
    answer = receive(webhook("shopify", "shop-one", b"a=1", {"content-type": media_type}))
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_b29_another_media_type_is_accepted_where_it_is_signed() -> None:
    inbox = FakeInbox()
    request = with_headers(shopify_order(), content_type="application/xml; charset=utf-8")
    assert receive(request, inbox).status == 202
    assert inbox.receipts[0].media_type == "application/xml"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
def test_b30_any_method_but_post_gets_405_and_says_which_is_allowed(method: str) -> None:
    answer = receive(shopify_order(method=method))
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


def test_f58_without_the_secret_store_the_sender_is_asked_to_come_again() -> None:
    inbox = FakeInbox()
    answer = receive(shopify_order(), inbox, FakeSecrets(down=True))
    assert (answer.status, answer.code) == (503, "secrets_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert inbox.messages == []


def test_without_the_inbox_the_sender_is_asked_to_come_again() -> None:
    answer = receive(shopify_order(), FakeInbox(down=True))
    assert (answer.status, answer.code) == (503, "inbox_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_secret_before_is_accepted_too() -> None:
    assert receive(shopify_order(secret=OLD_SECRET)).status == 202


def test_f59_a_secret_rotated_a_moment_ago_is_asked_for_before_a_webhook_is_refused() -> None:
    secrets = FakeSecrets(OLD_SECRET, fresh=(SECRET, OLD_SECRET))
    assert receive(shopify_order(), secrets=secrets).status == 202


def test_a_large_body_waits_in_the_bucket_and_the_message_points_there() -> None:
    inbox = FakeInbox()
    body = b'{"id": 1, "note": "' + b"x" * SPILL_BYTES + b'"}'
    assert receive(shopify_order(body=body), inbox).status == 202
    [receipt] = inbox.receipts
    assert receipt.body is None
    assert inbox.spilled == {receipt.spilled_to: body}


def test_documents_of_one_order_are_kept_in_order_and_others_do_not_wait_for_them() -> None:
    inbox = FakeInbox()
    other = b'{"id":1002,"line_items":[]}'
    for body in (BODY, BODY, other):
        receive(shopify_order(body=body), inbox)
    groups = [group for group, _ in inbox.messages]
    assert groups[0] == groups[1] != groups[2]


def test_the_unsigned_ping_of_woocommerce_gets_200_and_is_no_event() -> None:
    inbox = FakeInbox()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = receive(webhook("woocommerce", "shop-two", b"webhook_id=123", headers), inbox)
    assert answer.status == 200
    assert inbox.messages == []


def test_every_refusal_says_what_to_do() -> None:
    assert {code for code in CODES if code != "accepted"} == set(MESSAGES)


def test_the_newer_header_names_of_shopify_count_as_a_signature() -> None:
    request = shopify_order()
    headers = {name.replace("x-shopify-", "shopify-"): value for name, value in request.headers.items()}
    assert "x-shopify-hmac-sha256" not in headers
    assert receive(webhook("shopify", "shop-one", BODY, headers)).status == 202


CHALLENGE = {"challenge_code": "code"}
ADDRESS = "https://hub.example.com/webhooks/ebay/my-ebay"


def challenge(kind: str = "ebay", connection: str = "my-ebay", **overrides: object) -> WebhookRequest:
    fields = {"method": "GET", "query": CHALLENGE, "address": ADDRESS} | overrides
    return webhook(kind, connection, b"", {}, **fields)


def test_a_challenge_is_answered_with_the_connections_secret_and_stores_nothing() -> None:
    inbox = FakeInbox()
    answer = receive(challenge(), inbox)
    proof = hashlib.sha256(f"code{SECRET}{ADDRESS}".encode()).hexdigest()
    assert (answer.status, answer.code, answer.raw) == (
        200,
        "handshake",
        f'{{"challengeResponse": "{proof}"}}',
    )
    assert inbox.messages == []


@pytest.mark.parametrize(
    "other",
    [
        challenge(query={}),
        challenge(query={"code": "x"}),
        challenge(connection="nobody"),
        challenge(connection="../my-ebay"),
        challenge(kind="shopify", connection="shop-one"),
        challenge(kind="no-such-kind"),
    ],
)
def test_any_other_get_is_no_challenge(other: WebhookRequest) -> None:
    answer = receive(other)
    assert (answer.status, answer.code) == (405, "method_not_allowed")


def test_a_challenge_has_to_come_again_while_the_secret_cannot_be_read() -> None:
    answer = receive(challenge(), secrets=FakeSecrets(down=True))
    assert (answer.status, answer.code) == (503, "secrets_unavailable")


def asked_keys(request: WebhookRequest, *secrets: str) -> list[tuple[str, str]]:
    asked: list[tuple[str, str]] = []
    receive_webhook(
        request,
        secrets=FakeSecrets(*secrets),
        inbox=FakeInbox(),
        now=NOW,
        ask_key=lambda connection, key: asked.append((connection, key)),
    )
    return asked


def test_the_key_that_a_refused_webhook_names_is_asked_for_where_no_secret_has_it() -> None:
    headers = signed_headers("ebay", BODY, SECRET, "ORDER_CONFIRMATION")
    kid = json.loads(base64.b64decode(headers["x-ebay-signature"]))["kid"]
    signed = webhook("ebay", "my-ebay", BODY, headers)
    assert asked_keys(signed, OLD_SECRET) == [("my-ebay", kid)]
    assert asked_keys(signed, OLD_SECRET, SECRET) == []


def test_no_key_is_asked_for_by_who_forges_with_a_known_one_or_for_nobodys_connection() -> None:
    headers = signed_headers("ebay", BODY, SECRET, "ORDER_CONFIRMATION")
    assert asked_keys(webhook("ebay", "my-ebay", b"{}", headers), SECRET) == []
    for connection in ("nobody", "../my-ebay"):
        assert asked_keys(webhook("ebay", connection, BODY, headers), OLD_SECRET) == []
    assert asked_keys(webhook("ebay", "my-ebay", BODY, {}), OLD_SECRET) == []
    assert asked_keys(shopify_order(secret="wrong"), SECRET) == []
