from __future__ import annotations

import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

from shared.notifications.branding import Branding
from shared.notifications.build import (
    UndeliverableAddressError,
    build_send_email,
    reference_of,
)
from shared.notifications.headers import one_line
from shared.notifications.render import RenderedMail, render_mail
from tests.unit.notifications.mail_samples import BRANDING, FULL

MAIL = RenderedMail(subject="Your order #1001", html="<p>Hello</p>", text="Hello")
HOSTILE = "Max\r\nBcc: x@y.example"


def request(
    mail: RenderedMail = MAIL,
    *,
    branding: Branding = BRANDING,
    recipient: str = "buyer@example.com",
    sender: str = "orders@shop.example",
) -> SendEmailRequestTypeDef:
    return build_send_email(
        mail,
        recipient=recipient,
        sender=sender,
        branding=branding,
        order_id="shop-eu:5512345",
        effect_key="mail/shipped/2",
        configuration_set="orderhub-mails",
    )


def as_mail(built: SendEmailRequestTypeDef) -> EmailMessage:
    """Write the request down the way the most careless server would, and read it like a mail client."""
    simple = built["Content"]["Simple"]
    headers = [
        ("From", built["FromEmailAddress"]),
        *(("To", address) for address in built["Destination"]["ToAddresses"]),
        *(("Reply-To", address) for address in built.get("ReplyToAddresses", [])),
        ("Subject", simple["Subject"]["Data"]),
        *((header["Name"], header["Value"]) for header in simple["Headers"]),
    ]
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n" + simple["Body"]["Text"]["Data"]
    message = email.message_from_string(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


HEADERS = [
    *("From", "To", "Reply-To", "Subject"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "X-Entity-Ref-ID"),
]
# SES refuses a simple mail that brings one of its own headers ("Amazon SES header fields").
SET_BY_SES = {"message-id", "date", "from", "to", "subject", "reply-to", "return-path", "mime-version"}


def test_the_request_is_one_that_ses_takes() -> None:
    operation = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail")
    shape = operation.input_shape

    assert shape is not None
    assert ParamValidator().validate(request(), shape).generate_report() == ""


def test_a_mail_goes_to_one_recipient_from_the_merchant_and_says_it_is_automatic() -> None:
    built = request()

    assert built["Destination"] == {"ToAddresses": ["buyer@example.com"]}
    assert built["FromEmailAddress"] == "Example Shop <orders@shop.example>"
    assert built["ReplyToAddresses"] == ["service@shop.example"]
    assert built["ConfigurationSetName"] == "orderhub-mails"
    assert as_mail(built)["Auto-Submitted"] == "auto-generated"
    assert as_mail(built)["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_a_mail_names_its_shop_as_a_list_and_can_be_told_from_all_others() -> None:
    message = as_mail(request())
    others = {reference_of("shop-eu:5512345", "mail/shipped/1"), reference_of("shop-eu:1", "mail/shipped/2")}

    assert message["List-Id"] == "<shop-eu.orders.shop.example>"
    assert message["X-Entity-Ref-ID"] == reference_of("shop-eu:5512345", "mail/shipped/2")
    assert re.fullmatch(r"[0-9a-f]{32}", message["X-Entity-Ref-ID"])
    assert message["X-Entity-Ref-ID"] not in others


def test_no_header_is_one_that_ses_sets_itself() -> None:
    names = {header["Name"].lower() for header in request()["Content"]["Simple"]["Headers"]}

    assert names & SET_BY_SES == set()
    assert len(names) == len(request()["Content"]["Simple"]["Headers"])


def test_without_an_address_for_answers_none_is_named() -> None:
    assert "ReplyToAddresses" not in request(branding=replace(BRANDING, reply_to=""))


def test_tags_name_order_and_effect_and_nothing_personal() -> None:
    tags = {tag["Name"]: tag["Value"] for tag in request()["EmailTags"]}

    assert tags == {"order": "shop-2deu-3a5512345", "effect": "mail-2fshipped-2f2"}


def test_b59_line_breaks_in_a_name_add_no_header() -> None:
    data = replace(FULL, customer_name=HOSTILE, order_number=HOSTILE)
    branding = replace(BRANDING, merchant_name=HOSTILE)
    message = as_mail(
        request(render_mail("shipped", data, locale="en", branding=branding), branding=branding)
    )

    assert message.keys() == HEADERS
    assert message["Bcc"] is None
    assert message["Subject"] == "Your order Max Bcc: x@y.example is on its way"


def test_b59_a_subject_of_two_lines_becomes_one() -> None:
    message = as_mail(request(replace(MAIL, subject="Hello\r\nBcc: x@y.example")))

    assert message.keys() == HEADERS


@pytest.mark.parametrize(
    "mark", ["\r", "\n", "\r\n", "\u2028", "\u2029", "\u0085", "\x00", "\x0b", "\x7f", "\u202e"]
)
def test_b59_what_ends_a_line_or_hides_text_becomes_a_space(mark: str) -> None:
    assert one_line(f"a{mark}b") == "a b"


def test_b59_a_lone_surrogate_does_not_stop_a_mail() -> None:
    assert one_line("a\ud83db") == "a b"


@given(
    name=st.text(max_size=80)
    | st.sampled_from([HOSTILE, "a\x00b", "a\u2028Bcc: x@y.example", '"', "\\", "a, b <c@d>"]),
    number=st.text(min_size=1, max_size=40),
)
def test_s8_a_produced_mail_has_one_recipient_one_sender_and_no_other_header(name: str, number: str) -> None:
    branding = replace(BRANDING, merchant_name=name)
    mail = render_mail("shipped", replace(FULL, order_number=number), locale="de", branding=branding)
    message = as_mail(request(mail, branding=branding))

    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["buyer@example.com"]
    assert [address.addr_spec for address in message["From"].addresses] == ["orders@shop.example"]


@pytest.mark.parametrize("name", ["Mağaza Çiçek", "日本の店" * 12, 'The "Shop", Ltd', "Käse & Söhne GmbH"])
def test_a_merchants_name_arrives_as_it_is_written(name: str) -> None:
    sender = request(branding=replace(BRANDING, merchant_name=name))["FromEmailAddress"]
    display_name, address = parseaddr(sender)

    assert sender.isascii()
    assert all(len(word) <= 75 for word in sender.split("?= "))  # RFC 2047, section 2
    assert str(make_header(decode_header(display_name))) == name
    assert address == "orders@shop.example"


@pytest.mark.parametrize("role", ["recipient", "sender"])
def test_b60_an_address_that_is_several_is_refused_without_being_named(role: str) -> None:
    several = "a@b.example, c@d.example"

    with pytest.raises(UndeliverableAddressError) as error:
        request(
            recipient=several if role == "recipient" else "buyer@example.com",
            sender=several if role == "sender" else "orders@shop.example",
        )

    assert error.value.role == role
    assert "b.example" not in str(error.value)


def test_b60_a_mail_goes_out_without_an_address_for_answers_that_is_none_or_several() -> None:
    assert "ReplyToAddresses" not in request(branding=replace(BRANDING, reply_to="a@b.example, c@d.example"))
