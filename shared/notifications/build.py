"""The request that sends one mail: the keyword arguments of ``sesv2.send_email``. Pure.

The customer's address is the only recipient and carries no display name; of what strangers typed
only the order's number stands in a header, the subject. Amazon SES has no idempotency token; its
events carry the message tags, by which a mail whose sending ended in doubt is found again.

The headers:

* ``Auto-Submitted`` is RFC 3834. ``X-Auto-Response-Suppress`` is Microsoft's ([MS-OXCMAIL]) and keeps
  out-of-office answers away; bounces still come.
* ``List-Id`` (RFC 2919) names the connection, so that a customer can file a shop's mails. There is no
  ``List-Unsubscribe``: a mail about an order is no newsletter.
* ``X-Entity-Ref-ID`` tells the mail from all others, and stays the same when it is tried again. It is a
  digest, so it says nothing of the order. By it a person finds what the customer has in front of them.
* No ``Message-ID`` of ours: Amazon SES replaces one by its own, and a mail that is not sent raw may not bring
  one ("Amazon SES header fields", developer guide, read in 2026). The id that SES answers with is kept as
  the proof of the effect.
"""

from __future__ import annotations

import hashlib
from email.header import Header
from email.utils import formataddr
from typing import TYPE_CHECKING

from shared.notifications.addresses import deliverable_address
from shared.notifications.branding import Branding
from shared.notifications.headers import one_line
from shared.notifications.tags import EFFECT_TAG, INPUT_TAG, ORDER_TAG, RECIPIENT_TAG, write_tags
from shared.orders.model import connection_of

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

    from shared.notifications.render import RenderedMail


class UndeliverableAddressError(ValueError):
    """``role`` (recipient, sender) is no address we write to. Never holds the address."""

    def __init__(self, role: str) -> None:
        super().__init__(f"{role} is not one deliverable address")
        self.role = role


def build_send_email(
    mail: RenderedMail,
    *,
    recipient: str,
    sender: str,
    branding: Branding,
    order_id: str,
    effect_key: str,
    configuration_set: str,
    input_key: str = "",
    recipient_digest: str = "",
) -> SendEmailRequestTypeDef:
    """Return the request. Raises UndeliverableAddressError; ``recipient`` is best checked before a claim.

    ``input_key`` names the input that owes the mail, ``recipient_digest`` the address without telling it.
    """
    tags = {
        ORDER_TAG: order_id,
        EFFECT_TAG: effect_key,
        INPUT_TAG: input_key,
        RECIPIENT_TAG: recipient_digest,
    }
    request: SendEmailRequestTypeDef = {
        "FromEmailAddress": _named_address(branding.merchant_name, _address(sender, "sender")),
        "Destination": {"ToAddresses": [_address(recipient, "recipient")]},
        "Content": {
            "Simple": {
                "Subject": {"Data": one_line(mail.subject), "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": mail.text, "Charset": "UTF-8"},
                    "Html": {"Data": mail.html, "Charset": "UTF-8"},
                },
                "Headers": [
                    {"Name": "Auto-Submitted", "Value": "auto-generated"},
                    {"Name": "X-Auto-Response-Suppress", "Value": "OOF, AutoReply"},
                    {"Name": "List-Id", "Value": _list_id(order_id, sender)},
                    {"Name": "X-Entity-Ref-ID", "Value": reference_of(order_id, effect_key)},
                ],
            }
        },
        "EmailTags": [{"Name": name, "Value": text} for name, text in write_tags(tags).items()],
        "ConfigurationSetName": configuration_set,
    }
    reply_to = deliverable_address(branding.reply_to)
    if reply_to is not None:  # the customer waits for the mail, not for where answers go
        request["ReplyToAddresses"] = [reply_to]
    return request


def reference_of(order_id: str, effect_key: str) -> str:
    """Return what tells a mail from all others: 32 hexadecimal digits."""
    return hashlib.sha256(f"{order_id} {effect_key}".encode()).hexdigest()[:32]


def _list_id(order_id: str, sender: str) -> str:
    return f"<{connection_of(order_id)}.orders.{_address(sender, 'sender').partition('@')[2]}>"


def _address(raw: str, role: str) -> str:
    address = deliverable_address(raw)
    if address is None:
        raise UndeliverableAddressError(role)
    return address


def _named_address(name: str, address: str) -> str:
    """Return ``"Name" <address>``, the name as RFC 2047 encoded words where it is not ASCII."""
    clean = one_line(name)
    if clean.isascii():
        return formataddr((clean, address))
    return f"{Header(clean, 'utf-8').encode(linesep='')} <{address}>"
