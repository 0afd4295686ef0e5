"""What is stored is encrypted, kept through a mistake, reached over TLS only, and expires where it should."""

from __future__ import annotations

import pytest

from tests.support.template import load_template, of_type, translate_template

TEMPLATE = translate_template()
TABLES = of_type(TEMPLATE, "AWS::DynamoDB::Table")
QUEUES = of_type(TEMPLATE, "AWS::SQS::Queue")
(BUCKET,) = of_type(TEMPLATE, "AWS::S3::Bucket").values()


@pytest.mark.parametrize("name", [*TABLES, "ArchiveBucket"])
def test_what_is_stored_outlives_its_stack(name: str) -> None:
    resource = load_template()["Resources"][name]
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_brought_back_and_not_be_deleted_by_mistake(name: str) -> None:
    table = TABLES[name]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_the_indexes_are_sparse_and_hold_as_little_as_they_can() -> None:
    indexes = {index["IndexName"]: index for index in TABLES["OrdersTable"]["GlobalSecondaryIndexes"]}
    assert {name: index["Projection"]["ProjectionType"] for name, index in indexes.items()} == {
        "owed": "KEYS_ONLY",
        "due": "KEYS_ONLY",
        "log": "INCLUDE",
        "listed": "KEYS_ONLY",
        "connection": "KEYS_ONLY",
        "status": "KEYS_ONLY",
        "attention": "KEYS_ONLY",
        "number": "KEYS_ONLY",
        "customer": "KEYS_ONLY",
        "account": "KEYS_ONLY",
    }
    keys = {key["AttributeName"] for index in indexes.values() for key in index["KeySchema"]}
    assert keys.isdisjoint({"pk", "sk"})


def test_every_key_attribute_is_a_string() -> None:
    for table in TABLES.values():
        assert {attribute["AttributeType"] for attribute in table["AttributeDefinitions"]} == {"S"}


def test_the_stream_shows_items_as_they_have_become() -> None:
    assert TABLES["OrdersTable"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert TABLES["OrdersTable"]["TimeToLiveSpecification"] == {
        "Enabled": True,
        "AttributeName": "expires_at",
    }
    assert "StreamSpecification" not in TABLES["ConnectionsTable"]


def test_every_queue_is_encrypted() -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in QUEUES.values())


# Queues that somebody else's account writes to, and who that is.
OPEN_TO = {"AmazonQueue": "437568002678"}


def test_every_queue_refuses_calls_without_tls() -> None:
    refused: set[str] = set()
    for policy in of_type(TEMPLATE, "AWS::SQS::QueuePolicy").values():
        queues = {queue["Ref"] for queue in policy["Queues"]}
        *_, statement = policy["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        resources = statement["Resource"]
        named = resources if isinstance(resources, list) else [resources]
        assert {resource["Fn::GetAtt"][0] for resource in named} == queues
        refused |= queues
    assert refused == set(QUEUES)


def test_s15_no_queue_lets_a_stranger_in_but_the_one_that_is_named() -> None:
    let_in = {
        statement["Resource"]["Fn::GetAtt"][0]: statement["Principal"]["AWS"]
        for policy in of_type(TEMPLATE, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }
    assert let_in == OPEN_TO


def test_the_archive_is_private_encrypted_and_reached_over_tls_only() -> None:
    assert set(BUCKET["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (policy,) = of_type(TEMPLATE, "AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [
        {"Fn::GetAtt": ["ArchiveBucket", "Arn"]},
        {"Fn::Sub": "${ArchiveBucket.Arn}/*"},
    ]


def test_the_archive_forgets_and_keeps_no_older_versions() -> None:
    rules = {rule.get("Prefix", ""): rule for rule in BUCKET["LifecycleConfiguration"]["Rules"]}
    assert rules["raw/"]["ExpirationInDays"] == 30
    assert rules["labels/"]["ExpirationInDays"] == 30
    # As long as a message that points there can wait.
    longest = max(queue["MessageRetentionPeriod"] for queue in QUEUES.values())
    assert rules["spill/"]["ExpirationInDays"] * 24 * 60 * 60 >= longest
    assert all(rule["Status"] == "Enabled" for rule in rules.values())
    assert "VersioningConfiguration" not in BUCKET
