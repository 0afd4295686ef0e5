"""What takes longer than most tests, made once in a process: clients, and what moto holds after a deployment.

Each backend that is in use is kept as it stands, whatever service it is of. moto has nothing of the kind
(its state is what its objects hold), so a version of it that keeps something else fails here at once:
what cannot be pickled is an error, and test_stack_on_moto looks at what comes back.
"""

from __future__ import annotations

import io
import pickle
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from threading import Lock, RLock
from types import FunctionType
from typing import Any

import boto3
from moto.core.base_backend import BackendDict

# Neither holds any state between two tests of one thread.
_SHARED = (FunctionType, type(Lock()), type(RLock()))


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.shared: dict[int, Any] = {}

    def persistent_id(self, held: Any) -> int | None:
        if not isinstance(held, _SHARED):
            return None
        self.shared[id(held)] = held
        return id(held)

    def reducer_override(self, held: Any) -> Any:
        # A subclass whose __init__ takes something else cannot be made as `defaultdict` would make it.
        if isinstance(held, defaultdict) and type(held) is not defaultdict:
            about = type(held), held.default_factory, vars(held)
            return _defaultdict, about, None, None, iter(held.items())
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, shared: dict[int, Any]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, identity: int) -> Any:
        return self._shared[identity]


def _defaultdict(
    kind: type[defaultdict[Any, Any]], factory: Callable[[], Any] | None, state: dict[str, Any]
) -> Any:
    made = kind.__new__(kind)
    defaultdict.__init__(made, factory)
    vars(made).update(state)
    return made


class Snapshot:
    """The backends of the active moto as they stand when it is made."""

    def __init__(self) -> None:
        self._services: list[Any] = list(BackendDict._instances)  # type: ignore[misc]
        file = io.BytesIO()
        pickler = _Pickler(file)
        pickler.dump([dict(service) for service in self._services])
        self._bytes, self._shared = file.getvalue(), pickler.shared

    def restore(self) -> None:
        """Let the active moto, which has to be empty, hold what was kept. Each time it is another copy."""
        kept = _Unpickler(io.BytesIO(self._bytes), self._shared).load()
        for service, accounts in zip(self._services, kept, strict=True):
            service.update(accounts)
            BackendDict._instances.append(service)  # type: ignore[misc]


@cache
def one_session(region: str) -> boto3.Session:
    """Return a session for all of a process: it reads the description of a service once, for each client."""
    return boto3.Session(region_name=region)


class KeepingSession(boto3.Session):
    """A session that makes each client once in a process. For tests that do not tamper with one."""

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        key = f"{service_name}{sorted(options)}"
        if key not in _CLIENTS:
            _CLIENTS[key] = super().client(service_name, *arguments, **options)  # type: ignore[call-overload]
        return _CLIENTS[key]


_CLIENTS: dict[str, Any] = {}
