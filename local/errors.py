"""What can go wrong on this machine, said so that the reader knows what to do next."""

from __future__ import annotations


class LocalError(Exception):
    """Something is missing or broken here. The message says what, and what to do about it."""
