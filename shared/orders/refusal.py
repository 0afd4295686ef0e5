"""Why a command is not carried out."""

from __future__ import annotations


class RefusalError(Exception):
    """A command that this order does not take as it is; ``reason`` is a stable code without values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
