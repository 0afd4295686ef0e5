"""`make run` goes on looking until somebody stops it, however slow the machine is."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ReadTimeoutError

from local import run


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
