"""Credentials of the channels' APIs, in SSM as SecureStrings.

One parameter a connection, ``<path>/<connection>``, a JSON object of names and values; which names an adapter
needs is in its ``capabilities``. Apart from webhook secrets: who answers webhooks must not read these.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.connections.errors import SecretsUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

KEPT = timedelta(minutes=5)


class CredentialStore:
    """Reads credentials and remembers them for :data:`KEPT`."""

    def __init__(self, ssm: SSMClient, path: str, clock: Callable[[], datetime]) -> None:
        self._ssm = ssm
        self._path = path
        self._clock = clock
        self._cache: dict[str, tuple[datetime, Mapping[str, str]]] = {}

    def get(self, connection: str) -> Mapping[str, str]:
        """Return a connection's credentials, {} where none are stored. Raises SecretsUnavailableError."""
        now = self._clock()
        cached = self._cache.get(connection)
        if cached is not None and now - cached[0] < KEPT:
            return cached[1]
        found = read_credentials(self._ssm, f"{self._path}/{connection}")
        self._cache[connection] = (now, found)
        return found


class CredentialWriter:
    """Stores credentials; used by the command line."""

    def __init__(self, ssm: SSMClient, path: str) -> None:
        self._ssm = ssm
        self._path = path

    def put(self, connection: str, given: Mapping[str, str]) -> tuple[str, ...]:
        """Add or replace credentials, take out those given as ""; return the names that are stored now."""
        name = f"{self._path}/{connection}"
        merged = {**read_credentials(self._ssm, name), **given}
        kept = {key: value for key, value in merged.items() if value}
        self._ssm.put_parameter(Name=name, Value=json.dumps(kept), Type="SecureString", Overwrite=True)
        return tuple(sorted(kept))

    def remove(self, connection: str) -> None:
        """Delete a connection's credentials; nothing happens where there are none."""
        with contextlib.suppress(self._ssm.exceptions.ParameterNotFound):
            self._ssm.delete_parameter(Name=f"{self._path}/{connection}")


def read_credentials(ssm: SSMClient, name: str) -> Mapping[str, str]:
    """Return what is stored under ``name``, {} for nothing. Raises SecretsUnavailableError."""
    try:
        answer = ssm.get_parameter(Name=name, WithDecryption=True)
        values = json.loads(answer["Parameter"]["Value"])
        return {str(key): str(value) for key, value in values.items()}
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return {}
        raise SecretsUnavailableError from error
    except (BotoCoreError, ValueError, AttributeError) as error:
        raise SecretsUnavailableError from error
