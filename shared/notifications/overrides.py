"""A merchant's own words and looks for one kind of mail: templates that are data, so they are kept in a box.

A template has up to three parts, each Jinja2: ``subject``, ``html`` and ``text``; what is missing stays ours.
It sees what our own templates see (``data``, ``words``, ``merchant`` …), may extend ``layout.html`` and
import ``parts.html``, and nothing else: the environment is Jinja2's sandbox, in which no private attribute
can be reached and nothing can be changed; names that are not defined are errors; HTML is escaped, and what
would switch that off (``safe``, ``autoescape``) does not exist. Long loops and huge texts are refused; what
takes long by other means shows when the template is checked.

A template is checked before it is kept (:mod:`shared.notifications.override_checks`). What goes wrong all the
same when a mail is sent is the caller's to catch: see :func:`render_override`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.notifications.branding import Branding
from shared.notifications.data import MailData
from shared.notifications.headers import one_line
from shared.notifications.render import PARTS, TEMPLATES, RenderedMail, names_of, tidy, wrap, write_part

MAX_TURNS = 1_000  # of a loop over numbers
MAX_REPEATED = 10_000  # characters of a text that is repeated
_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map"})
_OWN_FILES = {"subject": "override.subject", "html": "override.html", "text": "override.txt"}


class TemplateRefusedError(ValueError):
    """A template cannot be kept. Names the part, the line where there is one, and what is wrong."""

    def __init__(self, part: str, line: int, reason: str) -> None:
        where = f"{part}, line {line}" if line else part
        super().__init__(f"{where}: {reason}")
        self.part = part
        self.line = line
        self.reason = reason


def render_override(
    parts: Mapping[str, str], kind: str, data: MailData, *, locale: str, branding: Branding
) -> RenderedMail:
    """Write a mail of ``kind`` with the merchant's ``parts``; what is not among them is ours.

    Raises what :func:`~shared.notifications.render.render_mail` raises. Whatever else comes out of a template
    is raised as TemplateRefusedError: the mail can then still be written with our own.
    """
    names = names_of(kind, data, locale=locale, branding=branding)
    written = {
        part: _write(part, parts, names) if parts.get(part) else write_part(part, kind, names)
        for part in PARTS
    }
    return RenderedMail(**written)


def parse_override(source: str) -> nodes.Template:
    """Return the parsed source of a part. Raises Jinja2's TemplateSyntaxError."""
    return _environment(()).parse(source)


class _Box(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, without what takes for ever or switches escaping off."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals["range"] = _short_range
        del self.globals["lipsum"]
        for name in ("safe", "urlize", "pprint", "center", "format", "indent"):
            del self.filters[name]
        self.filters["wrap"] = wrap

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr not in _PADDING and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int) and isinstance(right, int)
        if operator == "**" or (not numbers and _length(left) * _length(right) > MAX_REPEATED):
            raise TemplateError(f"{operator} makes too much here")
        return super().call_binop(context, operator, left, right)


def _length(value: Any) -> int:
    if isinstance(value, int):
        return abs(value)
    return len(value) if hasattr(value, "__len__") else 1


def _short_range(*arguments: int) -> range:
    turns = range(*arguments)
    if len(turns) > MAX_TURNS:
        raise TemplateError(f"a loop of {len(turns)} turns; {MAX_TURNS} are the most")
    return turns


@lru_cache(maxsize=32)
def _environment(sources: tuple[tuple[str, str], ...]) -> _Box:
    return _Box(
        loader=ChoiceLoader([DictLoader(dict(sources)), FileSystemLoader(TEMPLATES)]),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _write(part: str, parts: Mapping[str, str], names: Mapping[str, Any]) -> str:
    written = _run(part, parts, names)
    return {"subject": one_line, "text": tidy}.get(part, str)(written)


def _run(part: str, parts: Mapping[str, str], names: Mapping[str, Any]) -> str:
    sources = tuple((_OWN_FILES[name], source) for name, source in sorted(parts.items()) if source)
    try:
        return _environment(sources).get_template(_OWN_FILES[part]).render(names)
    except TemplateSyntaxError as error:
        raise TemplateRefusedError(part, error.lineno, error.message or "it cannot be read") from error
    except Exception as error:
        raise TemplateRefusedError(part, _line_of(error.__traceback__), _said(error)) from error


def _line_of(trace: TracebackType | None) -> int:
    """Return the last line of the template that an error came through, 0 where there is none."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _said(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    # What Jinja2 says names our own fields; another error's text could hold a value.
    return str(error) if isinstance(error, TemplateError) else type(error).__name__
