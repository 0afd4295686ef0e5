"""The lock files: made from pyproject.toml by ``write`` (needs uv and the network), compared by ``check``.

Each lock's first lines carry two digests: of what it was made from, and of its own lines. ``check``
computes both again, so it is quick, needs no network, and does not fail because a dependency had a
release today: it fails where somebody changed the requirements, or a lock, and not the other.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Lock:
    """One lock file, and what it is made from."""

    path: str
    project: bool = False  # the project's own dependencies
    groups: tuple[str, ...] = ()  # dependency groups of pyproject.toml
    within: str = ""  # another lock, whose versions hold here too


# In the order they are made: what ships has the very versions the tests ran with.
LOCKS = (
    Lock("local/locks/dev.txt", project=True, groups=("dev",)),
    Lock("shared/requirements.txt", project=True, within="local/locks/dev.txt"),
    Lock("local/locks/aws.txt", groups=("aws",)),
    Lock("local/locks/sam.txt", groups=("sam",)),
)


def write(uv: str) -> None:
    """Resolve every lock anew with the uv at ``uv``."""
    for lock in LOCKS:
        print(f"resolving {lock.path}", flush=True)
        command = [uv, *_arguments(lock)]
        made = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        (ROOT / lock.path).write_text(_header(lock, made.stdout) + made.stdout)


def check() -> list[str]:
    """Return what is wrong with the locks, a sentence each."""
    problems = []
    for lock in LOCKS:
        path = ROOT / lock.path
        text = path.read_text() if path.exists() else ""
        body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
        if text != _header(lock, body) + body:
            problems.append(f"{lock.path} is stale or was edited by hand: run `make lock`")
        if "://" in text or "index-url" in text or "find-links" in text:
            problems.append(f"{lock.path} names a package index; that is for the installer to say")
    return problems


def _arguments(lock: Lock) -> list[str]:
    return [
        *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--upgrade"),
        *(["pyproject.toml"] if lock.project else []),
        *(argument for group in lock.groups for argument in ("--group", group)),
        *(["--constraints", lock.within] if lock.within else []),
    ]


def _header(lock: Lock, body: str) -> str:
    return f"# Made by `make lock`.\n# inputs: {_digest(_inputs(lock))}\n# lines: {_digest(body)}\n"


def _inputs(lock: Lock) -> str:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return json.dumps(
        {
            "python": pyproject["project"]["requires-python"],
            "project": sorted(pyproject["project"]["dependencies"]) if lock.project else [],
            "groups": {group: sorted(pyproject["dependency-groups"][group]) for group in lock.groups},
            "within": (ROOT / lock.within).read_text() if lock.within else "",
        }
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main(arguments: list[str]) -> int:
    match arguments:
        case ["write", uv]:
            write(uv)
            return 0
        case ["check"]:
            problems = check()
            print("\n".join(problems) or f"{len(LOCKS)} lock files fit pyproject.toml")
            return 1 if problems else 0
        case _:
            print("usage: locks.py write PATH_OF_UV | check")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
