"""Least privilege: each function has its own role, and each right names what it is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.template import load_template, of_type, translate_template

TEMPLATE = translate_template()
FUNCTIONS = of_type(TEMPLATE, "AWS::Lambda::Function")
ROLES = of_type(TEMPLATE, "AWS::IAM::Role")

SSM = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}"

# Resources that end in a wildcard, and why.
WIDE_ON_PURPOSE = {
    "${ArchiveBucket.Arn}/spill/*": "the names of the objects are not known before",
    "${ArchiveBucket.Arn}/raw/*": "the names of the objects are not known before",
    "${ArchiveBucket.Arn}/failed/*": "the names of the objects are not known before",
    "${ArchiveBucket.Arn}/labels/*": "the names of the objects are not known before",
    f"{SSM}:parameter/orderhub/${{AWS::StackName}}/webhooks/*": "connections come and go without a deploy",
    f"{SSM}:parameter/orderhub/${{AWS::StackName}}/credentials/*": "connections come and go without a deploy",
    "${OrdersTable.Arn}/stream/*": "DynamoDB chooses the last part of a stream's name",
    "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*": (
        "the verified identity may be the address or its domain; ses:FromAddress is the bound"
    ),
}


def statements(role: str) -> Iterator[dict[str, Any]]:
    for policy in ROLES[role]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def role_of(function: str) -> str:
    name: str = FUNCTIONS[function]["Role"]["Fn::GetAtt"][0]
    return name


def actions(function: str) -> set[str]:
    return {action for statement in statements(role_of(function)) for action in listed(statement["Action"])}


def references(value: Any) -> set[str]:
    """Return the logical ids that a part of the template refers to."""
    text = json.dumps(value)
    found = re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)[.}]', text)
    return {name for names in found for name in names if name in TEMPLATE["Resources"]}


def test_every_function_has_a_role_of_its_own() -> None:
    assert sorted(role_of(function) for function in FUNCTIONS) == sorted(ROLES)


def test_no_role_carries_a_policy_that_is_written_elsewhere() -> None:
    assert all("ManagedPolicyArns" not in role for role in ROLES.values())


def test_only_lambda_takes_these_roles() -> None:
    for role in ROLES.values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize("role", ROLES)
def test_no_right_has_a_wildcard_for_its_action(role: str) -> None:
    granted = [action for statement in statements(role) for action in listed(statement["Action"])]
    assert [action for action in granted if "*" in action] == []


@pytest.mark.parametrize("role", ROLES)
def test_every_wildcard_in_a_resource_has_its_reason(role: str) -> None:
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        for resource in listed(statement["Resource"]):
            text = resource if isinstance(resource, str) else resource.get("Fn::Sub", "")
            assert "*" not in text or text in WIDE_ON_PURPOSE


def test_every_reason_for_a_wildcard_is_still_needed() -> None:
    text = json.dumps(ROLES)
    assert [resource for resource in WIDE_ON_PURPOSE if resource not in text] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_of_what_it_may_use_and_may_use_what_it_is_told_of(function: str) -> None:
    told = references(FUNCTIONS[function]["Environment"])
    may_use = {
        name for statement in statements(role_of(function)) for name in references(statement["Resource"])
    }
    # Lambda itself reads and reports for the function there.
    events = load_template()["Resources"][function]["Properties"]["Events"].values()
    given_up = load_template()["Resources"][function]["Properties"].get("EventInvokeConfig", {})
    lambdas_own = references([*(event["Properties"] for event in events), given_up]) - {"Api"}
    told -= {"Api"} | ({"AmazonQueue"} - may_use)  # addresses to pass on, nothing to use
    logs = references(FUNCTIONS[function]["LoggingConfig"])
    assert may_use - logs - (lambdas_own - told) == told


def test_mails_come_from_the_one_sender() -> None:
    (sending,) = [item for item in statements("SendMailRole") if item["Action"] == "ses:SendEmail"]
    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}}
    senders = [
        function for function in FUNCTIONS if any(right.startswith("ses:") for right in actions(function))
    ]
    assert senders == ["SendMailFunction"]


def test_the_door_reads_no_database() -> None:
    assert {right for right in actions("ReceiveWebhookFunction") if right.startswith("dynamodb:")} == set()


def test_nobody_scans_a_table() -> None:
    assert all("dynamodb:Scan" not in actions(function) for function in FUNCTIONS)


def test_a_right_is_given_once() -> None:
    for role in ROLES:
        pairs = [
            (action, json.dumps(resource))
            for statement in statements(role)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        ]
        assert len(pairs) == len(set(pairs))
