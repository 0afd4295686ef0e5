"""A lock fits what it was made from, or the check says which one does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from local.checks import locks


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in ("pyproject.toml", *(lock.path for lock in locks.LOCKS)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(locks.ROOT / path, tmp_path / path)
    monkeypatch.setattr(locks, "ROOT", tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_locks_fit() -> None:
    assert locks.check() == []


def test_a_requirement_changed_without_the_locks_is_found(project: Path) -> None:
    edit(project / "pyproject.toml", '"jinja2>=3.1,<4"', '"jinja2>=3.2,<4"')
    assert [problem.split()[0] for problem in locks.check()] == [
        "local/locks/dev.txt",
        "shared/requirements.txt",
    ]


def test_a_lock_edited_by_hand_is_found(project: Path) -> None:
    edit(project / "local" / "locks" / "sam.txt", "aws-sam-cli==", "aws-sam-cli>=")
    assert [problem.split()[0] for problem in locks.check()] == ["local/locks/sam.txt"]


def test_other_versions_for_tests_than_for_what_ships_are_found(project: Path) -> None:
    edit(project / "local" / "locks" / "dev.txt", "boto3==", "boto3===")
    assert any(problem.startswith("shared/requirements.txt") for problem in locks.check())


def test_a_lock_that_names_an_index_is_found(project: Path) -> None:
    lock = project / "local" / "locks" / "aws.txt"
    lock.write_text("--index-url https://packages.example.com/simple\n" + lock.read_text())
    assert any("names a package index" in problem for problem in locks.check())


def test_a_missing_lock_is_found(project: Path) -> None:
    (project / "shared" / "requirements.txt").unlink()
    assert [problem.split()[0] for problem in locks.check()] == ["shared/requirements.txt"]


def test_every_package_is_pinned_with_its_hashes() -> None:
    for lock in locks.LOCKS:
        lines = (locks.ROOT / lock.path).read_text().splitlines()
        packages = [line for line in lines if line and not line.startswith(("#", " "))]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)
