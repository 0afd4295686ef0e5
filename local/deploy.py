"""Deploy ``template.yaml`` to the local AWS.

The template stays as it is: as ``sam package`` does, only ``CodeUri`` and ``ContentUri`` are
pointed to the uploaded archives. What the local AWS does not do by itself is done after
the stack is up, and nothing else: the HTTP API's routes, the address by which mails link to it (the local
API's own host name needs a resolver that knows it), and the verification of the sender's address, which on
AWS is a click in a mail.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from local.artifacts import Artifacts, shared_layer
from local.aws import LAYERS, LocalAws
from local.clients import Clients
from local.errors import LocalError
from local.routes import create_routes, routes_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef

STACK = "orderhub"
_ARTIFACTS_BUCKET = "orderhub-artifacts"
# Programs get access tokens here, which Cognito charges for on AWS.
_PARAMETERS: Any = [{"ParameterKey": "MachineAccess", "ParameterValue": "yes"}]
_DEPLOY_TIMEOUT = 60.0  # seconds; it takes about half a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A deployed stack. ``resources``: logical id -> physical id."""

    name: str
    api_url: str
    resources: Mapping[str, str]
    outputs: Mapping[str, str]
    sender: str
    clients: Clients = field(repr=False)

    def physical(self, logical_id: str) -> str:
        """Return a resource's physical id (a name, an id or a URL). Raises LocalError."""
        try:
            return self.resources[logical_id]
        except KeyError:
            raise LocalError(f"The stack {self.name} has no resource {logical_id}.") from None


def deploy(aws: LocalAws, template: Path, artifacts: Artifacts, stack: str = STACK) -> Stack:
    """Create or update the stack and return it, every resource seen to exist. Raises LocalError."""
    clients = Clients(aws.endpoint)
    packaged = package(
        template.read_text(),
        functions=_upload(clients, artifacts.functions),
        layer=_upload(clients, shared_layer(artifacts.layer, Path(aws.home) / LAYERS)),
    )
    _create_or_update(clients, stack, packaged)
    deployed = find(clients, stack)
    processed = _processed(clients, stack)
    missing = missing_resources(clients, processed, deployed.resources)
    if missing:
        raise LocalError(f"Deployed, but not to be found: {', '.join(missing)}.")
    _make_routes(clients, processed, deployed.resources)
    _name_pages(clients, deployed)
    if deployed.sender:
        _verify_sender(clients, deployed.sender)
    return deployed


def find(clients: Clients, stack: str = STACK) -> Stack:
    """Return a stack that is deployed. Raises LocalError."""
    try:
        description = clients.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        pages = list(clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack))
    except ClientError as error:
        where = clients.endpoint or "your AWS account"
        if clients.endpoint is None and error.response["Error"]["Code"] != "ValidationError":
            raise  # not asked: who asks may not, or no more
        raise LocalError(f"There is no stack {stack} in {where}.") from None
    summaries = [item for page in pages for item in page["StackResourceSummaries"]]
    outputs = {item["OutputKey"]: item["OutputValue"] for item in description.get("Outputs", [])}
    parameters = {item["ParameterKey"]: item["ParameterValue"] for item in description.get("Parameters", [])}
    return Stack(
        name=stack,
        api_url=_reachable(clients, summaries) or outputs["ApiUrl"],
        resources={
            item["LogicalResourceId"]: item.get("PhysicalResourceId", "")
            for item in summaries
            if item["ResourceStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
        },
        outputs=outputs,
        sender=parameters.get("SenderAddress", ""),
        clients=clients,
    )


def _reachable(clients: Clients, resources: Sequence[StackResourceSummaryTypeDef]) -> str:
    """Return a URL that works by address: the local API's own host name needs a resolver that knows it."""
    apis = [item for item in resources if item["ResourceType"] == "AWS::ApiGatewayV2::Api"]
    if clients.endpoint is None or not apis:
        return ""
    return f"{clients.endpoint}/_aws/execute-api/{apis[0].get('PhysicalResourceId', '')}/$default"


def package(template: str, *, functions: str, layer: str) -> str:
    """Return the template as JSON with local code paths replaced by ``s3://`` URIs, nothing else changed."""
    document = yaml_parse(template)
    for resource in document["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = functions
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = layer
    return json.dumps(document, default=str)


def _upload(clients: Clients, archive: Path) -> str:
    try:
        clients.s3.head_bucket(Bucket=_ARTIFACTS_BUCKET)
    except ClientError:
        clients.s3.create_bucket(
            Bucket=_ARTIFACTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
    clients.s3.put_object(Bucket=_ARTIFACTS_BUCKET, Key=archive.name, Body=archive.read_bytes())
    # The local AWS accepts a function whose archive is missing: look ourselves.
    clients.s3.head_object(Bucket=_ARTIFACTS_BUCKET, Key=archive.name)
    return f"s3://{_ARTIFACTS_BUCKET}/{archive.name}"


def _upload_template(clients: Clients, template: str) -> str:
    """Store the template and return its URL: as a text in the request it may hold 51,200 characters only."""
    clients.s3.put_object(Bucket=_ARTIFACTS_BUCKET, Key="template.json", Body=template.encode())
    return f"{clients.endpoint}/{_ARTIFACTS_BUCKET}/template.json"


def _create_or_update(clients: Clients, stack: str, template: str) -> None:
    cloudformation = clients.cloudformation
    try:
        cloudformation.describe_stacks(StackName=stack)
        change = cloudformation.update_stack
    except ClientError:
        change = cast("Any", cloudformation.create_stack)
    try:
        change(
            StackName=stack,
            TemplateURL=_upload_template(clients, template),
            Parameters=_PARAMETERS,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        if "No updates" in error.response["Error"]["Message"]:
            return
        raise LocalError(f"template.yaml is refused: {error.response['Error']['Message']}") from None
    deadline = time.monotonic() + _DEPLOY_TIMEOUT
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status.endswith("_IN_PROGRESS") or "ROLLBACK" in status:
            break
        time.sleep(0.05)
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [
        f"  {event.get('LogicalResourceId')}: {event.get('ResourceStatusReason')}"
        for event in events
        if event.get("ResourceStatus", "").endswith("FAILED")
    ]
    raise LocalError("\n".join([f"template.yaml could not be deployed ({status}).", *reasons[:5]]))


def _processed(clients: Clients, stack: str) -> dict[str, Any]:
    body: Any = clients.cloudformation.get_template(StackName=stack, TemplateStage="Processed")[
        "TemplateBody"
    ]
    return cast("dict[str, Any]", body if isinstance(body, Mapping) else yaml_parse(body))


def _make_routes(clients: Clients, processed: dict[str, Any], resources: Mapping[str, str]) -> None:
    definitions = processed["Resources"]
    for logical_id, resource in definitions.items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        routes = routes_of(resource["Properties"]["Body"])
        functions = {route.function for route in routes}
        arns = {
            function: clients.functions.get_function(FunctionName=resources[function])["Configuration"][
                "FunctionArn"
            ]
            for function in functions
        }
        create_routes(clients, resources[logical_id], resource["Properties"]["Body"], resources, arns)


def _name_pages(clients: Clients, stack: Stack) -> None:
    function = stack.physical("SendMailFunction")
    variables = clients.functions.get_function_configuration(FunctionName=function)["Environment"][
        "Variables"
    ]
    clients.functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**variables, "PAGES_URL": stack.api_url}}
    )


def _verify_sender(clients: Clients, sender: str) -> None:
    try:
        clients.ses.create_email_identity(EmailIdentity=sender)
    except clients.ses.exceptions.AlreadyExistsException:
        return


Look = Callable[[Clients, str], object]

# How to see that a resource is really there. Types without a row are taken from the stack's own word.
_LOOKS: dict[str, Look] = {
    "AWS::ApiGatewayV2::Api": lambda clients, physical: clients.apigateway.get_api(ApiId=physical),
    "AWS::DynamoDB::Table": lambda clients, physical: clients.dynamodb.describe_table(TableName=physical),
    "AWS::Events::EventBus": lambda clients, physical: clients.events.describe_event_bus(Name=physical),
    "AWS::Events::Rule": lambda clients, physical: clients.events.describe_rule(Name=physical),
    "AWS::Lambda::EventSourceMapping": lambda clients, physical: clients.functions.get_event_source_mapping(
        UUID=physical
    ),
    "AWS::Lambda::Function": lambda clients, physical: clients.functions.get_function(FunctionName=physical),
    "AWS::S3::Bucket": lambda clients, physical: clients.s3.head_bucket(Bucket=physical),
    "AWS::SQS::Queue": lambda clients, physical: clients.sqs.get_queue_attributes(QueueUrl=physical),
}


def missing_resources(
    clients: Clients, processed: Mapping[str, Any], resources: Mapping[str, str]
) -> list[str]:
    """Return the logical ids that the template defines and that are not to be found."""
    return sorted(
        logical_id
        for logical_id, definition in processed["Resources"].items()
        if not _is_there(clients, definition, resources.get(logical_id, ""))
    )


def _is_there(clients: Clients, definition: Mapping[str, Any], physical: str) -> bool:
    if not physical:
        return "Condition" in definition  # not made where its condition is false
    look = _LOOKS.get(definition["Type"])
    try:
        if look is not None:
            look(clients, physical)
    except ClientError:
        return False
    return True
