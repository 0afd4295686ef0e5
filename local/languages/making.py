"""Catalogues in, modules out: what ``python -m local languages`` does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.errors import LocalError
from local.languages.catalogues import FOLDER, TEMPLATE, Catalogue, read_all, renew, template, write_all
from local.languages.modules import common_modules, modules_of
from local.languages.problems import problems_of
from local.languages.table import ENGLISH
from local.places import ROOT


def write(root: Path = ROOT) -> None:
    """Bring every catalogue up to the English and make the modules of all languages.

    Raises LocalError where a catalogue is not complete: the catalogues are renewed then, the modules stay.
    """
    catalogues = renew(read_all(root / FOLDER))
    write_all(catalogues, root / FOLDER)
    for path, source in _modules(catalogues).items():
        (root / path).write_text(source, encoding="utf-8")


def is_current(root: Path = ROOT) -> bool:
    """True where catalogues and modules say the same. Raises LocalError where a catalogue is not complete.

    How a tool broke the lines of a catalogue does not matter, nor what it wrote into its head.
    """
    catalogues = read_all(root / FOLDER)
    renewed = renew(catalogues)
    made = _modules(renewed) | {f"{FOLDER}/{TEMPLATE}": template(renewed[ENGLISH])}
    return catalogues == renewed and all(_says(root / path, source) for path, source in made.items())


def _modules(catalogues: Mapping[str, Catalogue]) -> dict[str, str]:
    if problems := [problem for catalogue in catalogues.values() for problem in problems_of(catalogue)]:
        raise LocalError("\n".join(problems))
    made = {
        path: source for catalogue in catalogues.values() for path, source in modules_of(catalogue).items()
    }
    return made | common_modules()


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
