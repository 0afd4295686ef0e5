"""The archive: raw inputs as they came, for replay, gone after thirty days.

What was applied is one object a batch and hour. What failed to the end is one object each, under the digest
of the order that it names: it is deleted with that order's customer, and found without being read.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.wire.receipts import Receipt, decode

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FAILED = "failed/"
_HOUR = "%Y%m%dT%H"


class Archive:
    """The bucket of raw inputs."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store a batch of receipts as gzipped JSON lines, named by its first receipt.

        One object where all came in the same hour: what waited for long is found under its own.
        """
        for folder, kept in _by_hour(receipts).items():
            self._put(f"{folder}{kept[0].receipt_id}.jsonl.gz", kept)

    def keep_failed(self, receipt: Receipt) -> None:
        """Store what the queue gives up; the same again takes its own place."""
        folder = _failed_folder(receipt.connection, receipt.entity)
        self._put(f"{folder}{receipt.received_at.astimezone(UTC):{_HOUR}}-{receipt.receipt_id}.gz", [receipt])

    def forget_failed(self, connection: str, entity: str) -> None:
        """Delete what failed about an order, known by its channel's own id; nothing happens without any."""
        for key in self._keys(_failed_folder(connection, entity)):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _put(self, key: str, receipts: Sequence[Receipt]) -> None:
        lines = "".join(f"{receipt.encode()}\n" for receipt in receipts)
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            # Level 1: half the CPU of the default for a tenth more bytes, which expire anyway.
            Body=gzip.compress(lines.encode("ascii"), compresslevel=1, mtime=0),
            ContentType="application/gzip",
        )

    def read(self, hour: datetime) -> Iterator[Receipt]:
        """Give the receipts that came in the UTC hour of ``hour``, each as it was kept."""
        for key in self._keys(_folder(hour)):
            yield from self._read(key)

    def read_failed(self, since: datetime, until: datetime) -> Iterator[Receipt]:
        """Give what failed of the receipts that came in the UTC hours of ``since`` up to ``until``."""
        first, last = (f"{at.astimezone(UTC):{_HOUR}}" for at in (since, until))
        for key in self._keys(_FAILED):
            if first <= key.rpartition("/")[2].partition("-")[0] <= last:
                yield from self._read(key)

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            yield from (entry["Key"] for entry in page.get("Contents", []))

    def _read(self, key: str) -> Iterator[Receipt]:
        kept = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        for line in gzip.decompress(kept).decode("ascii").splitlines():
            receipt = decode(line)
            if isinstance(receipt, Receipt):
                yield receipt

    def fetch_spilled(self, key: str) -> bytes:
        """Return a large body that was stored apart."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        return answer["Body"].read()


def _by_hour(receipts: Sequence[Receipt]) -> dict[str, list[Receipt]]:
    found: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        found.setdefault(_folder(receipt.received_at), []).append(receipt)
    return found


def _folder(hour: datetime) -> str:
    return f"raw/{hour.astimezone(UTC):%Y/%m/%d/%H}/"


def _failed_folder(connection: str, entity: str) -> str:
    return f"{_FAILED}{hashlib.sha256(f'{connection}/{entity}'.encode()).hexdigest()[:32]}/"
