"""Mail addresses, known by a keyed digest only: which ones get no more mails, whose order is whose.

The digest is HMAC-SHA256 under a key of this hub (:mod:`shared.storage.signing_key`), 128 bits: without the
key an address can neither be read nor tried out. A suppressed address is one item, however often it
bounced; the index ``customer`` finds the orders of an address for as long as their CUSTOMER item is there,
``account`` those of a customer whom the channel knows by a name of its own.
"""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from unicodedata import normalize

from shared.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DIGEST_BYTES = 16


class AddressDigest:
    """Makes digests; the key is read with the first one."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def __call__(self, address: str) -> str:
        """Return 32 hex digits for an address, "" for none. Raises KeyUnavailableError.

        Case and surrounding space make no difference: to mail servers in use they make none either.
        """
        plain = normalize("NFC", address).strip().casefold()
        if not plain:
            return ""
        return hmac.digest(self._key(), plain.encode("utf-8", "surrogatepass"), "sha256")[:DIGEST_BYTES].hex()


class AddressBook:
    """Reads and writes what is known of addresses, by their digests. ``digest`` makes them."""

    def __init__(self, client: DynamoDBClient, table: str, digest: Callable[[str], str]) -> None:
        self._client = client
        self._table = table
        self.digest = digest

    def suppress(self, digest: str, reason: str, at: datetime) -> None:
        """Let an address get no more mails; the first reason stays."""
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": keys.address_pk(digest)},
                    "sk": {"S": keys.SUPPRESSED},
                    "reason": {"S": reason},
                    "since": {"S": keys.instant(at)},
                },
                # One item an address: what bounces a hundred times is suppressed once.
                ConditionExpression="attribute_not_exists(pk)",
            )

    def is_suppressed(self, digest: str) -> bool:
        """Return whether an address gets no more mails."""
        answer = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": keys.address_pk(digest)}, "sk": {"S": keys.SUPPRESSED}},
        )
        return "Item" in answer

    def forget(self, digest: str) -> None:
        """Delete all that is known of an address itself; nothing happens where nothing is."""
        self._client.delete_item(
            TableName=self._table,
            Key={"pk": {"S": keys.address_pk(digest)}, "sk": {"S": keys.SUPPRESSED}},
        )

    def orders_of(self, digest: str) -> Iterator[str]:
        """Yield the ids of the orders whose customer has this address."""
        return self._found("customer", digest)

    def orders_of_account(self, connection: str, account: str) -> Iterator[str]:
        """Yield the ids of a connection's orders whose customer has this account.

        Raises KeyUnavailableError.
        """
        return self._found("account", self.account_digest(connection, account))

    def account_digest(self, connection: str, account: str) -> str:
        """Return what a customer's account at a channel is known by. Raises KeyUnavailableError."""
        return self.digest(keys.account_of(connection, account))

    def _found(self, index: str, digest: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#index = :digest",
            ExpressionAttributeNames={"#index": index},
            ExpressionAttributeValues={":digest": {"S": digest}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["pk"]["S"].removeprefix(keys.order_pk(""))
