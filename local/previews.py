"""Sample mails as files, with a connection's looks and templates or with none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from local.errors import LocalError
from shared.connections.model import Connection
from shared.notifications.locales import LOCALES
from shared.notifications.override_checks import check_override
from shared.notifications.overrides import TemplateRefusedError, render_override
from shared.notifications.samples import BRANDING, FULL, PARCELS
from shared.usecases.describe_order import branding_of


def write_preview(
    kind: str,
    locale: str,
    connection: Connection | None,
    parts: Mapping[str, str],
    out: Path,
    *,
    parcels: bool = False,
) -> Iterator[Path]:
    """Write a sample mail beside ``out`` as .html and .txt; yield where. Raises LocalError."""
    if locale not in LOCALES:
        raise LocalError(f"Mails are written in {', '.join(LOCALES)}, not in {locale!r}.")
    if parts:
        check(kind, locale, parts)
    branding = branding_of(connection) if connection else BRANDING
    data = replace(FULL, parcels=PARCELS) if parcels else FULL
    mail = render_override(parts, kind, data, locale=locale, branding=branding)
    out.parent.mkdir(parents=True, exist_ok=True)
    base = out.with_suffix("") if out.suffix in (".html", ".txt") else out
    for suffix, body in ((".html", mail.html), (".txt", f"{mail.subject}\n\n{mail.text}")):
        path = base.with_name(base.name + suffix)
        path.write_text(body, encoding="utf-8")
        yield path


def check(kind: str, locale: str, parts: Mapping[str, str]) -> None:
    """Raise LocalError where a template may not be kept, saying where and why."""
    try:
        check_override(parts, kind, locale)
    except TemplateRefusedError as error:
        raise LocalError(f"This template cannot be kept. {error}.") from None
