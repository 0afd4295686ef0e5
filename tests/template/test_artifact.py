"""What `sam build` made, and Lambda will get. Run by `make check`, after the build."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from local.packing import NOT_SHIPPED, SERVICES
from tests.support.template import ROOT, of_type

pytestmark = pytest.mark.artifact

BUILD = ROOT / ".aws-sam" / "build"
LAYER = BUILD / "SharedLayer"
PYTHON = LAYER / "python"

LAYER_MAX_BYTES = 12_000_000
AARCH64 = (183).to_bytes(2, "little")  # e_machine of the ELF header
MAGIC_313 = (3571).to_bytes(2, "little") + b"\r\n"  # of every CPython 3.13
UNCHECKED_HASH = (1).to_bytes(4, "little")  # PEP 552: by hash, not compared with the source


def functions() -> dict[str, tuple[Path, str]]:
    """Return folder and handler of each function, as the built template names them."""
    template = yaml_parse((BUILD / "template.yaml").read_text())
    return {
        name: (BUILD / properties["CodeUri"], properties["Handler"])
        for name, properties in of_type(template, "AWS::Serverless::Function").items()
    }


def sources(folder: Path) -> set[str]:
    """Return what is to be shipped of a folder of the project."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and NOT_SHIPPED.isdisjoint(path.parts)
    }


def shipped(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_layer_holds_the_package_as_it_is_here() -> None:
    assert (PYTHON / "shared" / "__init__.py").is_file()
    assert shipped(PYTHON / "shared") == sources(ROOT / "shared")
    for name in sources(ROOT / "shared"):
        assert (PYTHON / "shared" / name).read_bytes() == (ROOT / "shared" / name).read_bytes(), name


def test_every_handler_is_where_lambda_looks_for_it() -> None:
    modules = {handler.partition(".")[0] for _, handler in functions().values()}
    assert modules == {path.stem for path in (ROOT / "functions").glob("*.py")}
    for folder, handler in functions().values():
        module, _, name = handler.rpartition(".")
        assert f"def {name}(" in (folder / f"{module}.py").read_text()
        assert shipped(folder) == sources(ROOT / "functions")


def test_nothing_in_the_artifacts_is_only_for_here() -> None:
    here = {"Makefile", "requirements.txt", "tests", "conftest.py", "bin", ".git", "functions", "local"}
    for folder in (LAYER, *(folder for folder, _ in functions().values())):
        # Licence files of the dependencies stay, wherever they are.
        found = {path.name for path in folder.rglob("*") if ".dist-info" not in path.as_posix()}
        assert found & here == set()


def test_every_extension_is_built_for_the_machine_it_runs_on() -> None:
    extensions = list(PYTHON.rglob("*.so"))
    assert any("pydantic_core" in path.name for path in extensions)
    for path in extensions:
        assert path.read_bytes()[18:20] == AARCH64, path.name
        assert "cpython-313" in path.name or "abi3" in path.name


def test_every_module_has_bytecode_that_is_loaded_as_it_is() -> None:
    for folder in (LAYER, *(folder for folder, _ in functions().values())):
        modules = list(folder.rglob("*.py"))
        assert modules
        for module in modules:
            bytecode = module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc"
            assert bytecode.is_file(), module
            header = bytecode.read_bytes()[:8]
            assert header[:4] == MAGIC_313
            assert header[4:] == UNCHECKED_HASH


def test_bytecode_names_the_files_that_lambda_has() -> None:
    bytecode = (PYTHON / "shared" / "__pycache__" / "adapters.cpython-313.pyc").read_bytes()
    assert b"/opt/python/shared/adapters.py" in bytecode
    folder, _ = functions()["SendMailFunction"]
    assert b"/var/task/send_mail.py" in (folder / "__pycache__" / "send_mail.cpython-313.pyc").read_bytes()


def test_the_layer_is_small() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(LAYER.rglob("*")):
            target.write(path, path.relative_to(LAYER))
    assert len(archive.getvalue()) <= LAYER_MAX_BYTES


def test_the_services_we_call_are_there_in_every_partition_and_no_others() -> None:
    script = f"""
import boto3, botocore
from botocore.exceptions import UnknownServiceError
assert boto3.__file__.startswith({str(PYTHON)!r}) and botocore.__file__.startswith({str(PYTHON)!r})
session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
for service in {sorted(SERVICES)!r}:
    for region in ("eu-central-1", "us-gov-west-1", "cn-north-1"):
        client = session.client(service, region_name=region)
        assert region in client.meta.endpoint_url, client.meta.endpoint_url
session.client("dynamodb", region_name="eu-central-1").get_paginator("query")
for service in ("dynamodb", "s3", "sqs"):
    session.resource(service, region_name="eu-central-1")
try:
    session.client("ec2", region_name="eu-central-1")
except UnknownServiceError:
    print("as expected")
"""
    assert by_the_layer(script) == "as expected"


CALLS: dict[str, dict[str, dict[str, object]]] = {
    "dynamodb": {
        "get_item": {"TableName": "t", "Key": {"pk": {"S": "a"}}},
        "query": {"TableName": "t", "KeyConditionExpression": "pk = :pk"},
        "update_item": {"TableName": "t", "Key": {"pk": {"S": "a"}}},
        "transact_write_items": {"TransactItems": [{"Put": {"TableName": "t", "Item": {"pk": {"S": "a"}}}}]},
    },
    "events": {"put_events": {"Entries": [{"Source": "orders", "DetailType": "changed", "Detail": "{}"}]}},
    "s3": {
        "put_object": {"Bucket": "bucket", "Key": "a", "Body": b"a"},
        "get_object": {"Bucket": "bucket", "Key": "a"},
        "list_objects_v2": {"Bucket": "bucket"},
        "delete_objects": {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "a"}]}},
    },
    "sesv2": {"send_email": {"Content": {"Raw": {"Data": b"a"}}}},
    "sqs": {"send_message": {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/q", "MessageBody": "a"}},
    "ssm": {"get_parameter": {"Name": "a"}, "put_parameter": {"Name": "a", "Value": "b"}},
}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_requests_are_made_and_answers_read_by_what_is_left_of_the_descriptions(service: str) -> None:
    script = f"""
import boto3
from botocore.awsrequest import AWSResponse
class Answer:
    def stream(self, **_):
        yield b"" if {service!r} == "s3" else b"{{}}"
client = boto3.client({service!r}, "eu-central-1", aws_access_key_id="test", aws_secret_access_key="test")
sent = []
def answer(request, **_):
    sent.append(request.url)
    return AWSResponse(request.url, 200, {{}}, Answer())
client.meta.events.register("before-send", answer)
for operation, parameters in {CALLS[service]!r}.items():
    getattr(client, operation)(**parameters)
print(len(sent))
"""
    assert by_the_layer(script) == str(len(CALLS[service]))


def by_the_layer(script: str) -> str:
    """Return what a script prints that has the layer's packages alone."""
    # -S: without the packages of this environment, so that it is the layer that answers.
    answer = subprocess.run(
        [sys.executable, "-S", "-W", "ignore", "-c", script],
        env={"PYTHONPATH": str(PYTHON), "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()
