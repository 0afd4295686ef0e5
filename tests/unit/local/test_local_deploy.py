"""The template that is deployed here is the real one; only the places of the code differ."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from local.clients import Clients
from local.deploy import Stack, _name_pages, find, missing_resources, package
from local.errors import LocalError
from local.places import ROOT

URIS = {"functions": "s3://bucket/functions.zip", "layer": "s3://bucket/layer.zip"}


def template() -> Any:
    return yaml_parse((ROOT / "template.yaml").read_text())


def test_only_the_places_of_the_code_are_changed() -> None:
    packaged = json.loads(package((ROOT / "template.yaml").read_text(), **URIS))
    original = json.loads(json.dumps(template(), default=str))
    for document in (packaged, original):
        for resource in document["Resources"].values():
            resource["Properties"].pop("CodeUri", None)
            resource["Properties"].pop("ContentUri", None)
    assert packaged == original


def test_every_function_and_the_layer_point_to_their_archives() -> None:
    packaged = json.loads(package((ROOT / "template.yaml").read_text(), **URIS))
    places = {
        resource["Properties"]["CodeUri"]
        for resource in packaged["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert places == {URIS["functions"]}
    assert packaged["Resources"]["SharedLayer"]["Properties"]["ContentUri"] == URIS["layer"]


class Functions:
    """One function and its environment."""

    def __init__(self, **variables: str) -> None:
        self.variables = variables

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "send-mail"
        return {"Environment": {"Variables": self.variables}}

    def update_function_configuration(self, *, FunctionName: str, Environment: dict[str, Any]) -> None:  # noqa: N803
        assert FunctionName == "send-mail"
        self.variables = Environment["Variables"]


def test_mails_link_to_where_the_local_api_opens_and_nothing_else_of_their_function_changes() -> None:
    functions = Functions(PAGES_URL="http://a1.execute-api.localhost:4566", SENDER="shop@example.com")
    clients = cast("Any", SimpleNamespace(functions=functions))
    stack = Stack(
        name="orderhub",
        api_url="http://127.0.0.1:4566/a1",
        resources={"SendMailFunction": "send-mail"},
        outputs={},
        sender="",
        clients=clients,
    )
    _name_pages(clients, stack)
    assert functions.variables == {"PAGES_URL": "http://127.0.0.1:4566/a1", "SENDER": "shop@example.com"}


def test_the_function_that_sends_mails_is_told_where_pages_are() -> None:
    variables = template()["Resources"]["SendMailFunction"]["Properties"]["Environment"]["Variables"]
    assert "PAGES_URL" in variables


class NoQueues:
    """Clients of an AWS in which every queue is missing."""

    class sqs:  # noqa: N801
        @staticmethod
        def get_queue_attributes(QueueUrl: str) -> None:  # noqa: N803
            raise ClientError({"Error": {"Code": "QueueDoesNotExist", "Message": ""}}, "GetQueueAttributes")


def missing(resources: dict[str, Any], physical: dict[str, str]) -> list[str]:
    return missing_resources(cast("Clients", NoQueues), {"Resources": resources}, physical)


def test_a_resource_that_is_said_to_exist_but_does_not_is_missing() -> None:
    assert missing({"Inbox": {"Type": "AWS::SQS::Queue"}}, {"Inbox": "http://127.0.0.1/inbox"}) == ["Inbox"]


def test_a_resource_that_was_never_made_is_missing_unless_it_has_a_condition() -> None:
    resources = {
        "Role": {"Type": "AWS::IAM::Role"},
        "Topic": {"Type": "AWS::SNS::Topic", "Condition": "Alarms"},
    }
    assert missing(resources, {}) == ["Role"]


def refusing(code: str, endpoint: str | None) -> Clients:
    """Clients whose stacks cannot be asked for."""

    def describe_stacks(*, StackName: str) -> None:  # noqa: N803
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks")

    clients = Clients(endpoint)
    vars(clients)["cloudformation"] = SimpleNamespace(describe_stacks=describe_stacks)
    return clients


def test_a_stack_that_is_not_there_is_told_from_an_account_that_may_not_be_asked() -> None:
    with pytest.raises(LocalError, match="no stack orderhub in your AWS account"):
        find(refusing("ValidationError", None))
    with pytest.raises(ClientError, match="ExpiredToken"):
        find(refusing("ExpiredToken", None))
    with pytest.raises(LocalError, match="no stack orderhub in http"):
        find(refusing("Anything", "http://127.0.0.1:1"))
