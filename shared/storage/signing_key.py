"""A key that we sign with, for nobody else: an SSM SecureString, made on first use.

There is one for paging cursors, one for the links to tracking pages, one for the digests of mail
addresses. CloudFormation cannot make a SecureString, and a parameter costs nothing while a secret in
Secrets Manager costs something every month. Deleting the parameter rotates the key: cursors in flight
and links in mails are refused then, and what is known by the digest of an address is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class KeyUnavailableError(Exception):
    """SSM does not answer: without the key nothing is believed, and nothing is signed."""


class SigningKey:
    """Reads the key once per process, and makes it where there is none."""

    def __init__(self, ssm: Callable[[], SSMClient], name: str, new_key: Callable[[], str]) -> None:
        self._ssm = ssm
        self._name = name
        self._new_key = new_key
        self._key = b""

    def __call__(self) -> bytes:
        """Return the key. Raises KeyUnavailableError."""
        if not self._key:
            try:
                self._key = (self._read() or self._make()).encode()
            except (ClientError, BotoCoreError) as error:
                raise KeyUnavailableError from error
        return self._key

    def _read(self) -> str:
        ssm = self._ssm()
        try:
            return ssm.get_parameter(Name=self._name, WithDecryption=True)["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound:
            return ""

    def _make(self) -> str:
        ssm, key = self._ssm(), self._new_key()
        try:
            ssm.put_parameter(Name=self._name, Value=key, Type="SecureString", Overwrite=False)
        except ssm.exceptions.ParameterAlreadyExists:
            return self._read()  # another process was first: one key for all of them
        return key
