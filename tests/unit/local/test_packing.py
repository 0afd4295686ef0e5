"""What is packed: our sources without what is only for here, and the services that are really called."""

from __future__ import annotations

import ast
import gzip
import json
import sys
from pathlib import Path

import pytest

from local import packing


def clients_made_in(folder: Path) -> set[str]:
    """Return the services for which code in ``folder`` makes a client."""
    services: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="client" | "create_client" | "resource") | ast.Name(id="_client"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    services.add(name)
    return services


def test_the_services_that_are_packed_are_those_that_are_called() -> None:
    called = clients_made_in(packing.ROOT / "shared") | clients_made_in(packing.ROOT / "functions")
    assert called == packing.SERVICES


def test_what_is_only_for_the_build_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "orders" / "__pycache__").mkdir(parents=True)
    for name in (
        "Makefile",
        "requirements.txt",
        "orders/model.py",
        "orders/__pycache__/model.pyc",
        ".hidden",
    ):
        (source / name).write_text("")
    packing.copy_sources(source, tmp_path / "target")
    files = [path for path in (tmp_path / "target").rglob("*") if path.is_file()]
    assert files == [tmp_path / "target" / "orders" / "model.py"]


SERVICE = {
    "metadata": {"endpointPrefix": "dynamodb"},
    "documentation": "What it is.",
    "clientContextParams": {
        "Accelerate": {"documentation": "A text that botocore reads.", "type": "boolean"}
    },
    "shapes": {
        "Documentation": {"type": "string", "documentation": "A text.", "enum": ["documentation"]},
        "Page": {"type": "structure", "members": {"documentation": {"shape": "Documentation"}}},
    },
}
ENDPOINTS = {
    "partitions": [
        {
            "partition": "aws",
            "regions": {"eu-central-1": {}},
            "services": {"dynamodb": {"endpoints": {"local": {}}}, "ec2": {"endpoints": {}}},
        },
        {"partition": "aws-cn", "regions": {}, "services": {"ec2": {"endpoints": {}}}},
    ]
}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Packages as they are installed: two services, one of which is called."""
    data = tmp_path / "botocore" / "data"
    for name in ("dynamodb/2012-08-10", "ec2/2016-11-15"):
        (data / name).mkdir(parents=True)
        (data / name / "service-2.json.gz").write_bytes(gzip.compress(json.dumps(SERVICE).encode()))
        (data / name / "examples-1.json").write_text("")
    (data / "endpoints.json").write_text(json.dumps(ENDPOINTS))
    (tmp_path / "boto3" / "data" / "ec2").mkdir(parents=True)
    packing.trim(tmp_path)
    return tmp_path


def test_data_of_services_that_are_not_called_is_left_out(packages: Path) -> None:
    data = packages / "botocore" / "data"
    assert sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()) == [
        "dynamodb/2012-08-10/service-2.json",
        "endpoints.json",
    ]
    assert not (packages / "boto3" / "data" / "ec2").exists()


def test_p6_services_are_described_without_texts_for_people(packages: Path) -> None:
    described = json.loads((packages / "botocore/data/dynamodb/2012-08-10/service-2.json").read_text())
    assert described == {
        "metadata": {"endpointPrefix": "dynamodb"},
        "clientContextParams": SERVICE["clientContextParams"],
        "shapes": {
            "Documentation": {"type": "string", "enum": ["documentation"]},
            "Page": {"type": "structure", "members": {"documentation": {"shape": "Documentation"}}},
        },
    }


def test_p6_endpoints_are_those_of_the_services_that_are_called(packages: Path) -> None:
    aws, china = json.loads((packages / "botocore/data/endpoints.json").read_text())["partitions"]
    assert aws == ENDPOINTS["partitions"][0] | {"services": {"dynamodb": {"endpoints": {"local": {}}}}}
    assert china == ENDPOINTS["partitions"][1] | {"services": {}}


def test_a_named_python_of_another_version_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho '3.12 /usr/bin/python3.12'\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PYTHON313", str(shim))
    with pytest.raises(packing.PackingError, match="PYTHON313="):
        packing.find_runtime_python()


def test_a_shim_that_fails_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shim, real = tmp_path / "bin" / "python3.13", tmp_path / "versions" / "3.13.0" / "bin" / "python3.13"
    real.parent.mkdir(parents=True)
    shim.write_text("#!/bin/sh\nexit 127\n")
    real.write_text(f"#!/bin/sh\necho '3.13 {real}'\n")
    shim.chmod(0o755)
    real.chmod(0o755)
    monkeypatch.delenv("PYTHON313", raising=False)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert packing.find_runtime_python() == str(real)
