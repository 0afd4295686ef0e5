"""A connection and its settings, as data. What the merchant may set, with its defaults, is all here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from shared.adapters import ADAPTERS
from shared.orders.effects import MAILS
from shared.orders.rules import Rules
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


Seconds = Annotated[int, Field(ge=0, le=366 * 86_400)]


class Settings(BaseModel):
    """What the merchant decides for one connection. Durations are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    own_shop: bool = True
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
    refunds_by_merchant: bool = True
    refund_after_refusal: bool = False
    back_office: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$")] = ""
    is_back_office: bool = False  # orders of other channels are shipped in this shop
    carrier: str = ""
    books_parcels: bool = False
    erase_after_months: Annotated[int, Field(ge=1, le=120)] = 6
    locale: Annotated[str, Field(pattern=r"^([a-z]{2}(-[A-Z]{2})?)?$")] = ""
    sender_name: Annotated[str, Field(max_length=100)] = ""
    reply_to: Annotated[str, Field(max_length=254)] = ""
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    footer: Annotated[str, Field(max_length=2_000)] = ""


class Connection(BaseModel):
    """One shop, marketplace or carrier account of the merchant."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: str
    name: Annotated[str, Field(min_length=1, max_length=100)]
    connected_at: AwareDatetime
    import_since: AwareDatetime | None = None
    settings: Settings = Settings()

    @field_validator("kind")
    @classmethod
    def _has_an_adapter(cls, value: str) -> str:
        if value not in ADAPTERS:
            raise ValueError(f"known kinds are {', '.join(sorted(ADAPTERS))}")
        return value

    def rules(self) -> Rules:
        """Return what the domain asks for."""
        settings = self.settings
        return Rules(
            own_shop=settings.own_shop,
            mails=settings.mails,
            process_when_authorized=settings.process_when_authorized,
            closing_delay=timedelta(seconds=settings.closing_delay_seconds),
            close_untracked_after=timedelta(seconds=settings.close_untracked_after_seconds),
            pickup_within=timedelta(seconds=settings.pickup_within_seconds),
            tracking_mandatory=settings.tracking_mandatory,
            tracking_methods=settings.tracking_methods,
            tracking_wait=timedelta(seconds=settings.tracking_wait_seconds),
            cancellation_requests=settings.cancellation_requests,
            auto_accept=settings.auto_accept,
            refunds_by_merchant=settings.refunds_by_merchant,
            refund_after_refusal=settings.refund_after_refusal,
            back_office=settings.back_office,
            carrier=settings.carrier,
            books_parcels=settings.books_parcels,
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
