"""What is packed for Lambda, and how: `sam build` comes here through shared/Makefile and functions/Makefile.

SAM's own Python build would leave the bytecode out. Lambda's code folder cannot be written to, so every
cold start would compile everything again: 2.6 times the time. It would also ship botocore's
descriptions of four hundred services, 28 MB, of which we call six.

Runs on any Python from 3.11 on with pip, needs nothing but the standard library. The bytecode must come
from the runtime's own version, a real python3.13: ``find_runtime_python`` looks for one.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

# The services the functions call. botocore's data of all others is left out: a function that calls one
# more says UnknownServiceError until it is named here.
SERVICES = frozenset({"dynamodb", "events", "s3", "sesv2", "sqs", "ssm"})

NOT_SHIPPED = frozenset({"__pycache__", "Makefile", "requirements.txt"})

RUNTIME = "3.13"
# Lambda on Graviton with Amazon Linux 2023, whose glibc is 2.34.
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_28_aarch64")


class PackingError(Exception):
    """Something that packing needs is not there. The message says what to do."""


def pack_layer(target: Path) -> None:
    """Make the layer in ``target``: ``python/shared``, and its dependencies beside it."""
    python = find_runtime_python()
    packages = target / "python"
    install(ROOT / "shared" / "requirements.txt", packages, python)
    trim(packages)
    copy_sources(ROOT / "shared", packages / "shared")
    compile_sources(packages, "/opt/python", python)


def pack_functions(target: Path) -> None:
    """Make a function in ``target``: they are all shipped together, each is a few lines."""
    copy_sources(ROOT / "functions", target)
    compile_sources(target, "/var/task", find_runtime_python())


def install(requirements: Path, packages: Path, python: str) -> None:
    """Install what is pinned in ``requirements`` for Lambda's platform and version, hashes checked."""
    # --python: markers in the requirements are read as the runtime reads them.
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install"]
    platforms = [argument for platform in PLATFORMS for argument in ("--platform", platform)]
    _run(
        *(*pip, "--quiet", "--no-compile", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--implementation", "cp", "--python-version", RUNTIME, *platforms),
        *("--target", str(packages), "--requirement", str(requirements)),
    )


def trim(packages: Path) -> None:
    """Leave out what no function uses: commands, and the data of services that are not called.

    The files beside the services (endpoints, partitions, retry and SDK defaults) stay: every client reads
    them, and so they tell of the services that stay alone. What describes those is kept without its texts
    for people, three quarters of it. Where boto3 has resources (``boto3.resource``) of a service that stays,
    they stay too.
    """
    for data in (packages / "botocore" / "data", packages / "boto3" / "data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
    for examples in (packages / "botocore" / "data").rglob("examples-1.json"):
        examples.unlink()  # for the documentation only
    prefixes = set(_shorten_descriptions(packages / "botocore" / "data"))
    _shorten_endpoints(packages / "botocore" / "data" / "endpoints.json", prefixes)
    shutil.rmtree(packages / "boto3" / "examples", ignore_errors=True)
    shutil.rmtree(packages / "bin", ignore_errors=True)


def _shorten_descriptions(data: Path) -> Iterator[str]:
    """Take the texts for people out of what describes services; yield by which names endpoints know them.

    Written plainly: the layer is zipped as a whole, and a cold start has nothing to unpack.
    """
    for packed in data.rglob("*.json.gz"):
        described = _without_texts(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(described, separators=(",", ":")))
        packed.unlink()
        if "endpointPrefix" in described.get("metadata", {}):
            yield described["metadata"]["endpointPrefix"]


def _without_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_texts(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    # A field of a request may have this name as well: what describes it is an object. Of the settings of a
    # client botocore reads the texts, too (ServiceModel.client_context_parameters).
    return {
        name: entry if name == "clientContextParams" else _without_texts(entry)
        for name, entry in value.items()
        if not (name == "documentation" and isinstance(entry, str))
    }


def _shorten_endpoints(path: Path, prefixes: set[str]) -> None:
    """Keep of each partition's services those named: a megabyte that every first client would read."""
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def copy_sources(source: Path, target: Path) -> None:
    """Copy what is shipped of a folder of ours."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*NOT_SHIPPED, ".*"), dirs_exist_ok=True)


def compile_sources(folder: Path, runs_in: str, python: str) -> None:
    """Put bytecode beside every source file, made by ``python``, with the paths it has in ``runs_in``.

    It is not compared with its source when it is loaded: packaging sets all times to 1980, and nobody
    edits a source in Lambda.
    """
    _run(
        *(python, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", runs_in, str(folder)),
    )


def find_runtime_python() -> str:
    """Return the path of a real python3.13. Raises PackingError where there is none."""
    for candidate in _candidates():
        try:
            # Asked, not believed: the shim of a version manager has the name and fails.
            answer = _run(
                candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
            )
        except (OSError, PackingError):
            continue
        version, _, executable = answer.strip().partition(" ")
        if version == RUNTIME:
            return executable
    raise PackingError(
        "No python3.13 was found, and bytecode for Lambda must come from that very version.\n"
        "Install it (from python.org, your system's packages, `pyenv install 3.13` or\n"
        "`uv python install 3.13`), or name it: PYTHON313=/path/to/python3.13"
    )


def _candidates() -> Iterator[str]:
    if named := os.environ.get("PYTHON313"):
        yield named
        return  # whoever names one wants no other
    yield sys.executable
    yield f"python{RUNTIME}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(map(str, pyenv.glob(f"versions/{RUNTIME}.*/bin/python{RUNTIME}")), reverse=True)
    if uv := shutil.which("uv"):
        try:
            yield _run(uv, "python", "find", "--no-project", "--no-python-downloads", RUNTIME).strip()
        except PackingError:
            return


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackingError(f"failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main(arguments: list[str]) -> int:
    match arguments:
        case ["layer", target]:
            pack = pack_layer
        case ["functions", target]:
            pack = pack_functions
        case _:
            print("usage: packing.py layer FOLDER | functions FOLDER", file=sys.stderr)
            return 2
    try:
        pack(Path(target))
    except PackingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
