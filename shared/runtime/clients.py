"""AWS clients, made once per process.

``parameter_validation=False`` saves a fifth of each call's CPU: the requests are built by pure
functions with tests of their own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS = 2
READ_SECONDS = 5


def _config(**overrides: Any) -> Config:
    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "parameter_validation": False,
        "user_agent_extra": "orderhub",
    }
    return Config(**(options | overrides))


@cache
def dynamodb() -> DynamoDBClient:
    """Return the DynamoDB client."""
    # Streams and account endpoints differ between AWS and its local stand-ins: one endpoint for all.
    return boto3.client("dynamodb", config=_config(account_id_endpoint_mode="disabled"))


@cache
def sqs() -> SQSClient:
    """Return the SQS client."""
    return boto3.client("sqs", config=_config())


@cache
def s3() -> S3Client:
    """Return the S3 client. Addresses that it signs are signed by version 4, the one every region takes."""
    return boto3.client("s3", config=_config(signature_version="s3v4"))


@cache
def ssm() -> SSMClient:
    """Return the SSM client."""
    return boto3.client("ssm", config=_config())


@cache
def events() -> EventBridgeClient:
    """Return the EventBridge client."""
    return boto3.client("events", config=_config())


@cache
def sesv2() -> SESV2Client:
    """Return the SES client. It tries once: SES has no idempotency token, a retry can be a second mail."""
    return boto3.client("sesv2", config=_config(retries={"mode": "standard", "total_max_attempts": 1}))
