"""`make run` goes on looking until somebody stops it, and what works on it says when it is gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ReadTimeoutError

from local import aws, run, start
from local.errors import LocalError


def test_a_look_that_takes_too_long_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Exception | type[BaseException]] = [
        TimeoutError(),
        ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"),
        KeyboardInterrupt,
    ]

    def read_ledger(_stack: Any) -> None:
        raise looks.pop(0)

    monkeypatch.setattr(run, "read_ledger", read_ledger)
    monkeypatch.setattr(run, "_LOOK_EVERY", 0)
    with pytest.raises(KeyboardInterrupt):
        run._follow(cast("Any", None))
    assert looks == []


def test_a_hub_that_ends_while_the_code_is_built_is_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [True, False]

    def running(_home: Any) -> Any:
        if not runs.pop(0):
            raise LocalError("Nothing is running here.")
        return SimpleNamespace(endpoint="http://127.0.0.1:4566")

    monkeypatch.setattr(aws, "running", running)
    monkeypatch.setattr(start, "find", lambda _clients: None)
    monkeypatch.setattr(start, "_build", lambda: None)
    with pytest.raises(LocalError, match="Nothing is running"):
        start.deploy_again()
