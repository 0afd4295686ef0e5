"""A connection and its settings, as data. What the merchant may set, with its defaults, is all here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from shared.adapters import ADAPTERS, capabilities_of
from shared.orders.effects import MAILS
from shared.orders.rules import ANY_CARRIER, Follow, Rules
from shared.wire.adapter import Reading


def _known_zone(name: str) -> str:
    if name:
        try:
            ZoneInfo(name)  # not available_timezones(): that opens some 600 files
        except (ValueError, LookupError, OSError):
            raise ValueError("use a name of the IANA time zone database, such as Europe/Berlin") from None
    return name


def _known_mails(names: frozenset[str]) -> frozenset[str]:
    if not names <= set(MAILS):
        raise ValueError(f"known mails are {', '.join(MAILS)}")
    return names


def _reachable(url: str) -> str:
    """Return an address of an API without a slash at its end: https, or plain HTTP on this machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    # Paths are put behind it: what holds a query or a fragment, even an empty one, would swallow them.
    is_plain = re.fullmatch(r"[!-~]+", url) and not re.search(r"[?#@\\]", url)
    if url and not (is_plain and parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError("use an https address without user, password, query and fragment")
    return url.rstrip("/")


def _https_address(text: str) -> str:
    # What shared/notifications/links.py lets into a mail, so that nothing is taken here and left out there.
    if text and not re.fullmatch(r"https://(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*(?:/[!-~]*)?", text):
        raise ValueError("use the address of a picture that begins with https://")
    return text


def _followed(follows: dict[str, str]) -> dict[str, str]:
    known = sorted(kind for kind in ADAPTERS if capabilities_of(kind).follow_every is not None)
    if not set(follows) <= set(known):
        raise ValueError(f"carriers that can be asked of parcels are {', '.join(known)}")
    return follows


CONNECTION_ID = r"^([a-z0-9][a-z0-9-]{0,39})?$"
Seconds = Annotated[int, Field(ge=0, le=366 * 86_400)]


class Settings(BaseModel):
    """What the merchant decides for one connection. Durations are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    own_shop: bool | None = None  # None: as the kind is, a shop or a marketplace
    mails: Annotated[frozenset[str], AfterValidator(_known_mails)] | None = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    time_zone: Annotated[str, AfterValidator(_known_zone)] = ""
    decimal_comma: bool = False
    process_when_authorized: bool = True
    closing_delay_seconds: Seconds = 0
    close_untracked_after_seconds: Seconds = 30 * 86_400
    pickup_within_seconds: Seconds = 7 * 86_400
    tracking_mandatory: Literal["never", "always", "by_method"] = "never"
    tracking_methods: frozenset[str] = frozenset()
    tracking_wait_seconds: Seconds = 3 * 3600
    cancellation_requests: bool = True
    auto_accept: bool = False
    refunds_by_merchant: bool | None = None  # None: as the channel has it
    refund_after_refusal: bool | None = None
    back_office: Annotated[str, Field(pattern=CONNECTION_ID)] = ""
    is_back_office: bool = False  # orders of other channels are shipped in this shop
    carrier: str = ""
    # The connection that books the parcels of its orders: a carrier account with an API.
    carrier_account: Annotated[str, Field(pattern=CONNECTION_ID)] = ""
    # Our carrier -> the connection that is asked of its parcels; some only of those silent for so long. An
    # aggregator (easypost) stands for every carrier that is not named.
    follows: Annotated[dict[str, str], AfterValidator(_followed)] = {}
    silent_seconds: Annotated[int, Field(ge=3_600, le=30 * 86_400)] = 12 * 3_600
    # The channel's API. Without an address nothing is polled and nothing is told: the hub only listens.
    api_url: Annotated[str, AfterValidator(_reachable)] = ""
    api_options: dict[str, str] = {}
    poll_every_seconds: Annotated[int, Field(ge=60, le=86_400)] = 300
    retry_seconds: Annotated[int, Field(ge=1, le=3_600)] = 30  # before the second try of a call; then longer
    carriers: dict[str, str] = {}  # our carrier, with * for any rest -> the channel's own code
    # Our reason of a refusal, cancellation or refund, with * for any rest -> the channel's own code.
    reasons: dict[str, str] = {}
    stock: bool = False  # its orders move the merchant's stock
    stock_buffer: Annotated[int, Field(ge=0)] = 0  # pieces of each SKU that this channel is not told of
    # Our SKU -> the channel's own, in levels; for a back-office shop, SKU of other channels -> its own.
    skus: dict[str, str] = {}
    erase_after_months: Annotated[int, Field(ge=1, le=120)] = 6
    locale: Annotated[str, Field(pattern=r"^([a-z]{2}(-[A-Z]{2})?)?$")] = ""
    sender_name: Annotated[str, Field(max_length=100)] = ""
    reply_to: Annotated[str, Field(max_length=254)] = ""
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    footer: Annotated[str, Field(max_length=2_000)] = ""
    # Mails: several parcels of an order that are shipped within this time get one mail; 0: each its own.
    # Ten minutes at most: a message that waits longer comes back too often and becomes a dead letter.
    gather_seconds: Annotated[int, Field(ge=0, le=600)] = 300
    logo: Annotated[str, Field(max_length=2_000), AfterValidator(_https_address)] = ""
    legal: Annotated[str, Field(max_length=2_000)] = ""


class Connection(BaseModel):
    """One shop, marketplace or carrier account of the merchant.

    One that is removed (``removed_at``) stays: its orders go on by its rules, and are called by its name. It
    has no API, no secret and no credentials.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: str
    name: Annotated[str, Field(min_length=1, max_length=100)]
    connected_at: AwareDatetime
    import_since: AwareDatetime | None = None
    removed_at: AwareDatetime | None = None
    settings: Settings = Settings()

    @field_validator("kind")
    @classmethod
    def _has_an_adapter(cls, value: str) -> str:
        if value not in ADAPTERS:
            raise ValueError(f"known kinds are {', '.join(sorted(ADAPTERS))}")
        return value

    @model_validator(mode="after")
    def _is_where_its_kind_is(self) -> Connection:
        hosts, host = capabilities_of(self.kind).hosts, urlsplit(self.settings.api_url).hostname
        if host and hosts and host not in ("127.0.0.1", "localhost") and not _is_one_of(host, hosts):
            raise ValueError(f"the API of {self.kind} is at {', '.join(hosts)}")
        return self

    @property
    def is_own_shop(self) -> bool:
        """True for the merchant's own shops, whose customers get mails from us."""
        own = self.settings.own_shop
        return not capabilities_of(self.kind).is_marketplace if own is None else own

    @property
    def is_polled(self) -> bool:
        """True where the channel's API can be asked what changed."""
        return bool(self.settings.api_url) and capabilities_of(self.kind).polls

    @property
    def has_webhooks(self) -> bool:
        """True where webhooks can be looked after by the API."""
        return bool(self.settings.api_url) and capabilities_of(self.kind).subscriptions

    def rules(self) -> Rules:
        """Return what the domain asks for."""
        return self.domain_rules

    @cached_property
    def domain_rules(self) -> Rules:
        # Once a connection, which is kept for a minute: every input asks for them.
        settings = self.settings
        capabilities = capabilities_of(self.kind)
        calls = capabilities.calls if settings.api_url else frozenset[str]()
        return Rules(
            own_shop=self.is_own_shop,
            mails=settings.mails,
            capabilities=calls | ({"stock"} if settings.stock else set()),
            splits=capabilities.splits,
            collects_after_accept=capabilities.collects_after_accept,
            process_when_authorized=settings.process_when_authorized,
            closing_delay=timedelta(seconds=settings.closing_delay_seconds),
            close_untracked_after=timedelta(seconds=settings.close_untracked_after_seconds),
            pickup_within=timedelta(seconds=settings.pickup_within_seconds),
            tracking_mandatory=settings.tracking_mandatory,
            tracking_methods=settings.tracking_methods,
            tracking_wait=timedelta(seconds=settings.tracking_wait_seconds),
            cancellation_requests=settings.cancellation_requests,
            auto_accept=settings.auto_accept,
            refunds_by_merchant=_either(settings.refunds_by_merchant, capabilities.refunds_by_merchant),
            refund_after_refusal=_either(settings.refund_after_refusal, capabilities.refund_after_refusal),
            back_office=settings.back_office,
            carrier=settings.carrier,
            books_parcels=bool(settings.carrier_account),
            follows={
                ANY_CARRIER if capabilities_of(kind).follows_any else kind: _follow(kind, settings)
                for kind in settings.follows
            },
            erase_after_months=settings.erase_after_months,
            import_since=self.import_since or self.connected_at,
        )

    def reading(self, received_at: datetime) -> Reading:
        """Return how this connection's documents are read."""
        settings = self.settings
        return Reading(
            received_at=received_at,
            zone=ZoneInfo(settings.time_zone) if settings.time_zone else None,
            currency=settings.currency,
            decimal_comma=settings.decimal_comma,
            back_office=settings.is_back_office,
        )


def _either(set_by_merchant: bool | None, of_the_kind: bool) -> bool:  # noqa: FBT001
    return of_the_kind if set_by_merchant is None else set_by_merchant


def _follow(kind: str, settings: Settings) -> Follow:
    # A carrier that is asked has an adapter of its own name: Settings takes no other.
    declared = capabilities_of(kind)
    assert declared.follow_every is not None  # noqa: S101
    silent = declared.follows_silent
    every = timedelta(seconds=settings.silent_seconds) if silent else declared.follow_every
    return Follow(every=every, only_silent=silent, at_once=declared.follows_at_once)


def _is_one_of(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in hosts)
