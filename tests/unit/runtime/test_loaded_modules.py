"""What each function loads while Lambda initialises it: the table is exact, for the parts that take time.

Adapters are in no row: each is loaded with the first document, call or poll of its kind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from shared.adapters import ADAPTERS
from tests.support.template import REGION, ROOT, of_type, translate_template

PARTS = {
    "asyncio": "",  # by the resolver of Powertools
    "pydantic": "",
    "jinja2": "",
    "api": "shared.api.endpoints",
    "numbers": "shared.carriers.detect",  # what a tracking number tells of its carrier
    "mails": "shared.notifications.render",
    "pages": "shared.pages.render",
    "languages": "shared.notifications.locales",
    "facts": "shared.orders.facts",
    "commands": "shared.orders.commands",
    "decide": "shared.orders.decide",
    "http": "shared.wire.http",
}
_DECIDES = {"pydantic", "facts", "commands", "decide"}
LOADED = {
    "apply_inbox": _DECIDES | {"http"},
    "book_parcel": _DECIDES | {"http", "numbers"},
    "call_channel": _DECIDES | {"http", "numbers"},
    "move_stock": _DECIDES,
    "poll_channels": {"pydantic", "http"},
    "poll_connection": {"pydantic", "http"},
    "push_levels": {"pydantic", "http"},
    "receive_notifications": {"pydantic"},
    "receive_webhook": set[str](),
    "record_mail_feedback": _DECIDES | {"http"},
    "relay_effects": {"pydantic", "facts", "commands"},
    "run_deadlines": _DECIDES | {"http"},
    "send_mail": {"pydantic", "facts", "commands", "jinja2", "mails", "languages", "numbers"},
    "serve_api": _DECIDES | {"http", "asyncio", "api"},
    "show_tracking": _DECIDES | {"http", "jinja2", "pages", "languages", "numbers"},
    "sweep_effects": {"pydantic", "facts", "commands"},
}
# A process each, of one that has loaded what all of them load.
LOAD = """
import importlib, json, os, sys
import aws_lambda_powertools.logging, aws_lambda_powertools.metrics, boto3
for name, settings in json.load(sys.stdin).items():
    if not os.fork():
        os.environ.update(settings)
        importlib.import_module(f"functions.{name}")
        print(json.dumps([name, sorted(sys.modules)]), flush=True)
        os._exit(0)
    if os.wait()[1]:
        sys.exit(name)
"""


def settings_of_functions() -> dict[str, dict[str, str]]:
    """Return the environment of each function by its module: the template's names, any values."""
    return {
        properties["Handler"].removesuffix(".handler"): {
            name: "60" for name in properties["Environment"]["Variables"] if not name.startswith("POWERTOOLS")
        }
        for properties in of_type(translate_template(), "AWS::Lambda::Function").values()
    }


@cache
def modules() -> dict[str, set[str]]:
    """Return the modules that are loaded when Lambda has initialised a function, by function."""
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        input=json.dumps(settings_of_functions()),
        env=told,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: set(loaded) for name, loaded in map(json.loads, done.stdout.splitlines())}


def test_the_table_has_every_function() -> None:
    assert set(LOADED) == {path.stem for path in (ROOT / "functions").glob("*.py")}


@pytest.mark.parametrize("function", LOADED)
def test_p7_a_function_loads_what_it_uses_and_nothing_else(function: str) -> None:
    loaded = modules()[function]
    assert {part for part, module in PARTS.items() if (module or part) in loaded} == LOADED[function]


@pytest.mark.parametrize("function", LOADED)
def test_p7_no_function_loads_an_adapter_before_it_is_asked_for(function: str) -> None:
    packages = tuple(f"{package}." for package in ADAPTERS.values())
    assert [module for module in modules()[function] if module.startswith(packages)] == []
