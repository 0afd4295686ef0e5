"""What SES's answers mean for the mail: sent, never, later, unknown."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from shared.notifications.mailer import Delivery, Sent, SesMailer

NOT_VERIFIED = (
    "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: "
    "buyer@example.com"
)


class Ses:
    """The mail service, with one answer."""

    def __init__(self, answer: Exception | None) -> None:
        self.answer = answer

    def send_email(self, **_: Any) -> dict[str, str]:
        if self.answer is not None:
            raise self.answer
        return {"MessageId": "m-1"}


def said(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "SendEmail")


def sent(answer: Exception | None) -> Delivery:
    return SesMailer(cast("Any", Ses(answer))).send(cast("Any", {}))


def test_a_mail_that_was_taken_is_proved_by_its_id() -> None:
    assert sent(None) == Delivery(sent=Sent.ACCEPTED, proof="m-1")


def test_f56_in_the_sandbox_and_without_a_verified_sender_mails_wait() -> None:
    waits = sent(said("MessageRejected", NOT_VERIFIED))
    assert waits == Delivery(sent=Sent.POSTPONED, reason="address_not_verified")


def test_a_mail_that_ses_does_not_take_as_it_is_never_goes_out() -> None:
    assert sent(said("MessageRejected", "Illegal address")).sent is Sent.REJECTED


@pytest.mark.parametrize(
    "code", ["AccountSuspendedException", "LimitExceededException", "SendingPausedException"]
)
def test_f56_an_account_that_may_not_send_now_lets_mails_wait(code: str) -> None:
    assert sent(said(code)) == Delivery(sent=Sent.POSTPONED, reason=code)


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"],
)
def test_a_mail_that_we_were_not_let_in_with_was_not_sent(code: str) -> None:
    assert sent(said(code)) == Delivery(sent=Sent.POSTPONED, reason=code)


@pytest.mark.parametrize("code", ["InternalServiceErrorException", "ServiceUnavailable", "500"])
def test_f15_of_an_error_in_the_service_nobody_knows_whether_the_mail_went_out(code: str) -> None:
    assert sent(said(code)) == Delivery(sent=Sent.UNKNOWN, reason=code)


def test_f15_an_answer_that_does_not_come_is_no_answer() -> None:
    assert sent(ReadTimeoutError(endpoint_url="https://ses")).sent is Sent.UNKNOWN
    assert sent(ConnectTimeoutError(endpoint_url="https://ses")).sent is Sent.POSTPONED
