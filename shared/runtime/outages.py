"""AWS that does not answer for now: what goes by itself, told apart from what somebody has to mend."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004

_SILENT = (ConnectionError, HTTPClientError)
OUTAGES: tuple[type[Exception], ...] = (ClientError, *_SILENT)
"""What it is raised as, when the client has tried three times; most of them are none."""

# DynamoDB's and SSM's words for "later"; what is their own fault has a status above 499.
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


def is_outage(error: ClientError | BotoCoreError) -> bool:
    """Return whether the same request may be answered in a while."""
    if not isinstance(error, ClientError):
        return isinstance(error, _SILENT)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response["Error"]["Code"] in _THROTTLED
