"""Text that ends up on one line: header values, subjects, and every value put into a mail."""

from __future__ import annotations

import re

# Control characters (CR, LF, NUL, NEL …) end or corrupt a header; the line and paragraph separators
# do so in some parsers; embedding and override marks make a name read backwards; a lone surrogate
# cannot be encoded at all.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def one_line(value: str) -> str:
    """Return ``value`` with everything that could break out of its line replaced by one space."""
    return _UNSAFE.sub(" ", value).strip()
