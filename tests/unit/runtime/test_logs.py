"""S10: what is logged of a failure is its kind and its place, never its text."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.runtime import logs
from shared.runtime.entry import entry_point
from shared.runtime.events import UnexpectedEventError
from shared.wire.strict_json import parse

_NUMBERS = count()
SENTINEL = "buyer-S3NTINEL@example.com"


class Strict(BaseModel):
    """Repeats in its errors what it was given."""

    number: int


@pytest.fixture(autouse=True)
def own_logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Loggers of one service share the output that the first one found.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"test-logs-{next(_NUMBERS)}")
    logs.logger.cache_clear()
    logs.metrics.cache_clear()
    yield
    logs.metrics().clear_metrics()
    logs.logger.cache_clear()
    logs.metrics.cache_clear()


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def fail_deep_inside() -> None:
    raise ValueError(SENTINEL)


def fail_with_a_cause() -> None:
    try:
        raise KeyError(SENTINEL)
    except KeyError as error:
        raise RuntimeError(SENTINEL) from error


def fail_in_pydantic() -> None:
    Strict.model_validate({"number": SENTINEL})


def fail_in_json() -> None:
    json.loads(f'{{"email": "{SENTINEL}"')


def fail_in_strict_json() -> None:
    parse(f'{{"email": "{SENTINEL}"'.encode())


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (fail_deep_inside, "ValueError"),
        (fail_with_a_cause, "RuntimeError"),
        (fail_in_pydantic, "ValidationError"),
        (fail_in_json, "JSONDecodeError"),
        (fail_in_strict_json, "UnusableError"),
    ],
)
def test_s10_a_failure_is_logged_by_kind_and_place_without_its_text(
    fail: Any, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises((ValueError, RuntimeError, ValidationError, Exception)) as caught:
        fail()
    # As in an except block, where a logger might add what is being handled.
    try:
        raise caught.value
    except Exception as error:  # noqa: BLE001
        logs.log_failure(error)
    [line] = logged(capsys)
    assert (line["message"], line["level"], line["error"]) == ("failed", "ERROR", kind)
    assert "S3NTINEL" not in json.dumps(line)
    assert "exception" not in line


def test_the_place_is_where_it_was_raised(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="S3NTINEL") as caught:
        fail_deep_inside()
    logs.log_failure(caught.value)
    [line] = logged(capsys)
    assert line["where"] == f"fail_deep_inside:{fail_deep_inside.__code__.co_firstlineno + 1}"


def test_a_failure_that_was_never_raised_has_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log_failure(ValueError(SENTINEL))
    [line] = logged(capsys)
    assert (line["error"], line["where"]) == ("ValueError", "")


def metrics_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        metric["Name"]: line[metric["Name"]]
        for line in lines
        if "_aws" in line
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


def test_what_was_counted_is_written_after_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    @entry_point
    def handler(event: Any) -> str:
        logs.count("Happened")
        logs.count("Happened", 2)
        return f"done {event}"

    assert handler("it", None) == "done it"
    assert metrics_of(logged(capsys)) == {"Happened": [1.0, 2.0]}


def test_a_function_that_counts_nothing_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry_point(lambda event: event)(5, None) == 5
    assert logged(capsys) == []


def test_what_did_not_happen_is_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    # Each is charged for by the hours it is sent in, also as a zero, by functions that run every minute.
    entry_point(lambda _event: logs.count("Happened", 0))({}, None)
    assert logged(capsys) == []


def test_metrics_are_those_of_the_stack(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(logs.NAMESPACE, "second-stack")
    entry_point(lambda _event: logs.count("Happened"))({}, None)
    (line,) = logged(capsys)
    (sent,) = line["_aws"]["CloudWatchMetrics"]
    assert sent["Namespace"] == "second-stack"


def test_b68_a_foreign_event_is_counted_and_refused_without_being_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @entry_point
    def handler(event: Any) -> None:
        raise UnexpectedEventError

    with pytest.raises(UnexpectedEventError):
        handler({"body": SENTINEL}, None)
    lines = logged(capsys)
    assert [line["message"] for line in lines if "message" in line] == ["unexpected_event"]
    assert metrics_of(lines) == {"UnexpectedEvent": [1.0]}
    assert "S3NTINEL" not in json.dumps(lines)


def test_s10_a_function_that_fails_is_counted_and_logged_without_text_and_fails_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @entry_point
    def handler(event: Any) -> None:
        raise ValueError(SENTINEL)

    with pytest.raises(ValueError, match="S3NTINEL"):
        handler({}, None)
    lines = logged(capsys)
    assert [line["error"] for line in lines if "error" in line] == ["ValueError"]
    assert metrics_of(lines) == {"Failed": [1.0]}
    assert "S3NTINEL" not in json.dumps(lines)


def test_p17_a_line_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    logs.logger().info("accepted", connection="example-shop", receipt_id="JKJaXmPLvHcESHA=")
    assert len(capsys.readouterr().out.encode()) < 300


def test_a_line_is_a_code_with_its_ids_and_the_time_in_utc_wherever_the_machine_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/New_York")
        time.tzset()
        logs.logger().info("true", connection="shop-one", order_id=None)
    time.tzset()

    [line] = logged(capsys)
    assert list(line)[:2] == ["level", "message"]
    assert (line["message"], line["connection"]) == ("true", "shop-one")  # no JSON is read out of a code
    assert "order_id" not in line
    assert line["timestamp"].endswith("+00:00")
