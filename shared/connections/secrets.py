"""Webhook secrets, in SSM as SecureStrings; current and previous are both accepted.

One parameter a connection, ``<path>/<kind>/<connection>``, holding
``{"current": "…", "previous": "…"}``. A secret is asked for again after five
minutes at the latest; where the store does not answer by then, nothing is accepted.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.connections.errors import SecretsUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

KEPT = timedelta(minutes=5)
UNKNOWN_KEPT = timedelta(minutes=1)
ASKED_AFRESH = timedelta(seconds=15)
MAX_CACHED = 1_000
# SSM answers 40 requests a second for the whole account: invented ids may take a small part of them.
UNKNOWN_A_MINUTE = 120


@dataclass(frozen=True, slots=True)
class _Cached:
    secrets: tuple[str, ...]
    read_at: datetime


class SecretStore:
    """Reads webhook secrets and remembers them for :data:`KEPT`."""

    def __init__(self, ssm: SSMClient, path: str, clock: Callable[[], datetime]) -> None:
        self._ssm = ssm
        self._path = path
        self._clock = clock
        self._cache: dict[str, _Cached] = {}
        self._minute = ""
        self._unknown = 0

    def secrets_for(self, kind: str, connection: str, *, fresh: bool = False) -> tuple[str, ...]:
        """Return current and previous secret, () for an unknown connection.

        ``fresh`` skips the cache, at most once in :data:`ASKED_AFRESH` per connection, so
        that forged webhooks cannot exhaust the store. Raises SecretsUnavailableError.
        """
        name = f"{self._path}/{kind}/{connection}"
        now = self._clock()
        cached = self._cache.get(name)
        if cached is not None:
            kept = ASKED_AFRESH if fresh else KEPT if cached.secrets else UNKNOWN_KEPT
            if now - cached.read_at < kept:
                return cached.secrets
        if cached is None or not cached.secrets:
            self._count_unknown(f"{now:%Y-%m-%dT%H:%M}")
        secrets = self._read(name)
        self._cache[name] = _Cached(secrets, now)
        if len(self._cache) > MAX_CACHED:
            self._make_room()
        return secrets

    def _count_unknown(self, minute: str) -> None:
        if minute != self._minute:
            self._minute, self._unknown = minute, 0
        self._unknown += 1
        if self._unknown > UNKNOWN_A_MINUTE:
            # Not "unknown": it may be a connection this process has not met yet. Its sender comes again.
            raise SecretsUnavailableError

    def _make_room(self) -> None:
        # Invented connections first: they must not drive out the merchant's own.
        self._cache = {name: cached for name, cached in self._cache.items() if cached.secrets}
        if len(self._cache) > MAX_CACHED:
            self._cache.clear()

    def _read(self, name: str) -> tuple[str, ...]:
        try:
            answer = self._ssm.get_parameter(Name=name, WithDecryption=True)
            values = json.loads(answer["Parameter"]["Value"])
            return tuple(str(values[key]) for key in ("current", "previous") if values.get(key))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return ()
            raise SecretsUnavailableError from error
        except (BotoCoreError, ValueError, AttributeError) as error:
            raise SecretsUnavailableError from error


class SecretWriter:
    """Sets and rotates webhook secrets; used by the command line and, later, the API."""

    def __init__(self, ssm: SSMClient, path: str) -> None:
        self._ssm = ssm
        self._path = path

    def put(self, kind: str, connection: str, secret: str) -> None:
        """Set the secret; the one before stays valid as *previous*. Setting the same again changes nothing.

        Raises ValueError for an empty one.
        """
        if not secret:
            raise ValueError("an empty secret would accept webhooks from anybody")
        current = self._current(kind, connection)
        if current != secret:
            self._write(kind, connection, secret, previous=current)

    def forget_previous(self, kind: str, connection: str) -> None:
        """End a rotation: from now on only the current secret is valid (five minutes later, by the cache)."""
        current = self._current(kind, connection)
        if current:
            self._write(kind, connection, current, previous="")

    def remove(self, kind: str, connection: str) -> None:
        """Accept no webhook any more (five minutes later, by the cache); nothing happens without a secret."""
        with contextlib.suppress(self._ssm.exceptions.ParameterNotFound):
            self._ssm.delete_parameter(Name=f"{self._path}/{kind}/{connection}")

    def _current(self, kind: str, connection: str) -> str:
        try:
            answer = self._ssm.get_parameter(Name=f"{self._path}/{kind}/{connection}", WithDecryption=True)
        except self._ssm.exceptions.ParameterNotFound:
            return ""
        current: str = json.loads(answer["Parameter"]["Value"])["current"]
        return current

    def _write(self, kind: str, connection: str, current: str, *, previous: str) -> None:
        self._ssm.put_parameter(
            Name=f"{self._path}/{kind}/{connection}",
            Value=json.dumps({"current": current, "previous": previous}),
            Type="SecureString",
            Overwrite=True,
        )
