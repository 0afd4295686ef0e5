"""What can go wrong with a connection."""

from __future__ import annotations


class UnknownConnectionError(LookupError):
    """There is no connection with this id."""

    def __init__(self, connection: str) -> None:
        super().__init__(f"no connection {connection!r}; list them with: python -m local connection list")


class SecretsUnavailableError(Exception):
    """The secret store does not answer, and nothing fresh enough is cached."""
