"""DynamoDB over HTTP on this machine, for threads: the local AWS, and Amazon's own DynamoDB Local.

The local AWS is the one of ``make run``, started on a free port. DynamoDB Local is used where the
environment variable :data:`FOLDER` names the folder that holds ``DynamoDBLocal.jar``; it needs Java 17 and
listens on every interface of the machine (it has no option for one), so nobody starts it unasked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
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
from tests.support.template import REGION, ROOT, load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FOLDER = "ORDERHUB_DYNAMODB_LOCAL"
FIRST_PORT = 14_566
TABLE = "orders"
VENV = ROOT / ".venv-aws"
_STARTS_WITHIN = 30.0  # seconds
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
    folder = os.environ.get(FOLDER, "")
    java = shutil.which("java")
    if not folder or not java:
        missing = "no Java" if folder else f"{FOLDER} names no folder with DynamoDBLocal.jar"
        raise MissingEngineError(f"DynamoDB Local: {missing}")
    port = aws.free_port(FIRST_PORT + 100)
    command = [
        *(java, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"),
        *("-inMemory", "-disableTelemetry", "-port", str(port)),
    ]
    with (home / "dynamodb-local.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"http://{aws.HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


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


def create_tables(endpoint: str) -> None:
    """Create the orders table of the template, as soon as the engine answers."""
    client = new_client(endpoint)
    design: dict[str, Any] = load_template()["Resources"]["OrdersTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    ends = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            client.create_table(TableName=TABLE, **{name: design[name] for name in wanted})
        except _LOCAL:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
        else:
            return
