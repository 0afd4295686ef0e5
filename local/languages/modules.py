"""The modules that mails and pages import, written from a catalogue as ``ruff format`` would have them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from local.languages.catalogues import Catalogue, Text
from local.languages.cldr import countries_of, formats_of, other_codes
from local.languages.problems import MAIL, PAGE
from local.languages.table import LANGUAGES, forms_of

MAILS = "shared/notifications/locales"
PAGES = "shared/pages/texts"
COUNTRIES = "shared/notifications/countries"
_WIDTH = 110
# Written as escapes: nobody sees them in an editor.
_UNSEEN = {ord(space): f"\\u{ord(space):04x}" for space in "\u00a0\u202f"}


def modules_of(catalogue: Catalogue) -> dict[str, str]:
    """Return the source of each module that a language is, by its path in the project."""
    return {
        f"{MAILS}/{catalogue.code}.py": "".join(f"{line}\n" for line in _mails(catalogue)),
        f"{PAGES}/{catalogue.code}.py": "".join(f"{line}\n" for line in _pages(catalogue)),
        f"{COUNTRIES}/{catalogue.code}.py": "".join(f"{line}\n" for line in _countries(catalogue.code)),
    }


def common_modules() -> dict[str, str]:
    """Return the source of each module that belongs to no language, by its path in the project."""
    return {f"{COUNTRIES}/codes.py": "".join(f"{line}\n" for line in _codes())}


def _mails(catalogue: Catalogue) -> Iterator[str]:
    code = catalogue.code
    language, formats, texts = LANGUAGES[code], formats_of(code), list(_of(MAIL, catalogue))
    rule = language.plural.__name__
    yield from _head(code, " and the CLDR")
    yield f"from shared.notifications.countries.{code} import COUNTRIES"
    yield f"from shared.notifications.locale import Locale, {rule}"
    yield ""
    yield from _table("TEXTS = ", {key: text.forms[0] for key, text in texts if len(text.english) == 1})
    yield ""
    yield "COUNTED = {"
    for key, text in texts:
        if len(text.english) > 1:
            forms = dict(zip(forms_of(code), text.forms, strict=True))
            yield from _table(f"    {_quoted(key)}: ", forms, ",")
    yield "}"
    yield ""
    yield "LOCALE = Locale("
    yield f"    code={_quoted(code)},"
    yield f"    decimal_mark={_quoted(formats.decimal_mark)},"
    yield f"    group_mark={_quoted(formats.group_mark)},"
    yield f"    grouped_from={language.grouped_from},"
    yield f"    money={_quoted(formats.money)},"
    yield f"    money_with_letters={_quoted(formats.money_with_letters)},"
    yield from _table("    symbols=", formats.symbols, ",")
    yield "    months=("
    yield from (f"        {_quoted(month)}," for month in formats.months)
    yield "    ),"
    yield f"    date={_quoted(formats.date)},"
    yield f"    time={_quoted(formats.time)},"
    yield f"    moment={_quoted(formats.moment)},"
    yield "    countries=COUNTRIES,"
    yield "    texts=TEXTS,"
    yield f"    plural={rule},"
    yield "    counted=COUNTED,"
    yield ")"


def _pages(catalogue: Catalogue) -> Iterator[str]:
    yield from _head(catalogue.code)
    yield from _table("TEXTS = ", {key: text.forms[0] for key, text in _of(PAGE, catalogue)})


def _countries(code: str) -> Iterator[str]:
    made = "made by `python -m local languages` from the CLDR: do not edit."
    yield f'"""Countries in {LANGUAGES[code].name}, by alpha-2 code, {made}"""'
    yield ""
    yield "from __future__ import annotations"
    yield ""
    yield from _table("COUNTRIES = ", countries_of(code))


def _codes() -> Iterator[str]:
    made = "made by `python -m local languages` from the CLDR: do not edit."
    yield f'"""Countries by other codes, {made}"""'
    yield ""
    yield "from __future__ import annotations"
    yield ""
    yield from _table("ALPHA_2 = ", other_codes())


def _head(code: str, besides: str = "") -> Iterator[str]:
    source = f"local/catalogues/{code}.po{besides}"
    yield f'"""{LANGUAGES[code].name}, made by `python -m local languages` from {source}: do not edit."""'
    yield ""
    yield "from __future__ import annotations"
    yield ""


def _of(kind: str, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    for text in catalogue.texts:
        if text.context.startswith(kind):
            yield text.context.removeprefix(kind), text


def _table(start: str, rows: Mapping[str, str], end: str = "") -> Iterator[str]:
    indent = " " * (len(start) - len(start.lstrip()) + 4)
    yield f"{start}{{"
    for key, value in rows.items():
        yield from _row(indent, _quoted(key), value)
    yield f"{indent[4:]}}}{end}"


def _row(indent: str, key: str, value: str) -> Iterator[str]:
    line = f"{indent}{key}: {_quoted(value)},"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}{key}: ("
    yield from (f"{indent}    {_quoted(piece)}" for piece in _pieces(value, _WIDTH - len(indent) - 4))
    yield f"{indent}),"


def _pieces(text: str, width: int) -> Iterator[str]:
    """Yield a text in pieces that are not wider than ``width`` where they stand quoted, cut behind spaces."""
    while len(_quoted(text)) > width and " " in text:
        words = text.split(" ")
        cut = next(
            (number for number in range(len(words) - 1, 0, -1) if _is_at_most(words[:number], width)), 1
        )
        piece = " ".join(words[:cut]) + " "
        yield piece
        text = text[len(piece) :]
    yield text


def _is_at_most(words: list[str], width: int) -> bool:
    return len(_quoted(" ".join(words) + " ")) <= width


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False).translate(_UNSEEN)
    if text.count('"') <= text.count("'"):
        return quoted
    return "'" + quoted[1:-1].replace("'", "\\'").replace('\\"', '"') + "'"
