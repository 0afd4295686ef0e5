"""The artifacts for this machine: its architecture, its Python; otherwise packed as for Lambda.

* functions: an archive with the files of ``functions/`` at its root;
* layer: a folder with ``python/shared`` and, beside it, the pinned runtime dependencies of
  ``shared/requirements.txt``.

Everything is cached under a hash of what it is made of; the second time nothing is built.

The local AWS unpacks the layer for each worker that it starts: thousands of files, two seconds, thirty times
a day of the demo. So what it gets is an archive of one file, which leads to a folder that all of them read
(:func:`shared_layer`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local import packing
from local.errors import LocalError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: equal content, equal bytes
_SITE_FILE = f"python/lib/python3.{sys.version_info.minor}/site-packages/orderhub.pth"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The functions' archive and the layer's folder. Their names carry the hash of what they hold."""

    functions: Path
    layer: Path


def build(root: Path, cache: Path, python: Path) -> Artifacts:
    """Return the archives for ``python``, built where the cache does not hold them. Raises LocalError."""
    cache.mkdir(parents=True, exist_ok=True)
    try:
        tag = _run(str(python), "-c", "import platform, sys; print(sys.version, platform.platform())")
        dependencies = _dependencies(root / "shared" / "requirements.txt", cache, python, tag)
        return Artifacts(
            functions=_functions(root / "functions", cache, python, tag),
            layer=_layer(root / "shared", dependencies, cache, python, tag),
        )
    except packing.PackingError as error:
        raise LocalError(str(error)) from None


def _functions(source: Path, cache: Path, python: Path, tag: str) -> Path:
    target = cache / f"functions-{_digest(_sources(source), tag)}.zip"
    if not target.exists():
        with _Stage(target) as stage:
            packing.copy_sources(source, stage.folder)
            packing.compile_sources(stage.folder, "/var/task", str(python))
            stage.publish(_archive(stage.folder, stage.folder / target.name))
    return target


def _layer(source: Path, dependencies: Path, cache: Path, python: Path, tag: str) -> Path:
    target = cache / f"layer-{_digest(_sources(source), tag, dependencies.name)}"
    if not target.exists():
        with _Stage(target) as stage:
            packing.copy_sources(source, stage.folder / "python" / "shared")
            packing.compile_sources(stage.folder, "/opt", str(python))
            _link(dependencies, stage.folder)
            stage.publish(stage.folder)
    return target


def shared_layer(layer: Path, home: Path) -> Path:
    """Return the archive of a layer that leads every worker to one copy of ``layer`` in ``home``.

    A copy of the run's own: the cache forgets what is not the newest, and a run reads its layer until its
    end. One that is there stays as it is, since workers read it. Python packages of a layer may lie in
    ``python/lib/python3.x/site-packages``
    (https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html), which the local AWS takes for a site
    directory: a ``.pth`` file there is carried out. It puts the folder where the layer's own would be, before
    the packages of the local AWS.
    """
    copy = home / layer.name
    if not copy.exists():
        part = Path(tempfile.mkdtemp(dir=home, prefix="copying-"))
        _link(layer, part)
        part.rename(copy)  # whole, or not there
    archive = home / f"{layer.name}.zip"
    line = f"import sys; sys.path.insert(0, {str(copy / 'python')!r})\n"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(zipfile.ZipInfo(_SITE_FILE, _EPOCH), line)
    return archive


def _dependencies(requirements: Path, cache: Path, python: Path, tag: str) -> Path:
    """Return a folder with ``python/<packages>``, installed with checked hashes."""
    if not requirements.exists():
        raise LocalError(f"{requirements} is missing. `make lock` writes it.")
    made_of = [("", requirements.read_bytes()), ("packing", Path(packing.__file__).read_bytes())]
    target = cache / f"dependencies-{_digest(made_of, tag)}"
    if not target.exists():
        with _Stage(target) as stage:
            packages = stage.folder / "python"
            _run(
                *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--require-hashes", "--no-compile", "--target", str(packages), "-r", str(requirements)),
            )
            packing.trim(packages)
            packing.compile_sources(stage.folder, "/opt", str(python))
            stage.publish(stage.folder)
    return target


class _Stage:
    """A folder to build in. What is published appears in the cache whole, and replaces older ones."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.folder = Path()

    def __enter__(self) -> _Stage:
        self.folder = Path(tempfile.mkdtemp(dir=self._target.parent, prefix="building-"))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def publish(self, made: Path) -> None:
        try:
            made.rename(self._target)
        except OSError:  # two built it at once: both made the same
            if not self._target.exists():
                raise
        kind = self._target.name.split("-")[0]
        for old in self._target.parent.glob(f"{kind}-*"):
            if old != self._target:
                shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)


def _archive(folder: Path, target: Path) -> Path:
    contents = list(_files(folder))
    # Stored, not deflated: every worker unpacks it, and it never leaves this machine.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return target


def _link(folder: Path, copy: Path) -> None:
    """Copy a folder without its bytes: each file gets one more name, where the file system can do that."""
    try:
        shutil.copytree(folder, copy, copy_function=os.link, dirs_exist_ok=True)
    except shutil.Error:
        shutil.copytree(folder, copy, dirs_exist_ok=True)


def _sources(folder: Path) -> Iterator[tuple[str, bytes]]:
    return (
        (name, content)
        for name, content in _files(folder)
        if not packing.NOT_SHIPPED.intersection(Path(name).parts)
    )


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (relative name, content) of each file, in a stable order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _digest(contents: Iterable[tuple[str, bytes]], *more: str) -> str:
    digest = hashlib.sha256("\0".join(more).encode())
    for name, content in contents:
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).splitlines()[-8:])
        raise LocalError(f"This failed: {' '.join(command[:4])} …\n{last}")
    return done.stdout.strip()
