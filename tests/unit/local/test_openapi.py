"""docs/openapi.json is made from the tables, and says all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local import lifecycle_page, openapi
from local.cli import main
from shared.api.bodies.commands import COMMANDS
from shared.api.problems import PROBLEMS
from shared.api.routes import ROUTES

DOCUMENT = openapi.openapi_document()
OPERATIONS: dict[tuple[str, str], dict[str, Any]] = {
    (method, path): operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_the_document_is_as_the_tables_are() -> None:
    assert openapi.is_current(), "run `python -m local docs` and commit docs/openapi.json"


def test_a_stale_document_fails_the_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stale = tmp_path / "openapi.json"
    assert not openapi.is_current(stale)
    stale.write_text("{}")
    assert not openapi.is_current(stale)
    monkeypatch.setattr(lifecycle_page, "is_current", lambda: True)
    monkeypatch.setattr(openapi, "is_current", lambda: False)
    assert main(["docs", "--check"]) == 1


def test_every_route_and_every_command_is_described_once() -> None:
    paths = {
        (route.method.lower(), route.path.replace("{command}", command))
        for route in ROUTES
        for command in (COMMANDS if "{command}" in route.path else [""])
    }
    assert set(OPERATIONS) == paths
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)


def test_summaries_are_plain_sentences_about_json() -> None:
    for operation in OPERATIONS.values():
        assert operation["summary"].endswith(".")
        assert not re.search(r"`|None", operation["summary"])


def test_every_reference_leads_somewhere() -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT))):
        place: Any = DOCUMENT
        for step in reference.split("/"):
            place = place[step]


def test_every_variable_of_a_path_is_a_parameter_of_it() -> None:
    for (_, path), operation in OPERATIONS.items():
        names = {reference["$ref"].rpartition("/")[2] for reference in operation["parameters"]}
        known = DOCUMENT["components"]["parameters"]
        in_path = {known[name]["name"] for name in names if known[name]["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))


def test_every_command_takes_a_key_and_has_a_body() -> None:
    for (method, _), operation in OPERATIONS.items():
        key = {"$ref": "#/components/parameters/idempotency_key"}
        assert (key in operation["parameters"]) is (method in ("post", "put"))
        assert ("requestBody" in operation) is (method in ("post", "put"))


def test_every_problem_is_named_and_every_status_is_one_of_the_table() -> None:
    told = json.dumps(DOCUMENT["components"]["responses"])
    assert [code for code in PROBLEMS if f"`{code}`" not in told] == []
    statuses = {str(problem.status) for problem in PROBLEMS.values()}
    for operation in OPERATIONS.values():
        assert {status for status in operation["responses"] if status[0] in "45"} <= statuses
