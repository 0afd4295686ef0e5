"""The reference with which an order created for another channel's says which one it stands for.

``sourceId`` of order and line is meant for a marketplace's own ids (ikas.dev, *CreateOrderInput*), and comes
back with every order. Other integrations write theirs there: ours begin with a word of our own.
"""

from __future__ import annotations

_OURS = "orderhub:"


def source_id(reference: str) -> str:
    """Return our id of an order, or a source's id of a line, as ikas keeps it."""
    return f"{_OURS}{reference}"


def reference_of(source: str) -> str:
    """Return what :func:`source_id` was made of, "" for anybody else's."""
    return source.removeprefix(_OURS) if source.startswith(_OURS) else ""
