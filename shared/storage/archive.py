"""The archive: raw inputs as they came, for replay; one object a batch, gone after thirty days."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from shared.wire.receipts import Receipt


class Archive:
    """The bucket of raw inputs."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, receipts: Sequence[Receipt]) -> None:
        """Store a batch of receipts as one object of gzipped JSON lines, named by its first receipt."""
        if not receipts:
            return
        first = receipts[0]
        lines = "".join(f"{receipt.encode()}\n" for receipt in receipts)
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"raw/{first.received_at:%Y/%m/%d/%H}/{first.receipt_id}.jsonl.gz",
            # Level 1: half the CPU of the default for a tenth more bytes, which expire anyway.
            Body=gzip.compress(lines.encode("ascii"), compresslevel=1, mtime=0),
            ContentType="application/gzip",
        )

    def fetch_spilled(self, key: str) -> bytes:
        """Return a large body that was stored apart."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        return answer["Body"].read()
