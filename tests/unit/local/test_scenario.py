"""The scripted day fits the samples that are there, and shows every oddity it knows."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from local.clerk import CLERK_STEPS
from local.places import EVENTS, ROOT
from local.samples import connection_of, read_samples, request_of
from local.scenario import EXPECTED, STEPS
from local.steps import Command, Invocation, Twist, Webhook
from shared.adapters import mapping_of, signature_of
from shared.notifications.catalogue import KINDS
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import UnusableError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAMPLES = read_samples(EVENTS, NOW)
WEBHOOKS = [step for step in STEPS if isinstance(step, Webhook)]


def sent(webhook: Webhook) -> tuple[bytes, dict[str, str]]:
    body, headers = request_of(webhook, SAMPLES, NOW)
    return body, {name.lower(): value for name, value in headers.items()}


def test_every_twist_is_played() -> None:
    assert {webhook.twist for webhook in WEBHOOKS} == set(Twist)


def test_each_channel_and_carrier_sends_something() -> None:
    assert {connection_of(webhook).kind for webhook in WEBHOOKS} == {"shopify", "woocommerce", "easypost"}


@pytest.mark.parametrize("webhook", WEBHOOKS, ids=lambda webhook: f"{webhook.file}-{webhook.twist.name}")
def test_what_counts_as_an_event_is_signed_and_nothing_else_is(webhook: Webhook) -> None:
    body, headers = sent(webhook)
    demo = connection_of(webhook)
    assert signature_of(demo.kind).verify(headers, body, [demo.secret], now=NOW) is webhook.twist.is_event


@pytest.mark.parametrize("webhook", WEBHOOKS, ids=lambda webhook: f"{webhook.file}-{webhook.twist.name}")
def test_what_can_be_used_can_be_read_today(webhook: Webhook) -> None:
    if not webhook.twist.is_event:
        return
    body, _ = sent(webhook)
    document, _ = strict_json.parse(body)
    mapping = mapping_of(connection_of(webhook).kind)
    reading = Reading(received_at=NOW)
    if webhook.twist is Twist.UNUSABLE:
        with pytest.raises(UnusableError):
            mapping.normalize(document, topic=webhook.topic, reading=reading)
    else:
        assert len(mapping.normalize(document, topic=webhook.topic, reading=reading)) == 1


def test_every_order_of_the_day_has_an_expected_ending() -> None:
    orders = {step.order for step in STEPS if isinstance(step, Command)}
    for webhook in WEBHOOKS:
        if webhook.twist.is_event and webhook.twist is not Twist.UNUSABLE:
            document, _ = strict_json.parse(sent(webhook)[0])
            mapping = mapping_of(connection_of(webhook).kind)
            for report in mapping.normalize(document, topic=webhook.topic, reading=Reading(received_at=NOW)):
                if report.order_external_id:
                    orders.add(f"{webhook.connection}:{report.order_external_id}")
    assert orders == {ending.order for ending in EXPECTED}


def test_expected_mails_are_of_the_catalogue() -> None:
    assert {mail for ending in EXPECTED for mail in ending.mails} <= set(KINDS)


def test_what_is_said_to_come_again_has_come_before() -> None:
    seen: set[str] = set()
    for webhook in WEBHOOKS:
        digest = hashlib.sha256(sent(webhook)[0]).hexdigest()
        if webhook.twist is Twist.AGAIN:
            assert digest in seen
        if webhook.twist.is_event:
            seen.add(digest)


def test_only_scheduled_functions_are_invoked() -> None:
    modules = {path.stem for path in (ROOT / "functions").glob("*.py")}
    assert {step.function for step in STEPS if isinstance(step, Invocation)} <= modules


def test_the_unusable_payload_is_valid_json() -> None:
    unusable = next(webhook for webhook in WEBHOOKS if webhook.twist is Twist.UNUSABLE)
    assert json.loads(sent(unusable)[0])["currency"] == "EURO"


def test_the_carrier_tells_of_the_parcels_that_the_clerk_ships() -> None:
    shipped = [step for step in CLERK_STEPS if isinstance(step, Command)]
    numbers = {step.body.get("tracking_number", "") for step in shipped} - {""}
    told = [webhook for webhook in WEBHOOKS if webhook.parcel]
    assert {webhook.parcel for webhook in told} == numbers
    ids = set()
    for webhook in told:
        event = json.loads(sent(webhook)[0])
        assert event["result"]["tracking_code"] == webhook.parcel
        ids |= {event["id"], event["result"]["id"]}
    assert len(ids) == 2 * len(told)
