"""A merchant's mail templates in their table, on moto: kept by connection, kind and language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from shared.connections.mail_templates import MailTemplateStore, TemplatesUnavailableError
from shared.connections.model import Connection
from shared.connections.store import ConnectionStore
from tests.support.snapshot import KeepingSession
from tests.support.template import REGION, create_stack_on_moto

PARTS = {"subject": "{{ merchant }}", "text": "Hello\n"}
NOW = [datetime(2026, 11, 1, tzinfo=UTC)]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    with mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        session = KeepingSession(region_name=REGION)
        yield session.client("dynamodb"), create_stack_on_moto(session)["CONNECTIONS_TABLE"]


@pytest.fixture
def store(table: tuple[Any, str]) -> MailTemplateStore:
    return MailTemplateStore(*table, lambda: NOW[0])


def test_a_template_is_kept_for_its_connection_kind_and_language_alone(store: MailTemplateStore) -> None:
    store.put("shop", "shipped", "de", PARTS)

    assert store.get("shop", "shipped", "de") == PARTS
    for other in (("shop-2", "shipped", "de"), ("shop", "delivered", "de"), ("shop", "shipped", "en")):
        assert store.get(*other) == {}
    assert list(store.list("shop")) == [("shipped", "de")]
    assert list(store.list("shop-2")) == []


def test_what_is_put_again_replaces_and_what_is_removed_is_gone(store: MailTemplateStore) -> None:
    store.put("shop", "shipped", "de", PARTS)
    store.put("shop", "shipped", "de", {"html": "<p>Hello</p>", "text": ""})
    assert store.get("shop", "shipped", "de") == {"html": "<p>Hello</p>"}
    for _ in range(2):
        store.remove("shop", "shipped", "de")
    assert store.get("shop", "shipped", "de") == {}


def test_the_table_is_asked_once_a_minute_also_where_there_is_nothing(
    table: tuple[Any, str], store: MailTemplateStore
) -> None:
    assert store.get("shop", "shipped", "de") == {}
    MailTemplateStore(*table, lambda: NOW[0]).put("shop", "shipped", "de", PARTS)
    assert store.get("shop", "shipped", "de") == {}
    later = MailTemplateStore(*table, lambda: NOW[0] + timedelta(minutes=1))
    later._cache = dict(store._cache)
    assert later.get("shop", "shipped", "de") == PARTS


def test_templates_are_no_connections_and_go_nowhere_with_new_settings(
    table: tuple[Any, str], store: MailTemplateStore
) -> None:
    connections = ConnectionStore(*table, lambda: NOW[0])
    shop = Connection(id="shop", kind="shopify", name="Example Shop", connected_at=NOW[0])
    connections.put(shop)
    store.put("shop", "shipped", "de", PARTS)
    connections.put(shop)

    assert list(connections.list()) == [shop]
    assert store.get("shop", "shipped", "de") == PARTS


def test_a_table_that_does_not_answer_is_told_from_no_template(table: tuple[Any, str]) -> None:
    nowhere = MailTemplateStore(table[0], "no-such-table", lambda: NOW[0])

    with pytest.raises(TemplatesUnavailableError):
        nowhere.get("shop", "shipped", "de")
