"""What an adapter raises that it should not: a mistake of ours, met as an answer that work can wait for.

A channel may answer something that nobody thought of. Then the one call or poll fails and shows it; the
others, and whatever stands behind it in a queue, go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.connections.errors import SecretsUnavailableError
from shared.wire.api import MissingCredentialError
from shared.wire.http import ApiError

ADAPTER_FAILED = "adapter_failed"

_KNOWN = (ApiError, MissingCredentialError, SecretsUnavailableError)


class AdapterFailedError(ApiError):
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
        if isinstance(error, (*_KNOWN, *known)):
            raise
        log(error)
        raise AdapterFailedError(is_certain=is_certain) from None
