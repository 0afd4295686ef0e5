"""The stack that handler tests run on is the template's, resource by resource."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.support.template import REGION, create_stack_on_moto, load_template, of_type


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


def test_every_queue_exists_with_its_settings(session: boto3.Session) -> None:
    create_stack_on_moto(session)
    sqs = session.client("sqs")
    found = {url.rsplit("/", 1)[1]: url for url in sqs.list_queues()["QueueUrls"]}
    assert len(found) == len(of_type(load_template(), "AWS::SQS::Queue")) == 16
    inbox = sqs.get_queue_attributes(QueueUrl=found["orderhub-InboxQueue.fifo"], AttributeNames=["All"])
    assert inbox["Attributes"]["FifoQueue"] == "true"
    assert "orderhub-InboxDeadLetterQueue.fifo" in inbox["Attributes"]["RedrivePolicy"]


def test_every_table_exists_with_its_indexes_stream_and_expiry(session: boto3.Session) -> None:
    environment = create_stack_on_moto(session)
    dynamodb = session.client("dynamodb")
    assert len(dynamodb.list_tables()["TableNames"]) == 3
    orders = dynamodb.describe_table(TableName=environment["ORDERS_TABLE"])["Table"]
    assert {index["IndexName"] for index in orders["GlobalSecondaryIndexes"]} == {
        *("owed", "due", "log"),
        *("listed", "connection", "status", "attention", "number", "customer", "account"),
    }
    assert orders["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    expiry = dynamodb.describe_time_to_live(TableName=environment["ORDERS_TABLE"])
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "expires_at"


def test_what_a_function_is_told_exists(session: boto3.Session) -> None:
    environment = create_stack_on_moto(session, {"AnnounceChanges": "yes"})
    session.client("s3").head_bucket(Bucket=environment["ARCHIVE_BUCKET"])
    session.client("events").describe_event_bus(Name=environment["EVENT_BUS"])
    mails = session.client("sesv2")
    mails.get_configuration_set(ConfigurationSetName=environment["CONFIGURATION_SET"])
    mails.get_email_identity(EmailIdentity=environment["SENDER_ADDRESS"])
    sqs = session.client("sqs")
    for queue in ("INBOX_QUEUE_URL", "MAIL_QUEUE_URL"):
        sqs.get_queue_attributes(QueueUrl=environment[queue], AttributeNames=["QueueArn"])
    assert environment["SECRETS_PATH"] == "/orderhub/orderhub/webhooks"
    assert "POWERTOOLS_SERVICE_NAME" not in environment


def test_what_one_test_does_to_the_stack_no_other_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    session = boto3.Session(region_name=REGION)
    dynamodb, sqs, ssm = session.client("dynamodb"), session.client("sqs"), session.client("ssm")
    for number in range(3):
        with mock_aws():
            environment = create_stack_on_moto(session)
            table, queue = environment["CONNECTIONS_TABLE"], environment["CALL_QUEUE_URL"]
            assert dynamodb.scan(TableName=table)["Items"] == []
            assert "Messages" not in sqs.receive_message(QueueUrl=queue)
            assert ssm.describe_parameters()["Parameters"] == []
            dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": f"{number}"}})
            sqs.send_message(
                QueueUrl=queue,
                MessageBody=f"{number}",
                MessageGroupId="a",
                MessageDeduplicationId=f"{number}",
            )
            ssm.put_parameter(Name=f"/parameter/{number}", Value="a", Type="String")
            sqs.delete_queue(QueueUrl=environment["MAIL_QUEUE_URL"])
