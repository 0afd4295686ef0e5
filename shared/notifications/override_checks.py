"""Whether a merchant's template may be kept: it has to write every shape of mail before it writes the first.

Also a mail full of markup, of which it may let nothing through: neither as a tag, nor as an attribute, nor
as a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from jinja2 import TemplateSyntaxError, nodes

from shared.notifications.catalogue import kind_of
from shared.notifications.locales import LOCALES
from shared.notifications.overrides import TemplateRefusedError, parse_override, render_override
from shared.notifications.render import PARTS, RenderedMail
from shared.notifications.samples import BRANDING, EVIL, PLAIN_BRANDING, samples_of

MAX_SOURCE = 30_000  # characters of a part: three of them fit into an item of DynamoDB
MAX_WRITTEN = 102_000  # bytes of a mail's HTML: Gmail cuts off the rest
_FORBIDDEN_TAGS = frozenset({"script", "iframe", "object", "embed", "form", "base", "link"})
_LINKS = frozenset({"href", "src", "background", "action", "poster", "srcset"})


def check_override(parts: Mapping[str, str], kind: str, locale: str) -> None:
    """Return where a template may be kept. Raises TemplateRefusedError, UnknownMailKindError."""
    kind_of(kind)
    if locale not in LOCALES:
        raise TemplateRefusedError("locale", 0, f"mails are written in {', '.join(LOCALES)}")
    if not any(parts.get(part) for part in PARTS) or set(parts) - set(PARTS):
        raise TemplateRefusedError("template", 0, f"give at least one of {', '.join(PARTS)}")
    for part, source in parts.items():
        if len(source) > MAX_SOURCE:
            raise TemplateRefusedError(part, 0, f"{len(source)} characters; {MAX_SOURCE} are the most")
        _check_source(part, source)
    for data in samples_of(kind):
        for branding in (BRANDING, PLAIN_BRANDING):
            mail = render_override(parts, kind, data, locale=locale, branding=branding)
            _check_written(parts, mail)


def _check_source(part: str, source: str) -> None:
    try:
        tree = parse_override(source)
    except TemplateSyntaxError as error:
        raise TemplateRefusedError(part, error.lineno, error.message or "it cannot be read") from None
    found = next(tree.find_all(nodes.ScopedEvalContextModifier), None)
    if found is not None:
        raise TemplateRefusedError(part, found.lineno, "autoescape cannot be switched")


def _check_written(parts: Mapping[str, str], mail: RenderedMail) -> None:
    if parts.get("subject") and not mail.subject:
        raise TemplateRefusedError("subject", 0, "it is empty for a sample mail")
    if parts.get("text") and not mail.text.strip():
        raise TemplateRefusedError("text", 0, "it is empty for a sample mail")
    if not parts.get("html"):
        return
    if len(mail.html.encode()) > MAX_WRITTEN:
        raise TemplateRefusedError("html", 0, f"a sample mail is longer than {MAX_WRITTEN} bytes")
    watcher = _Watcher(convert_charrefs=True)
    watcher.feed(mail.html)
    watcher.close()


class _Watcher(HTMLParser):
    """Looks for what no mail may hold, and for a stranger's text that has become markup."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == EVIL:
            self._refuse("text from outside becomes markup here: it has to be escaped")
        if tag in _FORBIDDEN_TAGS:
            self._refuse(f"a mail may not hold <{tag}>")
        for name, value in attrs:
            if name == EVIL:
                self._refuse(f"text from outside becomes an attribute of <{tag}>: put the value in quotes")
            if name.startswith("on"):
                self._refuse(f"a mail may not hold {name}=")
            if name in _LINKS and f"<{EVIL}" in (value or ""):
                self._refuse(f"text from outside stands in the {name} of <{tag}>: add | urlencode")

    def _refuse(self, reason: str) -> None:
        # No line: that of the mail that was written is of no use to who wrote the template.
        raise TemplateRefusedError("html", 0, reason)
