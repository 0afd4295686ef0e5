"""The archive: raw inputs as they came, for replay; one object a batch and hour, gone after thirty days."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.wire.receipts import Receipt, decode

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


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

    def keep_failed(self, receipts: Sequence[Receipt]) -> None:
        """Store what the queue gives up, to be found by :meth:`read` like all else.

        Named by all of it: a batch in which some of it comes again takes the place of none.
        """
        for folder, kept in _by_hour(receipts).items():
            name = hashlib.sha256(" ".join(receipt.receipt_id for receipt in kept).encode()).hexdigest()[:32]
            self._put(f"{folder}failed-{name}.jsonl.gz", kept)

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
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=_folder(hour)):
            for entry in page.get("Contents", []):
                kept = self._s3.get_object(Bucket=self._bucket, Key=entry["Key"])["Body"].read()
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
