"""Catalogues in, tables out: what the command makes, what it keeps, and what it refuses."""

from __future__ import annotations

import gettext
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.cli import main
from local.errors import LocalError
from local.languages import making
from local.languages.catalogues import FOLDER, TEMPLATE, Catalogue, Text, read, read_all, renew, written
from local.languages.modules import COUNTRIES, MAILS, PAGES, modules_of
from local.languages.problems import problems_of
from local.languages.table import FORMS, LANGUAGES
from local.places import ROOT
from shared.notifications.countries.codes import ALPHA_2
from shared.notifications.locale import PLURALS
from shared.notifications.locales import LOCALES
from shared.pages.texts import TEXTS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the catalogues and of what is made from them."""
    for folder in (FOLDER, MAILS, PAGES, COUNTRIES):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def change(project: Path, catalogue: str, before: str, after: str) -> None:
    path = project / FOLDER / catalogue
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_catalogues_and_tables_say_the_same() -> None:
    assert making.is_current(), "run `python -m local languages` and commit what it makes"


def test_every_language_of_the_table_can_be_chosen_for_mails_and_pages() -> None:
    assert set(LANGUAGES) == set(LOCALES) == set(TEXTS)


def test_every_language_has_a_name_for_every_country_and_for_none_that_is_no_country() -> None:
    for code, locale in LOCALES.items():
        assert set(LOCALES["de"].countries) <= set(locale.countries), code
        assert {"AT", "DE", "GB", "IL", "TR", "US", "XK"} <= set(locale.countries)
        assert not {"EU", "UN", "XA", "ZZ"} & set(locale.countries)
        assert set(ALPHA_2.values()) <= set(locale.countries)
        assert all(name and name == name.strip() for name in locale.countries.values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_has_every_text_whole_and_in_the_order_of_the_english(code: str) -> None:
    catalogues = read_all(ROOT / FOLDER)

    assert problems_of(catalogues[code]) == []
    assert catalogues[code].obsolete == ()
    assert [(text.context, text.english, text.notes) for text in catalogues[code].texts] == [
        (text.context, text.english, text.notes) for text in catalogues["en"].texts
    ]


def test_every_rule_has_its_expression_for_tools_and_both_count_alike() -> None:
    assert {rule: frozenset(forms) for rule, (forms, _) in FORMS.items()} == PLURALS
    for rule, (forms, expression) in FORMS.items():
        numbered: Callable[[int], int] = gettext.c2py(expression)
        assert all(forms[numbered(count)] == rule(count) for count in range(10_000))


def test_a_placeholder_is_explained_where_it_stands() -> None:
    for text in read_all(ROOT / FOLDER)["en"].texts:
        for name in ("order", "name", "merchant", "amount", "count", "number", "date", "address"):
            if f"{{{name}}}" in text.english[0]:
                assert f"{{{name}}}:" in " ".join(text.notes), text.context


def test_a_corrected_text_reaches_the_table(project: Path) -> None:
    change(project, "de.po", 'msgstr "Verfolgen Sie Ihre Sendung"', 'msgstr "Ihre Sendung verfolgen"')
    assert not making.is_current(project)

    making.write(project)

    assert making.is_current(project)
    assert '"Ihre Sendung verfolgen"' in (project / MAILS / "de.py").read_text(encoding="utf-8")


def test_another_english_reaches_every_catalogue_and_asks_each_language_to_compare(project: Path) -> None:
    tables = (project / MAILS / "en.py").read_bytes()
    change(project, "en.po", 'msgstr "Track your parcel"', 'msgstr "Follow your parcel"')

    with pytest.raises(LocalError) as refused:
        making.write(project)

    lines = str(refused.value).splitlines()
    assert len(lines) == len(LANGUAGES) - 1
    assert lines[0] == (
        "de.po: mail.tracking_changed.headline is marked fuzzy: "
        "compare it with the English and take the mark away"
    )
    assert (project / MAILS / "en.py").read_bytes() == tables
    assert 'msgid "Follow your parcel"' in (project / FOLDER / TEMPLATE).read_text(encoding="utf-8")
    german = (project / FOLDER / "de.po").read_text(encoding="utf-8")
    assert (
        '#, fuzzy\n#| msgid "Track your parcel"\nmsgctxt "mail.tracking_changed.headline"\n'
        'msgid "Follow your parcel"\nmsgstr "Verfolgen Sie Ihre Sendung"\n'
    ) in german


def test_a_fuzzy_text_that_was_compared_is_taken(project: Path) -> None:
    change(project, "en.po", 'msgstr "Track your parcel"', 'msgstr "Follow your parcel"')
    with pytest.raises(LocalError):
        making.write(project)
    for code in LANGUAGES:
        path = project / FOLDER / f"{code}.po"
        path.write_text(path.read_text(encoding="utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")

    making.write(project)

    assert making.is_current(project)
    assert "#|" not in (project / FOLDER / "de.po").read_text(encoding="utf-8")


def test_a_new_text_is_asked_of_every_language(project: Path) -> None:
    entry = '#. Label.\nmsgctxt "page.weight"\nmsgid "Weight"\nmsgstr ""\n\n'
    change(project, "en.po", "#. Heading, the items", f"{entry}#. Heading, the items")

    with pytest.raises(LocalError) as refused:
        making.write(project)

    assert str(refused.value).splitlines() == [
        f"{code}.po: page.weight is not translated" for code in LANGUAGES if code != "en"
    ]
    assert f"{entry}#. Heading, the items" in (project / FOLDER / "pl.po").read_text(encoding="utf-8")


def test_what_english_gave_up_is_gone_everywhere(project: Path) -> None:
    path = project / FOLDER / "en.po"
    entries = path.read_text(encoding="utf-8").split("\n\n")
    kept = [entry for entry in entries if 'msgctxt "mail.parcels"' not in entry]
    path.write_text("\n\n".join(kept), encoding="utf-8")

    making.write(project)

    for made in (f"{MAILS}/pl.py", f"{FOLDER}/pl.po", f"{FOLDER}/{TEMPLATE}"):
        assert "składa się" not in (project / made).read_text(encoding="utf-8")


def test_a_language_begins_with_an_empty_catalogue_and_its_own_forms(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Any = LANGUAGES
    monkeypatch.setitem(rows, "lt", replace(LANGUAGES["pl"], name="Lithuanian", cldr="lt"))

    with pytest.raises(LocalError, match=r"lt\.po: mail\.greeting is not translated"):
        making.write(project)

    catalogue = (project / FOLDER / "lt.po").read_text(encoding="utf-8")
    assert catalogue.startswith("# Lithuanian.\n")
    assert 'msgstr[2] ""' in catalogue


def test_a_language_whose_plurals_are_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    polish = read_all(ROOT / FOLDER)["pl"]
    rows: Any = LANGUAGES
    monkeypatch.setitem(rows, "lt", replace(LANGUAGES["pl"], name="Lithuanian", cldr="lt"))

    with pytest.raises(LocalError, match="0 is 'other' for the CLDR in lt, and 'many' for our rule"):
        modules_of(replace(polish, code="lt"))


def test_how_a_tool_wrote_a_catalogue_does_not_matter(project: Path) -> None:
    change(project, "nl.po", '"Language: nl\\n"', '"Language: nl\\n"\n"X-Generator: Poedit 3.6\\n"')
    change(project, "nl.po", 'msgstr "Volg je pakket"', 'msgstr ""\n"Volg je "\n"pakket"')

    assert making.is_current(project)


def test_what_a_tool_keeps_of_texts_that_are_gone_is_stale_until_it_is_taken_out(project: Path) -> None:
    path = project / FOLDER / "nl.po"
    clean = path.read_text(encoding="utf-8")
    path.write_text(f'{clean}\n#~ msgctxt "mail.gone"\n#~ msgid "Gone"\n#~ msgstr "Weg"\n', encoding="utf-8")
    assert not making.is_current(project)

    making.write(project)

    assert path.read_text(encoding="utf-8") == clean


def test_remarks_of_translators_stay() -> None:
    text = Text(
        context="page.title",
        english=("A",),
        forms=("B",),
        notes=("Title.",),
        remarks=("Why B: it is short.",),
    )
    catalogue = Catalogue(code="nl", about=("Dutch.",), texts=(text,))

    assert read(written(catalogue), "nl") == catalogue
    english = replace(catalogue, code="en", texts=(replace(text, forms=("A",), remarks=()),))
    assert renew({"en": english, "nl": catalogue})["nl"] == catalogue


@pytest.mark.parametrize("catalogue", read_all(ROOT / FOLDER).values(), ids=lambda catalogue: catalogue.code)
def test_what_is_written_is_read_again(catalogue: Catalogue) -> None:
    assert read(written(catalogue), catalogue.code) == catalogue


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('msgctxt "a"\nmsgid "b"\nmsgstr "c', "line 3 is"),
        (
            'msgctxt "a"\nmsgid "b"\nmsgstr "c"\n\nmsgctxt "a"\nmsgid "d"\nmsgstr "e"',
            "a is there more than once",
        ),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(project: Path, broken: str, said: str) -> None:
    (project / FOLDER / "fr.po").write_text(broken, encoding="utf-8")

    with pytest.raises(LocalError, match=rf"fr\.po .*{said}"):
        making.is_current(project)


def test_the_check_names_the_command_that_helps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["languages", "--check"]) == 0
    monkeypatch.setattr(making, "is_current", lambda: False)

    assert main(["languages", "--check"]) == 1
    assert "run `python -m local languages`" in capsys.readouterr().err


def test_nothing_that_runs_needs_babel() -> None:
    rooms = "shared.notifications.render shared.pages.render shared.usecases.send_mail local.demo local.run"
    imports = "; ".join(f"import {name}" for name in [*rooms.split(), "local.mails_page", "local.previews"])

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print('babel' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert done.stdout.strip() == "False"
    assert "babel" not in (ROOT / "shared" / "requirements.txt").read_text(encoding="utf-8").lower()
