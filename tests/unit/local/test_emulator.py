"""The emulator is what it was when its hash was written down, or it is not unpacked."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from local.checks import emulator


def packed(**files: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as written:
        for name, content in files.items():
            entry = tarfile.TarInfo(name.replace("__", "/"))
            entry.size = len(content)
            written.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def test_only_the_emulator_is_unpacked(tmp_path: Path) -> None:
    archive = packed(package__emulator__lib__a=b"1", package__emulator__b=b"2", package__index=b"3")
    integrity = base64.b64encode(hashlib.sha512(archive).digest()).decode()

    emulator.unpack(archive, tmp_path / "here", integrity)

    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"here/lib/a", "here/b"}


def test_another_package_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(emulator.WrongPackageError):
        emulator.unpack(packed(package__emulator__b=b"2"), tmp_path / "here")

    assert list(tmp_path.iterdir()) == []


def test_without_npm_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "FOLDER", tmp_path / "here")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert emulator.fetch() == "no java"
