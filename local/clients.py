"""boto3 clients: for the local AWS, or, only where it is asked for, for the reader's own account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from local.aws import REGION

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient


@dataclass(frozen=True)
class Clients:
    """Clients of one endpoint, each made when it is first asked for.

    ``endpoint`` is that of the local AWS, with credentials of no value; nothing of the
    reader's own account is looked at then. None: the account and region that the AWS
    settings of the environment name.
    """

    endpoint: str | None

    @cached_property
    def _session(self) -> boto3.Session:
        import boto3  # half a second that `normalize` and `--help` do not pay

        return boto3.Session("test", "test", region_name=REGION) if self.endpoint else boto3.Session()

    def _client(self, service: str) -> Any:
        if self.endpoint is None:
            return self._session.client(cast("Any", service))
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=50,
        )
        return self._session.client(cast("Any", service), endpoint_url=self.endpoint, config=config)

    @cached_property
    def apigateway(self) -> ApiGatewayV2Client:
        return cast("ApiGatewayV2Client", self._client("apigatewayv2"))

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return cast("CloudFormationClient", self._client("cloudformation"))

    @cached_property
    def cognito(self) -> Any:
        return self._client("cognito-idp")

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return cast("DynamoDBClient", self._client("dynamodb"))

    @cached_property
    def events(self) -> EventBridgeClient:
        return cast("EventBridgeClient", self._client("events"))

    @cached_property
    def functions(self) -> LambdaClient:
        return cast("LambdaClient", self._client("lambda"))

    @cached_property
    def s3(self) -> S3Client:
        return cast("S3Client", self._client("s3"))

    @cached_property
    def ses(self) -> SESV2Client:
        return cast("SESV2Client", self._client("sesv2"))

    @cached_property
    def sqs(self) -> SQSClient:
        return cast("SQSClient", self._client("sqs"))

    @cached_property
    def ssm(self) -> SSMClient:
        return cast("SSMClient", self._client("ssm"))
