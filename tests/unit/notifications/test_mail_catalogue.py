from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

import pytest

from shared.notifications import render
from shared.notifications.catalogue import KINDS, MissingMailDataError, UnknownMailKindError
from shared.notifications.data import MailData, MailLine
from shared.notifications.locale import Locale
from shared.notifications.locales import LOCALES
from shared.notifications.render import MAX_LINES_SHOWN, TEMPLATES, render_mail
from tests.unit.notifications.mail_samples import BARE, BRANDING, FULL, PARCELS, PLAIN_BRANDING

# Lifecycle, section 9: the mails a change may owe.
OWED = {
    "order_received",
    "canceled",
    "preparing",
    "shipped",
    "tracking_changed",
    "ready_for_pickup",
    "delivered",
    "delivery_problem",
    "return_answer",
    "refund",
    "payment_link",
}
FIELDS = {field.name for field in fields(MailData)}


def test_the_catalogue_holds_every_mail_a_change_may_owe_and_no_other() -> None:
    assert set(KINDS) == OWED


def test_every_kind_has_both_its_bodies_and_no_template_lies_unused() -> None:
    expected = {f"{name}.{part}" for name in (*KINDS, "layout", "parts") for part in ("html", "txt")}

    assert {path.name for path in TEMPLATES.iterdir()} == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_names_only_fields_that_exist(kind: str) -> None:
    row = KINDS[kind]

    assert {*row.needs, row.unless or "partial", row.amount or "total"} <= FIELDS
    assert bool(row.other_wording) == bool(row.unless)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LOCALES)
def test_every_wording_of_a_kind_has_its_texts_in_every_language(kind: str, language: str) -> None:
    wordings = filter(None, (KINDS[kind].wording, KINDS[kind].other_wording))

    for wording in wordings:
        for part in ("subject", "headline", "intro"):
            assert LOCALES[language].texts[f"{wording}.{part}"]


def test_an_unknown_kind_is_an_error_that_says_so() -> None:
    with pytest.raises(UnknownMailKindError, match="birthday"):
        render_mail("birthday", FULL, locale="en", branding=BRANDING)


NEEDS = [(kind, field) for kind, row in KINDS.items() for field in row.needs]


@pytest.mark.parametrize(("kind", "field"), NEEDS)
def test_a_mail_without_what_it_needs_is_refused_by_name(kind: str, field: str) -> None:
    empty = MailData(order_number="1001", currency="EUR")

    with pytest.raises(MissingMailDataError) as error:
        render_mail(
            kind, replace(BARE[kind], **{field: getattr(empty, field)}), locale="en", branding=BRANDING
        )

    assert (error.value.kind, error.value.field) == (kind, field)


class _Watched(Mapping[str, str]):
    """Texts that note which of them were read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def test_no_text_is_translated_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _Watched(LOCALES["en"].texts)
    english = replace(LOCALES["en"], texts=texts)

    def choose(*_wanted: str) -> Locale:
        return english

    monkeypatch.setattr(render, "choose_locale", choose)
    many = (MailLine(name="Stoneware mug", quantity=1),) * (MAX_LINES_SHOWN + 1)

    for kind in KINDS:
        render_mail(kind, BARE[kind], locale="en", branding=PLAIN_BRANDING)
        render_mail(kind, FULL, locale="en", branding=BRANDING)
        render_mail(
            kind, replace(FULL, lines=many, partial=True, pickup=True), locale="en", branding=BRANDING
        )

    render_mail("shipped", replace(FULL, parcels=PARCELS), locale="en", branding=BRANDING)

    assert set(texts) - texts.read == set()


def test_only_rendering_pays_for_the_template_engine() -> None:
    light = "addresses branding build catalogue data headers links locale locales samples"
    imports = "; ".join(f"import shared.notifications.{name}" for name in light.split())

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print('jinja2' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "False"
