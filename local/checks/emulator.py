"""Fetch DynamoDB Local, Amazon's own emulator, for ``make proof``: with npm, checked against its hash.

It is in the npm package ``amplify-dynamodb-simulator``, in the folder ``emulator``, and is not passed on with
this project: its licence is Amazon's. Without java or npm, or where nothing can be fetched, the tests that
need it skip and say so.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".emulator"
PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # DynamoDB Local 1.25.1
# npm's "integrity" of that version: SHA-512, base64.
INTEGRITY = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
INSIDE = "package/emulator/"


class WrongPackageError(Exception):
    """What npm fetched is not what was asked for."""


def fetch() -> str:
    """Fetch the emulator unless it is here; return what is missing, "" where it is here now.

    Raises WrongPackageError.
    """
    if (FOLDER / "DynamoDBLocal.jar").exists():
        return ""
    for program in ("java", "npm"):
        if shutil.which(program) is None:
            return f"no {program}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )
        except subprocess.CalledProcessError:
            return "npm could not fetch it"
        (fetched,) = Path(folder).glob("*.tgz")
        unpack(fetched.read_bytes(), FOLDER)
    return ""


def unpack(archive: bytes, folder: Path, integrity: str = INTEGRITY) -> None:
    """Put the emulator of npm's archive into ``folder``. Raises WrongPackageError, with nothing unpacked."""
    if base64.b64encode(hashlib.sha512(archive).digest()).decode("ascii") != integrity:
        raise WrongPackageError(f"{PACKAGE} is not the package it was: nothing was unpacked")
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed:
            if member.name.startswith(INSIDE):
                member.name = member.name.removeprefix(INSIDE)
                packed.extract(member, part, filter="data")
    # At once, so that what is there is whole.
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


if __name__ == "__main__":
    missing = fetch()
    if missing:
        print(f"DynamoDB Local is not here ({missing}): the tests on it are skipped.", file=sys.stderr)
