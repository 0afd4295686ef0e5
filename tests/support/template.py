"""template.yaml for tests: as it is written, as CloudFormation gets it, and as a stack on moto.

What tests create, they create from here, so that a key, an index or a setting exists once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from moto.core.base_backend import BackendDict
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import intrinsics_multi_constructor

from tests.support.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
REGION = "eu-central-1"
ACCOUNT = "123456789012"  # moto's
STACK = "orderhub"


class _Loader(yaml.CSafeLoader):
    """The loader of the translator, which takes ten times as long without the C library."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


@cache
def _parsed() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.load(TEMPLATE.read_text(), _Loader)  # noqa: S506 - it is a safe one
    return parsed


@cache
def _translated() -> dict[str, Any]:
    template = load_template()
    # The translator takes code from S3 only: `sam package` puts it there.
    template["Globals"]["Function"]["CodeUri"] = "s3://code/functions.zip"
    template["Resources"]["SharedLayer"]["Properties"]["ContentUri"] = "s3://code/layer.zip"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    translated: dict[str, Any] = translator.translate(template, {})
    return translated


def load_template() -> dict[str, Any]:
    """Return the template as written, ``!Ref X`` as ``{"Ref": "X"}`` and so on. The caller's own copy."""
    return deepcopy(_parsed())


def translate_template() -> dict[str, Any]:
    """Return what SAM makes of the template: plain CloudFormation. The caller's own copy."""
    return deepcopy(_translated())


def value_of(value: Any) -> Any:
    """Return a value of the template, the default of the parameter where it names one."""
    if isinstance(value, dict) and value.keys() == {"Ref"}:
        return load_template()["Parameters"][value["Ref"]]["Default"]
    return value


def template_lines() -> list[str]:
    """Return the lines of the template, for tests about its comments."""
    return TEMPLATE.read_text().splitlines()


def of_type(template: Mapping[str, Any], *types: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of these types, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] in types
    }


def create_stack_on_moto(
    session: boto3.Session, parameters: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Create queues, tables, archive, bus and mail settings of the template on an active moto.

    ``parameters`` are those that have other values than their defaults.

    On a moto that is empty all of it is created once in a process, and brought back after that.
    Returns the environment of all functions together, as the template sets it, without
    POWERTOOLS_SERVICE_NAME, the one variable in which they differ. moto's own CloudFormation
    cannot be used: it names FIFO queues wrongly, and skips some types while it reports success.
    """
    wanted = frozenset((parameters or {}).items())
    if BackendDict._instances:  # type: ignore[misc]
        return _create_stack(session, dict(wanted))
    if wanted in _CREATED:
        _CREATED[wanted][1].restore()
    else:
        _CREATED[wanted] = _create_stack(session, dict(wanted)), Snapshot()
    return dict(_CREATED[wanted][0])


# By the parameters: the environment, and what moto held then.
_CREATED: dict[frozenset[tuple[str, str]], tuple[dict[str, str], Snapshot]] = {}


def _create_stack(session: boto3.Session, parameters: Mapping[str, str]) -> dict[str, str]:
    stack = _MotoStack(session, parameters)
    # In the order of their references; a queue is redriven to one without RedrivePolicy.
    for kind, create in (
        ("AWS::SQS::Queue", stack.create_queue),
        ("AWS::DynamoDB::Table", stack.create_table),
        ("AWS::S3::Bucket", stack.create_bucket),
        ("AWS::Events::EventBus", stack.create_bus),
        ("AWS::SES::ConfigurationSet", stack.create_configuration_set),
    ):
        resources = of_type(stack.template, kind).items()
        for name, properties in sorted(resources, key=lambda item: "RedrivePolicy" in item[1]):
            create(name, properties)
    return stack.environment()


class _MotoStack:
    """What exists already, for the references of what comes next."""

    def __init__(self, session: boto3.Session, parameters: Mapping[str, str]) -> None:
        self.template = translate_template()
        self._session = session
        self._known: dict[str, dict[str, str]] = {}  # logical id or parameter -> Ref and attributes
        self._known |= {
            name: {"Ref": parameters.get(name, str(parameter.get("Default", "")))}
            for name, parameter in self.template["Parameters"].items()
        }
        self._known |= {
            f"AWS::{name}": {"Ref": value}
            for name, value in (
                ("StackName", STACK),
                ("Region", session.region_name or REGION),
                ("AccountId", ACCOUNT),
                ("Partition", "aws"),
                ("URLSuffix", "amazonaws.com"),
            )
        }
        # moto serves no HTTP API; its address is a name like any other here.
        self._known["Api"] = {"Ref": "api", "ApiEndpoint": "https://api.example.com"}
        # The one thing outside of the template: the merchant's verified sender.
        session.client("sesv2").create_email_identity(EmailIdentity=self._resolve({"Ref": "SenderAddress"}))

    def create_queue(self, name: str, properties: dict[str, Any]) -> None:
        sqs = self._session.client("sqs")
        attributes: dict[Any, str] = {
            key: _attribute(self._resolve(value)) for key, value in properties.items()
        }
        suffix = ".fifo" if properties.get("FifoQueue") else ""
        url = sqs.create_queue(QueueName=f"{STACK}-{name}{suffix}", Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self._known[name] = {"Ref": url, "Arn": arn}

    def create_table(self, name: str, properties: dict[str, Any]) -> None:
        dynamodb = self._session.client("dynamodb")
        # Set by calls of their own, or named otherwise there (encryption).
        later = {"PointInTimeRecoverySpecification", "TimeToLiveSpecification", "SSESpecification"}
        request = {key: value for key, value in properties.items() if key not in later}
        if "StreamSpecification" in request:
            request["StreamSpecification"] = {"StreamEnabled": True, **request["StreamSpecification"]}
        table = f"{STACK}-{name}"
        dynamodb.create_table(TableName=table, **request)
        if "TimeToLiveSpecification" in properties:
            dynamodb.update_time_to_live(
                TableName=table, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
            )
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
        )
        self._known[name] = {"Ref": table}

    def create_bucket(self, name: str, properties: dict[str, Any]) -> None:
        del properties  # encryption, lifecycle and access are settings of the real one
        bucket = f"{STACK}-{name.lower()}"
        region: Any = self._session.region_name or REGION
        self._session.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region}
        )
        self._known[name] = {"Ref": bucket}

    def create_bus(self, name: str, properties: dict[str, Any]) -> None:
        bus = self._resolve(properties["Name"])
        self._session.client("events").create_event_bus(Name=bus)
        self._known[name] = {"Ref": bus}

    def create_configuration_set(self, name: str, properties: dict[str, Any]) -> None:
        del properties  # moto keeps none of them
        configuration_set = f"{STACK}-{name}"
        self._session.client("sesv2").create_configuration_set(ConfigurationSetName=configuration_set)
        self._known[name] = {"Ref": configuration_set}

    def environment(self) -> dict[str, str]:
        merged: dict[str, str] = {}
        for name, properties in of_type(self.template, "AWS::Lambda::Function").items():
            for key, value in properties["Environment"]["Variables"].items():
                if key == "POWERTOOLS_SERVICE_NAME":
                    continue
                resolved = self._resolve(value)
                if merged.setdefault(key, resolved) != resolved:
                    raise ValueError(f"{name} sets another {key} than the functions before it")
        return merged

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._known[name]["Ref"]
            case {"Fn::GetAtt": [name, attribute]}:
                return self._known[name][attribute]
            case {"Fn::If": [condition, met, otherwise]}:
                return self._resolve(met if self._holds(condition) else otherwise)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([\w:]+)\}", lambda match: self._known[match[1]]["Ref"], text)
            case dict():
                return {key: self._resolve(inner) for key, inner in value.items()}
            case _:
                return value

    def _holds(self, condition: str) -> bool:
        left, right = self.template["Conditions"][condition]["Fn::Equals"]
        return bool(self._resolve(left) == self._resolve(right))


def _attribute(value: Any) -> str:
    """Return a queue's property as the attribute that SQS takes."""
    return value if isinstance(value, str) else json.dumps(value)
