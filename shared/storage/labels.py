"""Labels of booked parcels, as the carrier gave them: who ships them prints them within days.

They name the customer, as raw inputs do, and are gone as early (thirty days, by the bucket's own rule), or
with the customer. Their keys name nobody: an order is known by the digest of its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.wire.booking import Label

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 300
_MISSING = frozenset({"403", "404", "NoSuchKey"})  # 403: who may not list is not told that there is none


class Labels:
    """The bucket of labels."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, order_id: str, package_id: str, label: Label) -> None:
        """Store a package's label; a newer one takes its place."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=label_key(order_id, package_id),
            Body=label.body,
            ContentType=label.media_type,
        )

    def forget(self, order_id: str, package_ids: Sequence[str]) -> None:
        """Delete the labels of packages; nothing happens where there are none."""
        for package_id in package_ids:
            self._s3.delete_object(Bucket=self._bucket, Key=label_key(order_id, package_id))

    def link(self, order_id: str, package_id: str) -> str | None:
        """Return an address that gives the label for :data:`LINK_SECONDS`, None where there is none."""
        key = label_key(order_id, package_id)
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_SECONDS
        )


def label_key(order_id: str, package_id: str) -> str:
    """Return where a label is kept."""
    return f"labels/{hashlib.sha256(order_id.encode()).hexdigest()[:32]}/{package_id}"
