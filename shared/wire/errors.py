"""Why a document from outside cannot be used."""

from __future__ import annotations


class UnusableError(Exception):
    """An authentic document that cannot be used: it is quarantined with ``code``.

    ``code`` is stable and tested literally (``invalid_amount``, ``missing_field:order_id`` …).
    ``where`` names the field. Neither ever holds a value from the document, so that the
    reason can be logged and shown.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} ({where})" if where else code)
        self.code = code
        self.where = where


class IrrelevantError(Exception):
    """An authentic, well-formed document that is not about an order or a parcel: ignored and counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignalError(Exception):
    """An authentic notice that says only *that* something changed: the order has to be read at the channel.

    ``order_id`` is the channel's own id of it.
    """

    def __init__(self, order_id: str, topic: str = "") -> None:
        super().__init__(topic or "signal")
        self.order_id = order_id
        self.topic = topic


class InboxUnavailableError(Exception):
    """The inbox did not take a document: whoever sent it has to send it again."""
