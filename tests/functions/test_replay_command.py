"""Archived inputs are read anew: nothing happens twice, and what was misread is mended."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from local import cli
from local.cli import main
from shared.channels.shopify import mapping
from shared.orders.changes import Outcome
from shared.orders.model import order_id
from shared.wire.errors import UnusableError
from tests.support.hub import STORY_ENDS, Hub, document, event_body

CREATED = "shopify/orders_create.json"
SINCE = (STORY_ENDS - timedelta(minutes=5)).isoformat()
UNTIL = (STORY_ENDS + timedelta(minutes=5)).isoformat()
ORDER = order_id("shop-one", str(document(event_body(CREATED))["id"]))


@pytest.fixture(autouse=True)
def _stack(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line find this hub."""
    found = SimpleNamespace(
        clients=SimpleNamespace(s3=hub.session.client("s3"), sqs=hub.session.client("sqs")),
        outputs={
            "ArchiveBucketName": hub.environment["ARCHIVE_BUCKET"],
            "InboxQueueUrl": hub.environment["INBOX_QUEUE_URL"],
        },
    )
    monkeypatch.setattr(cli, "_stack", lambda _name: found)


def receive(hub: Hub) -> None:
    hub.post("shop-one", event_body(CREATED), "orders/create")
    hub.settle()


def counts(capsys: pytest.CaptureFixture[str]) -> list[int]:
    """Return what the command said, without the functions' logs."""
    said = (line.partition("Back in the inbox: ") for line in capsys.readouterr().out.splitlines())
    return [int(count) for _, found, count in said if found]


def test_f39_what_was_misread_is_applied_by_its_replay_once_the_mistake_is_mended(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(*_arguments: Any, **_options: Any) -> Any:
        raise UnusableError("invalid_amount", "total_price")

    with monkeypatch.context() as mistake:
        mistake.setattr(mapping, "normalize", misread)
        receive(hub)
    assert hub.store.read(ORDER).order is None

    assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
    hub.settle()
    [record] = hub.store.history(ORDER)
    assert (record.outcome, record.source) == (Outcome.APPLIED, "replay")
    assert len(hub.mails()) == 1


def test_f39_a_replay_of_what_is_known_changes_nothing_however_often_it_is_asked_for(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(hub)
    before = hub.store.read(ORDER).order

    for _ in range(3):
        assert main(["replay", "--since", SINCE, "--until", UNTIL]) == 0
        hub.settle()

    assert counts(capsys) == [1, 1, 1]
    assert hub.store.read(ORDER).order == before
    assert len(hub.store.history(ORDER)) == 1
    assert len(hub.mails()) == 1


def test_only_what_was_asked_for_is_replayed(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    receive(hub)
    for asked in (["--until", STORY_ENDS.isoformat()], ["--until", UNTIL, "--connection", "shop-two"]):
        assert main(["replay", "--since", SINCE, *asked]) == 0
    assert counts(capsys) == [0, 0]


@pytest.mark.parametrize("since", ["2026-03-09", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_meant_is_refused(since: str) -> None:
    assert main(["replay", "--since", since, "--until", UNTIL]) == 1
