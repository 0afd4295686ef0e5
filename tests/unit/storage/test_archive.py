"""The archive of raw inputs: one object a batch and hour, that can be read back byte by byte."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from shared.storage.archive import Archive
from shared.wire.receipts import Receipt, decode

RECEIPT = Receipt(
    receipt_id="receipt-1",
    connection="example-shop",
    kind="shopify",
    source="webhook",
    received_at=datetime(2026, 11, 1, 9, 59, 59, tzinfo=UTC),
    body='{"name": "Zoë\\n"}'.encode(),
)
BATCH = [
    RECEIPT,
    replace(RECEIPT, receipt_id="receipt-2", body=b"\xff\x00\r\n\x85"),
    replace(RECEIPT, receipt_id="receipt-3", body=None, spilled_to="spill/receipt-3"),
]


class Bucket:
    def __init__(self, session: boto3.Session, environment: dict[str, str]) -> None:
        self.s3 = session.client("s3")
        self.name = environment["ARCHIVE_BUCKET"]
        self.archive = Archive(self.s3, self.name)

    def stored(self) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=self.name).get("Contents", [])]

    def read(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()


@pytest.fixture
def bucket(session: boto3.Session, environment: dict[str, str]) -> Bucket:
    made = Bucket(session, environment)
    for key in made.stored():
        made.s3.delete_object(Bucket=made.name, Key=key)
    return made


def test_a_batch_is_one_object_named_by_hour_and_first_receipt(bucket: Bucket) -> None:
    bucket.archive.keep(BATCH)
    assert bucket.stored() == ["raw/2026/11/01/09/receipt-1.jsonl.gz"]


def test_what_was_archived_can_be_replayed_byte_by_byte(bucket: Bucket) -> None:
    bucket.archive.keep(BATCH)
    lines = gzip.decompress(bucket.read(bucket.stored()[0])).decode("ascii").split("\n")
    assert lines.pop() == ""
    assert [decode(line) for line in lines] == BATCH


def test_a_batch_that_comes_again_is_archived_once(bucket: Bucket) -> None:
    bucket.archive.keep(BATCH)
    before = bucket.read(bucket.stored()[0])
    bucket.archive.keep(BATCH)
    assert [bucket.read(key) for key in bucket.stored()] == [before]
    assert before[4:8] == bytes(4), "gzip's own time of writing"


def test_what_waited_for_hours_is_found_under_the_hour_in_which_it_came(bucket: Bucket) -> None:
    late = replace(RECEIPT, receipt_id="receipt-4", received_at=RECEIPT.received_at + timedelta(hours=5))
    bucket.archive.keep([RECEIPT, late])
    assert list(bucket.archive.read(RECEIPT.received_at)) == [RECEIPT]
    assert list(bucket.archive.read(late.received_at)) == [late]


def test_what_failed_is_found_by_its_hour_and_takes_the_place_of_itself_alone(bucket: Bucket) -> None:
    first, second = (replace(one, entity="1001") for one in BATCH[:2])
    later = replace(first, receipt_id="receipt-5", received_at=RECEIPT.received_at + timedelta(hours=5))
    bucket.archive.keep([first])
    for failed in (first, second, later, first):
        bucket.archive.keep_failed(failed)
    at = RECEIPT.received_at
    assert list(bucket.archive.read(at)) == [first]
    assert list(bucket.archive.read_failed(at, at)) == [first, second]
    assert list(bucket.archive.read_failed(at, later.received_at)) == [first, second, later]


def test_s9_what_failed_is_deleted_by_the_order_that_it_names_and_its_key_names_nobody(
    bucket: Bucket,
) -> None:
    of_order = replace(RECEIPT, entity="1001")
    others = [replace(of_order, entity="1002"), replace(of_order, connection="other-shop")]
    for failed in (of_order, replace(of_order, receipt_id="receipt-2"), *others):
        bucket.archive.keep_failed(failed)
    assert not any("1001" in key or "example-shop" in key for key in bucket.stored())
    bucket.archive.forget_failed("example-shop", "1001")
    bucket.archive.forget_failed("example-shop", "1001")
    kept = bucket.archive.read_failed(RECEIPT.received_at, RECEIPT.received_at)
    assert sorted((one.connection, one.entity) for one in kept) == [
        ("example-shop", "1002"),
        ("other-shop", "1001"),
    ]


def test_an_empty_batch_leaves_nothing(bucket: Bucket) -> None:
    bucket.archive.keep([])
    assert bucket.stored() == []


def test_a_body_that_was_stored_apart_comes_back(bucket: Bucket) -> None:
    bucket.s3.put_object(Bucket=bucket.name, Key="spill/receipt-3", Body=b"\x00large\xff")
    assert bucket.archive.fetch_spilled("spill/receipt-3") == b"\x00large\xff"
