"""A notification as eBay published it, where ORDERHUB_PAYLOADS names a folder with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.channels.ebay import signature
from shared.channels.ebay.mapping import normalize
from shared.wire import strict_json
from shared.wire.adapter import Reading
from shared.wire.errors import IrrelevantError

ROOT = os.environ.get("ORDERHUB_PAYLOADS", "")
FILES = sorted((Path(ROOT) / "ebay").glob("*.json")) if ROOT else []
READING = Reading(received_at=datetime(2026, 4, 1, tzinfo=UTC))

# Each file, and why it is no order. Orders of eBay are not published.
IRRELEVANT = {"notification_account_deletion_valid": "account_deletion"}

pytestmark = pytest.mark.skipif(not FILES, reason="ORDERHUB_PAYLOADS names no folder of payloads")


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in FILES} == set(IRRELEVANT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_left_alone_for_its_true_reason(path: Path) -> None:
    body = path.read_bytes()

    with pytest.raises(IrrelevantError) as reason:
        normalize(strict_json.parse(body)[0], topic=signature.topic({}, body), reading=READING)
    assert reason.value.reason == IRRELEVANT[path.stem]
