"""The bare hops of a webhook on its way to a mail: the same services, functions that only pass on (P14)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.deploy import Stack

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import CreateEventSourceMappingRequestTypeDef

ROUTE = "/bare"
_ROLE = "arn:aws:iam::000000000000:role/bare"  # the local AWS asks for one and does not look at it
CODE = Path(__file__).with_name("bare_hops.py")


def create(stack: Stack, sender: str) -> str:
    """Create queues, table and functions beside the stack; return where their webhook goes."""
    sqs, dynamodb = stack.clients.sqs, stack.clients.dynamodb
    fifo: dict[Any, str] = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    queues = {
        name: sqs.create_queue(QueueName=f"bare-{name}.fifo", Attributes=fifo)["QueueUrl"]
        for name in ("inbox", "mail")
    }
    table = dynamodb.create_table(
        TableName="bare",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    environment = {"INBOX": queues["inbox"], "MAILS": queues["mail"], "SENDER": sender}
    functions = {name: _function(stack, name, environment) for name in ("receive", "apply", "relay", "mail")}
    for function, source in (("apply", queues["inbox"]), ("mail", queues["mail"])):
        arn = sqs.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        _feed(stack, functions[function], {"EventSourceArn": arn})
    _feed(
        stack,
        functions["relay"],
        {"EventSourceArn": table["LatestStreamArn"], "StartingPosition": "TRIM_HORIZON"},
    )
    api = stack.physical("Api")
    integration = stack.clients.apigateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=functions["receive"],
        PayloadFormatVersion="2.0",
    )
    stack.clients.apigateway.create_route(
        ApiId=api, RouteKey=f"POST {ROUTE}", Target=f"integrations/{integration['IntegrationId']}"
    )
    return f"{stack.api_url}{ROUTE}"


def _function(stack: Stack, name: str, environment: dict[str, str]) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(CODE, CODE.name)
    return stack.clients.functions.create_function(
        FunctionName=f"bare-{name}",
        Runtime="python3.13",
        Handler=f"{CODE.stem}.{name}",
        Role=_ROLE,
        Code={"ZipFile": packed.getvalue()},
        Timeout=30,
        MemorySize=512,
        Environment={"Variables": environment},
    )["FunctionArn"]


def _feed(stack: Stack, function: str, source: CreateEventSourceMappingRequestTypeDef | Any) -> None:
    stack.clients.functions.create_event_source_mapping(FunctionName=function, BatchSize=10, **source)
