"""How a carrier is asked to tell of a parcel: its adapter's ``follow.py``, a :class:`FollowModule`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shared.wire.api import Api
from shared.wire.polls import Polled


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a carrier made of it.

    ``refused``: a stable code for each number that it will never tell of. ``documents``: what it told at
    once; they go through the adapter's mapping as if they had been pushed.
    """

    refused: dict[str, str] = field(default_factory=dict)
    documents: tuple[Polled, ...] = ()


class FollowModule(Protocol):
    """``follow.py``: subscribes, where the carrier pushes from now on; else asks how it stands."""

    def follow(self, numbers: Sequence[str], reference: str, api: Api) -> Followed:
        """Let ``numbers`` be followed; ``reference`` is ours, 32 hex digits, another one each time.

        It does no harm twice. Raises ApiError, MissingCredentialError.
        """
