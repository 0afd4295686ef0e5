"""DynamoDB over HTTP on this machine, for threads: the local AWS, and Amazon's own DynamoDB Local.

The local AWS is the one of ``make run``, started on a free port. DynamoDB Local needs Java 17 and is where
``make proof`` puts it, or in the folder that the environment variable :data:`FOLDER` names. It listens on
every interface (it has no option for one), so it gets a network of its own (:mod:`tests.races.confined`).
Where the system permits none, it runs only for those who named the folder themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import aws
from local.checks import emulator
from tests.support.template import REGION, ROOT, load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FOLDER = "ORDERHUB_DYNAMODB_LOCAL"
FIRST_PORT = 14_566
TABLE = "orders"
VENV = ROOT / ".venv-aws"
CONFINED = ("unshare", "--map-root-user", "--net", "--")
RELAY = Path(__file__).with_name("confined.py")
_STARTS_WITHIN = 120.0  # seconds
_LOCAL = (ClientError, BotoCoreError)


class MissingEngineError(RuntimeError):
    """An engine is not on this machine. Says what is missing."""


@contextmanager
def local_aws(home: Path) -> Iterator[str]:
    """Run the local AWS and give its endpoint. Raises MissingEngineError."""
    if not (VENV / "bin" / "ministack").exists():
        raise MissingEngineError("the local AWS is not installed: `make proof` and `make run` install it")
    with warnings.catch_warnings():
        # It is known by its process id from now on, not by the object that started it.
        warnings.simplefilter("ignore", ResourceWarning)
        running = aws.start(VENV, home, FIRST_PORT)
    try:
        yield running.endpoint
    finally:
        aws.stop(running)


@contextmanager
def dynamodb_local(home: Path) -> Iterator[str]:
    """Run DynamoDB Local and give its endpoint. Raises MissingEngineError."""
    named = os.environ.get(FOLDER, "")
    folder = Path(named) if named else emulator.FOLDER
    java = shutil.which("java")
    if not (folder / "DynamoDBLocal.jar").exists():
        raise MissingEngineError("DynamoDB Local is not here: `make proof` fetches it where java and npm are")
    if not java:
        raise MissingEngineError("DynamoDB Local: no java")
    confines = can_confine()
    if not confines and not named:
        raise MissingEngineError(f"DynamoDB Local: no network of its own here; {FOLDER} runs it without")
    with socket.create_server((aws.HOST, 0)) as listening:
        port = listening.getsockname()[1]
        if not confines:
            listening.close()  # the port is for the server itself
        command = [
            *(java, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"),
            *("-inMemory", "-disableTelemetry", "-port", str(port)),
        ]
        if confines:
            command = [*CONFINED, sys.executable, str(RELAY), str(listening.fileno()), str(port), *command]
        with (home / "dynamodb-local.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listening.fileno()] if confines else [],
            )
    try:
        yield f"http://{aws.HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=15)


def can_confine() -> bool:
    """Return whether a process may have a network of its own here (Linux, and not forbidden)."""
    unshare = shutil.which(CONFINED[0])
    return (
        unshare is not None and not subprocess.run([*CONFINED, "true"], stderr=subprocess.DEVNULL).returncode
    )


ENGINES = {"the local AWS": local_aws, "DynamoDB Local": dynamodb_local}


def new_client(endpoint: str) -> DynamoDBClient:
    """Return a client, as the product makes it, for one thread."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(
            retries={"mode": "standard", "total_max_attempts": 3},
            parameter_validation=False,
            account_id_endpoint_mode="disabled",
        ),
    )


def create_tables(endpoint: str, resource: str = "OrdersTable", table: str = TABLE) -> None:
    """Create a table of the template, as soon as the engine answers."""
    client = new_client(endpoint)
    design: dict[str, Any] = load_template()["Resources"][resource]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    ends = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            client.create_table(TableName=table, **{name: design[name] for name in wanted})
        except _LOCAL:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
        else:
            return
