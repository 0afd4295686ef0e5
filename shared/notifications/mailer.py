"""Amazon SES, its answers told apart by what they mean for the mail: sent, never, later, unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef


class Sent(StrEnum):
    """What the mail service said."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # it will never take this mail
    POSTPONED = "postponed"  # it did not take it now: throttled, paused, unreachable
    UNKNOWN = "unknown"  # no answer: it may have taken it


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The mail service's answer. ``proof`` is its message id, ``reason`` its error's code."""

    sent: Sent
    proof: str = ""
    reason: str = ""


# Errors of SendEmail as the SES API v2 reference lists them, and of its common ones those that end at the
# door. What is not here is unknown.
ANSWERS = {
    "AccountSuspendedException": Sent.POSTPONED,
    "LimitExceededException": Sent.POSTPONED,
    "SendingPausedException": Sent.POSTPONED,
    "TooManyRequestsException": Sent.POSTPONED,
    "ThrottlingException": Sent.POSTPONED,
    "MailFromDomainNotVerifiedException": Sent.POSTPONED,
    "NotFoundException": Sent.POSTPONED,
    "AccessDeniedException": Sent.POSTPONED,
    "ExpiredTokenException": Sent.POSTPONED,
    "InvalidClientTokenId": Sent.POSTPONED,
    "UnrecognizedClientException": Sent.POSTPONED,
    "BadRequestException": Sent.REJECTED,
    "MessageRejected": Sent.REJECTED,
}
# In the sandbox no address is taken that is not verified, elsewhere no such sender: MessageRejected says both
# by its text alone (SES developer guide, "Amazon SES email sending errors"). It holds the address.
_NOT_VERIFIED = "is not verified"
# The request never left: nothing was sent.
_NOT_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ParamValidationError)


class SesMailer:
    """Sends through Amazon SES. The client must try once: a retried timeout can be a second mail."""

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def send(self, request: SendEmailRequestTypeDef) -> Delivery:
        """Hand one mail over, trying once. Never raises for what the service answers."""
        try:
            answer = self._client.send_email(**request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "MessageRejected" and _NOT_VERIFIED in error.response["Error"].get("Message", ""):
                return Delivery(sent=Sent.POSTPONED, reason="address_not_verified")
            return Delivery(sent=ANSWERS.get(code, Sent.UNKNOWN), reason=code)
        except _NOT_SENT as error:
            return Delivery(sent=Sent.POSTPONED, reason=type(error).__name__)
        except BotoCoreError as error:
            return Delivery(sent=Sent.UNKNOWN, reason=type(error).__name__)
        return Delivery(sent=Sent.ACCEPTED, proof=answer["MessageId"])
