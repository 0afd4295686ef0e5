"""Cold figures (P6, P7): a process that loads a function as packed, to one that loads boto3 and pydantic.

The artifact is that of this machine, its architecture and its Python, otherwise packed as for Lambda: with
bytecode, without the services that nobody calls. The yardstick has bytecode too, and botocore whole.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from local import artifacts, places
from tests.bench.clocks import process_milliseconds
from tests.bench.rows import Row, ratio
from tests.support.template import ROOT, of_type, translate_template

GOALS = {"receive_webhook": ("P6", 0.90), "apply_inbox": ("P7", 1.05)}
OTHERS = ("P7", 1.5)  # serve_api, and no other function may stand out

YARDSTICK = """
import hashlib, hmac, os
import boto3
from pydantic import BaseModel

class Order(BaseModel):
    id: str
    status: str
    version: int

client = boto3.client("dynamodb", region_name=os.environ["AWS_DEFAULT_REGION"])
Order(id="1", status="shipped", version=1)
hmac.new(b"secret", b"x" * 8192, hashlib.sha256).digest()
"""


def measure() -> Iterator[Row]:
    """Yield the cold figures. Raises CalledProcessError where a function cannot be loaded."""
    python = Path(sys._base_executable)  # type: ignore[attr-defined]  # without this environment's packages
    packed = artifacts.build(ROOT, _cache(), Path(sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        zipfile.ZipFile(packed.functions).extractall(home / "task")
        layer = packed.layer / "python"
        whole = Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
        base = {
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "eu-central-1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        base |= {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        commands = {"boto3": ((str(python), "-c", YARDSTICK), base | {"PYTHONPATH": str(whole)})}
        ours = {"PYTHONPATH": f"{home / 'task'}:{layer}", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
        for name, variables in _functions().items():
            commands[name] = (str(python), "-c", f"import {name}"), base | ours | variables
        found = process_milliseconds(commands)
    for name in _functions():
        number, goal = GOALS.get(name, OTHERS)
        what = f"cold init of {name}, as packed, to boto3, a client and pydantic"
        yield ratio(number, what, found[name] / found["boto3"], goal)


def _cache() -> Path:
    places.CACHE.mkdir(parents=True, exist_ok=True)
    return places.CACHE


def _functions() -> dict[str, dict[str, str]]:
    """Return each function's environment, its names with any values; first those with a goal of their own."""
    found = {
        properties["Handler"].removesuffix(".handler"): {
            name: "60" if name.endswith("_SECONDS") else "https://example.com/1/queue"
            for name in properties["Environment"]["Variables"]
        }
        for properties in of_type(translate_template(), "AWS::Lambda::Function").values()
    }
    return {name: found[name] for name in (*GOALS, *sorted(found.keys() - GOALS.keys()))}
