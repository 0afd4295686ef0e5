"""JSON from strangers, read so that nothing is guessed.

The standard library takes the last of two equal keys, reads NaN, overflows on long
integers and deep nesting, and lets lone surrogates through that fail much later. Here
each of these is an :class:`~shared.wire.errors.UnusableError` at the door. Numbers with a
fraction become :class:`~decimal.Decimal`; floats do not occur.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from shared.wire.errors import UnusableError

MAX_DEPTH = 64
MAX_INTEGER_DIGITS = 40
MAX_EXPONENT = 30

# Surrogates and control characters can only come in as escapes: raw ones are no valid JSON. Save DEL.
_SUSPECT = re.compile(r"\\u(?:[dD][89a-fA-F]|00[01]|007[fF])|\\[bf]|\x7f")
# Tab, line feed and carriage return are left to the fields: a note may hold them, a name may not.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _whole(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS:
        raise UnusableError("invalid_number")
    return int(text)


def _fraction(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        raise UnusableError("invalid_number") from None
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise UnusableError("invalid_number")
    return value


def _constant(_text: str) -> NoReturn:
    raise UnusableError("invalid_number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise UnusableError("duplicate_key")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_fraction,
    parse_int=_whole,
    parse_constant=_constant,
)


def parse(body: bytes) -> tuple[Any, bool]:
    """Parse ``body``; return the document and whether control characters were removed.

    Raises UnusableError: ``empty_body``, ``invalid_utf8``, ``invalid_json``,
    ``duplicate_key``, ``invalid_number``, ``too_deep``, ``invalid_unicode``.
    """
    if not body.strip():
        raise UnusableError("empty_body")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise UnusableError("invalid_utf8") from None
    try:
        document = _DECODER.decode(text)
    except RecursionError:
        raise UnusableError("too_deep") from None
    except json.JSONDecodeError:
        raise UnusableError("invalid_json") from None
    _check_depth(document)
    if ("\\" not in text and "\x7f" not in text) or _SUSPECT.search(text) is None:
        return document, False
    return _clean(document)


def _check_depth(document: Any) -> None:
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise UnusableError("too_deep")


def _clean(node: Any) -> tuple[Any, bool]:
    if isinstance(node, str):
        try:
            node.encode("utf-8")
        except UnicodeEncodeError:
            raise UnusableError("invalid_unicode") from None
        cleaned = _CONTROL.sub("", node)
        return cleaned, cleaned != node
    if isinstance(node, list):
        items = [_clean(item) for item in node]
        return [value for value, _ in items], any(changed for _, changed in items)
    if isinstance(node, dict):
        pairs = [(_clean(key), _clean(value)) for key, value in node.items()]
        cleaned_keys = _unique([(key, value) for (key, _), (value, _) in pairs])
        return cleaned_keys, any(a or b for (_, a), (_, b) in pairs)
    return node, False
