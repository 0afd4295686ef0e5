"""What an adapter raises that it should not: a mistake of ours, met as an answer that work can wait for.

A channel may answer something that nobody thought of. Then the one call or poll fails and shows it; the
others, and whatever stands behind it in a queue, go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.connections.errors import SecretsUnavailableError
from shared.wire.api import MissingCredentialError
from shared.wire.http import ApiError, UnreadableAnswerError

ADAPTER_FAILED = "adapter_failed"

WHAT_A_CHANNEL_ANSWERS = (ApiError, MissingCredentialError, SecretsUnavailableError)


class AdapterFailedError(UnreadableAnswerError):
    """An adapter broke. Its own error is logged by kind and place; the text may hold a customer's data."""

    def __init__(self, *, is_certain: bool) -> None:
        super().__init__(ADAPTER_FAILED)
        self.is_certain = is_certain


@contextmanager
def guarded(
    log: Callable[[Exception], None], *known: type[Exception], is_certain: bool = True
) -> Iterator[None]:
    """Let ``known`` errors and those that adapters declare pass; log any other. Raises AdapterFailedError.

    ``is_certain``: nothing is changed out there by what is guarded.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, (*WHAT_A_CHANNEL_ANSWERS, *known)):
            raise
        log(error)
        raise AdapterFailedError(is_certain=is_certain) from None


def code_of(error: Exception) -> str:
    """Return the stable code of one of the errors that adapters declare."""
    if isinstance(error, ApiError):
        return error.code
    return "missing_credentials" if isinstance(error, MissingCredentialError) else "credentials_unavailable"
