"""The catalogues in ``local/catalogues``: read, brought up to the English, and written back.

A text is known by its context (``msgctxt``): ``mail.shipped.subject``, ``page.title``. Its ``msgid`` is the
English, for translators to read. ``en.po`` leads: the translation that stands there *is* the English, so
that it is corrected like any other language. Where it changes, the others keep what they had, marked fuzzy.

Written one line a text, without the dates and names that tools put into the head: a difference is a text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from local.errors import LocalError
from local.languages.table import ENGLISH, LANGUAGES, forms_of, plural_header

FOLDER = "local/catalogues"
TEMPLATE = "orderhub.pot"
_LINE = re.compile(r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*")?\s*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text. ``english`` is singular and plural where it counts; ``forms`` are the translation."""

    context: str
    english: tuple[str, ...]
    forms: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what translators should know: written in en.po, copied to the others
    remarks: tuple[str, ...] = ()  # what translators noted
    is_fuzzy: bool = False
    earlier: tuple[str, ...] = ()  # the English that a fuzzy translation was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A language as its file has it. ``about`` is its first comment: how the language speaks to customers."""

    code: str
    about: tuple[str, ...]
    texts: tuple[Text, ...]
    obsolete: tuple[str, ...] = ()  # contexts of texts that tools keep at the end after they are gone


def read_all(folder: Path) -> dict[str, Catalogue]:
    """Return every catalogue of the table; an empty one where there is no file yet. Raises LocalError."""
    return {code: _read_file(folder / f"{code}.po", code) for code in LANGUAGES}


def _read_file(path: Path, code: str) -> Catalogue:
    if not path.exists():
        return Catalogue(code=code, about=(f"{LANGUAGES[code].name}.",), texts=())
    try:
        return read(path.read_text(encoding="utf-8"), code)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise LocalError(f"{path.name} is not a catalogue that can be read: {error}") from None


def read(text: str, code: str) -> Catalogue:
    """Return what a file says. Raises babel's PoFileError, or ValueError."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not _LINE.fullmatch(line):  # Babel would take the last letter for the quote that is missing
            raise ValueError(f"line {number} is {line!r}")
    found = read_po(io.BytesIO(text.encode()), abort_invalid=True)
    texts = tuple(_text(message) for message in found if message.id)  # the head is a text without an id
    contexts = [text.context for text in texts]
    if twice := sorted({context for context in contexts if contexts.count(context) > 1}):
        raise ValueError(f"{', '.join(twice)} is there more than once")
    obsolete = tuple(str(message.context) for message in found.obsolete.values())
    return Catalogue(code=code, about=_about(found), texts=texts, obsolete=obsolete)


def _about(found: Catalog) -> tuple[str, ...]:
    return tuple(line.removeprefix("#").strip() for line in found.header_comment.splitlines())


def _text(message: Message) -> Text:
    return Text(
        context=str(message.context or ""),
        english=_parts(message.id),
        forms=tuple(form or "" for form in _parts(message.string or "")),
        notes=tuple(message.auto_comments),
        remarks=tuple(line for line in message.user_comments if not line.startswith("|")),
        is_fuzzy="fuzzy" in message.flags,
        # Babel takes gettext's comment for the earlier English ("#| msgid …") for a translator's.
        earlier=tuple(line.removeprefix("| ") for line in message.user_comments if line.startswith("|")),
    )


def _parts(said: str | Sequence[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def renew(catalogues: Mapping[str, Catalogue]) -> dict[str, Catalogue]:
    """Return the catalogues with the texts of the English one, in its order, each with its translation.

    Where the English is another than it was, the translation stays and is marked fuzzy.
    """
    english = catalogues[ENGLISH]
    leading = replace(english, texts=tuple(map(_said_in_english, english.texts)), obsolete=())
    renewed = {
        code: replace(catalogue, texts=tuple(_followed(leading, catalogue)), obsolete=())
        for code, catalogue in catalogues.items()
    }
    return renewed | {ENGLISH: leading}


def _said_in_english(text: Text) -> Text:
    said = text.forms if all(text.forms) else text.english
    return Text(context=text.context, english=said, forms=said, notes=text.notes, remarks=text.remarks)


def _followed(leading: Catalogue, catalogue: Catalogue) -> Iterator[Text]:
    there = {text.context: text for text in catalogue.texts}
    for new in leading.texts:
        old = there.get(new.context)
        if old is None or len(old.english) != len(new.english):
            empty = ("",) * (len(forms_of(catalogue.code)) if len(new.english) > 1 else 1)
            yield replace(new, forms=empty, remarks=())
        elif old.english == new.english or not any(old.forms):
            earlier = old.earlier if old.is_fuzzy else ()
            yield replace(old, english=new.english, notes=new.notes, earlier=earlier)
        else:
            yield replace(
                old,
                english=new.english,
                notes=new.notes,
                is_fuzzy=True,
                earlier=old.earlier if old.is_fuzzy else tuple(_ids(old.english)),
            )


def write_all(catalogues: Mapping[str, Catalogue], folder: Path) -> None:
    """Write every catalogue, and the template that tools make new ones from."""
    folder.mkdir(exist_ok=True)
    for code, catalogue in catalogues.items():
        (folder / f"{code}.po").write_text(written(catalogue), encoding="utf-8")
    (folder / TEMPLATE).write_text(template(catalogues[ENGLISH]), encoding="utf-8")


def written(catalogue: Catalogue) -> str:
    """Return a catalogue as its file has it."""
    return _file(catalogue.about, catalogue.code, plural_header(catalogue.code), catalogue.texts)


def template(english: Catalogue) -> str:
    """Return the catalogue of no language."""
    about = ("Every text, in English. Made by `python -m local languages` from en.po.",)
    empty = (replace(text, forms=("",) * len(text.english), remarks=()) for text in english.texts)
    return _file(about, "", "nplurals=INTEGER; plural=EXPRESSION;", empty)


def _file(about: Iterable[str], code: str, plural: str, texts: Iterable[Text]) -> str:
    head = (
        "Project-Id-Version: Orderhub",
        f"Language: {code}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {plural}",
    )
    lines = [f"# {line}".rstrip() for line in about]
    lines += ['msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in head)]
    for text in texts:
        lines += ["", *_entry(text)]
    return "\n".join(lines) + "\n"


def _entry(text: Text) -> Iterator[str]:
    yield from (f"# {remark}" for remark in text.remarks)
    yield from (f"#. {note}" for note in text.notes)
    flags = ["fuzzy"] if text.is_fuzzy else []
    if any("{" in english for english in text.english):
        flags.append("python-brace-format")  # tools compare the placeholders then
    if flags:
        yield f"#, {', '.join(flags)}"
    yield from (f"#| {line}" for line in text.earlier)
    yield f"msgctxt {_quoted(text.context)}"
    yield from _ids(text.english)
    if len(text.english) == 1:
        yield f"msgstr {_quoted(text.forms[0])}"
    else:
        yield from (f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(text.forms))


def _ids(english: tuple[str, ...]) -> Iterator[str]:
    yield f"msgid {_quoted(english[0])}"
    yield from (f"msgid_plural {_quoted(plural)}" for plural in english[1:])


def _quoted(text: str) -> str:
    # A catalogue's strings are quoted as JSON's are, as far as our texts go.
    return json.dumps(text, ensure_ascii=False)
