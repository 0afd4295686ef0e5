"""Artifacts for this machine: built once, and again when what they are made of changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from local import artifacts, packing
from local.artifacts import Artifacts, build, shared_layer
from local.errors import LocalError

PYTHON = Path("/usr/bin/python-of-the-local-aws")


class Tools:
    """Python and pip as far as building needs them, without running either."""

    def __init__(self) -> None:
        self.installs = 0
        self.version = "3.13.1"

    def run(self, *command: str) -> str:
        if "pip" not in command:
            return self.version
        self.installs += 1
        folder = Path(command[command.index("--target") + 1])
        (folder / "boto3").mkdir(parents=True)
        (folder / "boto3" / "__init__.py").write_text("")
        return ""


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    tools = Tools()
    monkeypatch.setattr(artifacts, "_run", tools.run)
    monkeypatch.setattr(packing, "trim", lambda packages: None)
    monkeypatch.setattr(packing, "compile_sources", lambda folder, runs_in, python: None)
    return tools


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in {
        "functions/receive.py": "",
        "shared/__init__.py": "",
        "shared/requirements.txt": "boto3==1",
        "shared/Makefile": "",
        "shared/notifications/shipped.html": "<p>",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def built(root: Path) -> Artifacts:
    return build(root, root / "cache", PYTHON)


def names(archive: Path) -> Sequence[str]:
    with zipfile.ZipFile(archive) as opened:
        return sorted(opened.namelist())


def files(folder: Path) -> Sequence[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_layer_holds_shared_and_its_dependencies_side_by_side(root: Path, tools: Tools) -> None:
    assert files(built(root).layer) == [
        "python/boto3/__init__.py",
        "python/shared/__init__.py",
        "python/shared/notifications/shipped.html",
    ]


def test_workers_share_a_copy_of_the_layer_before_all_other_packages(root: Path, tools: Tools) -> None:
    home = root / "home"
    home.mkdir()
    archive = shared_layer(built(root).layer, home)
    shutil.rmtree(root / "cache")  # as a newer build forgets it
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(root / "worker")
    (site,) = (root / "worker" / "python" / "lib").glob("python3.*/site-packages")
    code = f"import site, sys; site.addsitedir({str(site)!r}); print(sys.path[0])"
    first = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert files(Path(first.strip())) == [
        "boto3/__init__.py",
        "shared/__init__.py",
        "shared/notifications/shipped.html",
    ]


def test_what_workers_read_stays_where_the_same_layer_is_deployed_again(root: Path, tools: Tools) -> None:
    home = root / "home"
    home.mkdir()
    archive = shared_layer(built(root).layer, home)
    first = archive.read_bytes(), sorted((path, path.stat().st_ino) for path in home.rglob("*.py"))
    again = shared_layer(built(root).layer, home)
    assert (again.read_bytes(), sorted((path, path.stat().st_ino) for path in home.rglob("*.py"))) == first
    assert len(list(home.iterdir())) == 2


def test_a_file_system_without_links_gets_copies(
    root: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert "python/boto3/__init__.py" in files(built(root).layer)


def test_functions_lie_at_the_root_of_their_archive(root: Path, tools: Tools) -> None:
    assert names(built(root).functions) == ["receive.py"]


def test_the_second_time_nothing_is_built(root: Path, tools: Tools) -> None:
    first = built(root)
    times = [path.stat().st_mtime_ns for path in (first.functions, first.layer)]
    assert built(root) == first
    assert [path.stat().st_mtime_ns for path in (first.functions, first.layer)] == times
    assert tools.installs == 1


def test_changed_code_is_built_anew_without_installing_anything(root: Path, tools: Tools) -> None:
    before = built(root)
    (root / "shared" / "__init__.py").write_text('"""Changed."""')
    after = built(root)
    assert after.layer != before.layer
    assert after.functions == before.functions
    assert tools.installs == 1


def test_a_changed_lock_is_installed_anew(root: Path, tools: Tools) -> None:
    before = built(root)
    (root / "shared" / "requirements.txt").write_text("boto3==2")
    assert built(root).layer != before.layer
    assert tools.installs == 2


def test_another_python_is_another_artifact(root: Path, tools: Tools) -> None:
    before = built(root)
    tools.version = "3.14.0"
    assert built(root).layer != before.layer
    assert tools.installs == 2


def test_only_the_newest_artifacts_are_kept(root: Path, tools: Tools) -> None:
    built(root)
    (root / "functions" / "receive.py").write_text("x = 1")
    (root / "shared" / "__init__.py").write_text("x = 1")
    built(root)
    kinds = sorted(path.name.split("-")[0] for path in (root / "cache").iterdir())
    assert kinds == ["dependencies", "functions", "layer"]


def test_an_unfinished_build_leaves_nothing_behind(
    root: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, runs_in: str, python: str) -> None:
        raise packing.PackingError("does not compile")

    monkeypatch.setattr(packing, "compile_sources", fail)
    with pytest.raises(LocalError, match="does not compile"):
        built(root)
    assert list((root / "cache").iterdir()) == []
