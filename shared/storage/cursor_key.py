"""The key that paging cursors are signed with: an SSM SecureString, made on first use.

CloudFormation cannot make a SecureString, and a parameter costs nothing while a secret in Secrets
Manager costs something every month. Deleting the parameter rotates the key: cursors in flight
are refused, and whoever holds one begins at the first page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class CursorKeyUnavailableError(Exception):
    """SSM does not answer: without the key no cursor is believed, and none is given."""


class CursorKey:
    """Reads the key once per process, and makes it where there is none."""

    def __init__(self, ssm: Callable[[], SSMClient], name: str, new_key: Callable[[], str]) -> None:
        self._ssm = ssm
        self._name = name
        self._new_key = new_key
        self._key = b""

    def __call__(self) -> bytes:
        """Return the key. Raises CursorKeyUnavailableError."""
        if not self._key:
            try:
                self._key = (self._read() or self._make()).encode()
            except (ClientError, BotoCoreError) as error:
                raise CursorKeyUnavailableError from error
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
