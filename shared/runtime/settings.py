"""What the template tells the functions, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping


class MissingSettingError(RuntimeError):
    """The template did not set an environment variable that this function needs."""


def setting(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return one setting. Raises MissingSettingError."""
    value = (os.environ if environment is None else environment).get(name, "")
    if not value:
        raise MissingSettingError(f"set {name}: see the function's Environment in template.yaml")
    return value


def optional_setting(name: str) -> str:
    """Return one setting, "" where the template leaves it empty."""
    return os.environ.get(name, "")
