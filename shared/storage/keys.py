"""The key design of the orders table, all of it.

=====================================  ======================  ===============================================
pk                                     sk                      what
=====================================  ======================  ===============================================
``ORDER#<order id>``                   ``HEAD``                what transitions touch: small, versioned
``ORDER#<order id>``                   ``DETAILS``             names, prices, texts: the latest document
``ORDER#<order id>``                   ``CUSTOMER``            personal data, erased in time
``ORDER#<order id>``                   ``INPUT#<input key>``   what one input did, and the effects it owes
``ORDER#<order id>``                   ``PARKED#<input key>``  an input that came before its order
``ORDER#<order id>``                   ``COPY#<connection>``   its copy in a back-office shop
``ORDER#<shop's order id>``            ``SOURCE``              the order that a shop's order stands for
``ORDER#<order id>``                   ``TRIES#<hour>``        how often its tracking page's form was tried
``TRACKING#<number>``                  ``PARCEL``              the orders whose parcels carry this number
``TRACKING#<number>``                  ``PARKED#<input key>``  a scan that came before its parcel
``CONNECTION#<connection>``            ``INPUT#<input key>``   inputs of no order: quarantined, irrelevant
``ADDRESS#<keyed digest>``             ``SUPPRESSED``          a mail address that gets no more mails
=====================================  ======================  ===============================================

Three sparse indexes: ``owed`` (inputs with unfinished effects), ``due`` (orders with a
deadline, parked inputs that wait too long), ``log`` (every input, by connection and day).
Four more list the heads by ``list_at``, each named after the attribute it is keyed by:
``listed`` (all), ``connection``, ``status``, ``attention`` (while there is something to look at).
``number`` finds the DETAILS items of one order number (:mod:`shared.storage.numbers`).
``customer`` finds the CUSTOMER items of one mail address by its keyed digest, ``account`` those of one
account at one connection.
Keys are made of business facts, never expire and hold no personal data. An order id holds no
``#``: :func:`shared.orders.model.order_id` escapes it.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import datetime
from functools import lru_cache

HEAD = "HEAD"
DETAILS = "DETAILS"
CUSTOMER = "CUSTOMER"
PARCEL = "PARCEL"
COPY = "COPY#"
SOURCE = "SOURCE"
SUPPRESSED = "SUPPRESSED"
TRIES = "TRIES#"
INPUT = "INPUT#"
PARKED = "PARKED#"

# One index partition takes 1,000 writes a second: four take the bursts we design for.
SHARDS = 4

# Lists are written when an order is created and where its status changes: one partition takes that.
ALL_ORDERS = "orders"
WANTS_ATTENTION = "yes"

# Shorter than any carrier's numbers, longer than what people type where they have none.
MIN_TRACKING_LENGTH = 5

_NOT_TRACKING = re.compile(r"[^0-9A-Z]+")


def key_of(pk: str, sk: str) -> dict[str, dict[str, str]]:
    """Return a primary key."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def order_pk(order_id: str) -> str:
    """Return the collection of one order."""
    return f"ORDER#{order_id}"


def connection_pk(connection: str) -> str:
    """Return the collection of inputs that belong to no order."""
    return f"CONNECTION#{connection}"


def address_pk(digest: str) -> str:
    """Return the collection of one mail address, known by its keyed digest only."""
    return f"ADDRESS#{digest}"


def account_of(connection: str, account: str) -> str:
    """Return what a customer's account at a channel is told by, "" for none; its digest is stored."""
    return f"{connection}/{account}" if account else ""


def tracking_pk(number: str) -> str:
    """Return the collection of one tracking number, however it is spaced or cased."""
    # What holds no letter or digit at all is told apart all the same.
    return f"TRACKING#{_NOT_TRACKING.sub('', number.upper()) or group_of(number)}"


def is_telling(number: str) -> bool:
    """Return whether a tracking number can tell parcels apart: "n/a", typed into every order, cannot."""
    plain = _NOT_TRACKING.sub("", number.upper())
    return len(plain) >= MIN_TRACKING_LENGTH and any(digit in plain for digit in "0123456789")


def input_sk(key: str) -> str:
    """Return the sort key of an input that has its outcome."""
    return INPUT + key


def parked_sk(key: str) -> str:
    """Return the sort key of an input that waits."""
    return PARKED + key


def copy_sk(connection: str) -> str:
    """Return the sort key under which an order keeps its copy in a back-office shop."""
    return COPY + connection


def tries_sk(at: datetime) -> str:
    """Return the sort key of what was tried in one hour (UTC)."""
    return f"{TRIES}{at:%Y-%m-%dT%H}"


def shard_of(pk: str) -> str:
    """Return which part of a time-ordered index an item belongs to."""
    return str(zlib.crc32(pk.encode()) % SHARDS)


def log_day(connection: str, at: datetime) -> str:
    """Return the partition of the log index: one connection, one UTC day."""
    return f"{connection}#{at.date().isoformat()}"


def instant(at: datetime) -> str:
    """Return a UTC time as text that sorts by time."""
    # Every write has some of these, and strftime takes three times as long.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % (  # noqa: UP031
        *(at.year, at.month, at.day, at.hour, at.minute, at.second),
        at.microsecond,
    )


def read_instant(text: str) -> datetime:
    """Read what :func:`instant` wrote."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=256)  # the head of an order is written again and again, and both never change
def list_at(order_id: str, placed_at: datetime | None) -> str:
    """Return where an order stands in lists: by the second it was placed in, then by its id.

    Unique (48 bits of the id within one second), so that a page goes on after the one before
    whatever happened meanwhile. Orders without a time stand at the very end.
    """
    moment = "1970-01-01T00:00:00Z" if placed_at is None else f"{placed_at.isoformat()[:19]}Z"
    return f"{moment}#{hashlib.sha256(order_id.encode()).hexdigest()[:12]}"


def group_of(text: str) -> str:
    """Return a queue's group or deduplication id for any text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
