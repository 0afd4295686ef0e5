"""Every asynchronous edge retries, keeps what fails, and says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.apply_inbox import KEPT_FROM_RECEIVE
from shared.orders.changes import Outcome
from shared.runtime import logs
from tests.support.template import of_type, translate_template, value_of

DAY = 24 * 60 * 60

TEMPLATE = translate_template()
QUEUES = of_type(TEMPLATE, "AWS::SQS::Queue")
FUNCTIONS = of_type(TEMPLATE, "AWS::Lambda::Function")
MAPPINGS = of_type(TEMPLATE, "AWS::Lambda::EventSourceMapping")
ALARMS = of_type(TEMPLATE, "AWS::CloudWatch::Alarm")

# Source queue -> where its poison goes.
DEAD_LETTER_QUEUES = {
    name: queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    for name, queue in QUEUES.items()
    if "RedrivePolicy" in queue
}
CONSUMERS = {
    mapping["EventSourceArn"]["Fn::GetAtt"][0]: (mapping, FUNCTIONS[mapping["FunctionName"]["Ref"]])
    for mapping in MAPPINGS.values()
    if mapping["EventSourceArn"]["Fn::GetAtt"][1] == "Arn"
}
(STREAM,) = [mapping for mapping in MAPPINGS.values() if mapping["EventSourceArn"]["Fn::GetAtt"][1] != "Arn"]

# Seconds between two ticks.
EVERY = {"rate(1 minute)": 60, "rate(5 minutes)": 300}

# Asynchronous calls without a place for failures, and why that is right.
REPEATED_ANYWAY = {
    "SweepEffectsFunction": "the next tick sweeps the same effects",
    "RunDeadlinesFunction": "the next tick sees the same deadlines",
    "PollChannelsFunction": "the next tick asks the same connections",
    "PushLevelsFunction": "the next tick tells the same levels",
}


# "Amazon EventBridge events reference, Amazon SES": what each event type is called on the bus.
DETAIL_TYPES = {
    "SEND": "Email Sent",
    "REJECT": "Email Rejected",
    "BOUNCE": "Email Bounced",
    "COMPLAINT": "Email Complaint Received",
    "DELIVERY_DELAY": "Email Delivery Delayed",
}


def test_f52_no_schedule_runs_by_a_local_clock_that_leaves_hours_out() -> None:
    rules = of_type(TEMPLATE, "AWS::Events::Rule").values()
    schedules = [rule["ScheduleExpression"] for rule in rules if "ScheduleExpression" in rule]
    assert len(schedules) >= 5
    assert [schedule for schedule in schedules if not schedule.startswith("rate(")] == []
    assert of_type(TEMPLATE, "AWS::Scheduler::Schedule") == {}


def watched(metric: str, dimension: str) -> set[str]:
    """Return the logical ids of what an alarm watches by this metric."""
    names: set[str] = set()
    for alarm in ALARMS.values():
        if alarm["MetricName"] == metric:
            names |= {
                value["Value"].get("Ref") or value["Value"]["Fn::GetAtt"][0]
                for value in alarm["Dimensions"]
                if value["Name"] == dimension
            }
    return names


def test_every_queue_with_a_consumer_has_a_dead_letter_queue_of_its_own() -> None:
    assert set(CONSUMERS) == set(DEAD_LETTER_QUEUES)
    assert len(set(DEAD_LETTER_QUEUES.values())) == len(DEAD_LETTER_QUEUES)


def test_a_queue_and_its_dead_letter_queue_are_of_one_kind() -> None:
    for source, target in DEAD_LETTER_QUEUES.items():
        assert QUEUES[source].get("FifoQueue") == QUEUES[target].get("FifoQueue")


@pytest.mark.parametrize(
    "name", [*DEAD_LETTER_QUEUES.values(), "RelayDeadLetterQueue", "FeedbackDeadLetterQueue"]
)
def test_every_dead_letter_queue_has_an_alarm_at_its_first_message(name: str) -> None:
    assert name in watched("ApproximateNumberOfMessagesVisible", "QueueName")
    assert name in QUEUES


def test_dead_letter_alarms_go_off_at_one_message() -> None:
    for alarm in ALARMS.values():
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible":
            assert alarm["Threshold"] == 1
            assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
            assert alarm["Statistic"] == "Maximum"


def test_f28_one_poison_message_is_retried_alone() -> None:
    for mapping, _ in CONSUMERS.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_f29_no_sound_message_is_dead_lettered_because_its_consumer_was_busy() -> None:
    for source, (mapping, function) in CONSUMERS.items():
        assert QUEUES[source]["RedrivePolicy"]["maxReceiveCount"] >= 5
        assert value_of(mapping["ScalingConfig"]["MaximumConcurrency"]) >= 2
        assert "ReservedConcurrentExecutions" not in function


def test_what_asks_itself_to_go_on_is_not_stopped_as_a_loop() -> None:
    # Lambda stops a function that its own messages start, after some sixteen times.
    roles = of_type(TEMPLATE, "AWS::IAM::Role")
    asks_itself = {
        mapping["FunctionName"]["Ref"]
        for source, (mapping, function) in CONSUMERS.items()
        for policy in roles[function["Role"]["Fn::GetAtt"][0]]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "sqs:SendMessage" in statement["Action"]
        and {"Fn::GetAtt": [source, "Arn"]} in _listed(statement["Resource"])
    }
    allowed = {name for name, function in FUNCTIONS.items() if function.get("RecursiveLoop") == "Allow"}
    assert allowed == asks_itself == {"PollConnectionFunction"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_a_message_stays_hidden_for_six_times_its_function() -> None:
    for source, (_, function) in CONSUMERS.items():
        assert QUEUES[source]["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_f39_the_last_receive_of_an_input_is_archived() -> None:
    assert QUEUES["InboxQueue"]["RedrivePolicy"]["maxReceiveCount"] >= KEPT_FROM_RECEIVE


def test_f39_dead_letters_outlast_a_long_incident_and_their_source() -> None:
    for source, target in DEAD_LETTER_QUEUES.items():
        assert QUEUES[target]["MessageRetentionPeriod"] == 14 * DAY
        assert QUEUES[source]["MessageRetentionPeriod"] < 14 * DAY
    assert QUEUES["RelayDeadLetterQueue"]["MessageRetentionPeriod"] == 14 * DAY


def test_no_message_is_filtered_away_before_it_is_read() -> None:
    # A filter on a queue deletes what does not match, for good.
    assert all("FilterCriteria" not in mapping for mapping, _ in CONSUMERS.values())


def test_f27_a_poison_record_is_cut_out_given_up_and_kept_in_mind() -> None:
    assert STREAM["BisectBatchOnFunctionError"] is True
    assert 3 <= STREAM["MaximumRetryAttempts"] <= 5
    assert STREAM["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = STREAM["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": ["RelayDeadLetterQueue", "Arn"]}


def test_f41_the_stream_is_read_from_its_beginning() -> None:
    assert STREAM["StartingPosition"] == "TRIM_HORIZON"


def test_the_stream_wakes_the_relay_once_for_each_change() -> None:
    condition, announced, owed = _stream_patterns()
    assert condition == "AnnouncesChanges"
    assert announced == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"outcome": {"S": [Outcome.APPLIED]}}},
    }
    # The sweeper's index is keyed by it: what the stream passes by owes nothing.
    announced["dynamodb"]["NewImage"]["owed_at"] = {"S": [{"exists": True}]}
    assert owed == announced


def _stream_patterns() -> tuple[str, Any, Any]:
    (criteria,) = STREAM["FilterCriteria"]["Filters"]
    condition, met, otherwise = criteria["Pattern"]["Fn::If"]
    return condition, json.loads(met), json.loads(otherwise)


def test_nothing_is_announced_and_paid_for_unless_the_merchant_wants_it() -> None:
    relay = of_type(TEMPLATE, "AWS::Lambda::Function")["RelayEffectsFunction"]
    bus = relay["Environment"]["Variables"]["EVENT_BUS"]
    assert bus == {"Fn::If": ["AnnouncesChanges", {"Ref": "EventBus"}, ""]}
    assert TEMPLATE["Parameters"]["AnnounceChanges"]["Default"] == "no"


def test_what_is_called_by_the_clock_is_not_tried_again() -> None:
    rules = of_type(TEMPLATE, "AWS::Events::Rule")
    called = {
        target["Arn"]["Fn::GetAtt"][0]
        for rule in rules.values()
        if "ScheduleExpression" in rule
        for target in rule["Targets"]
    }
    assert called == set(REPEATED_ANYWAY)
    retries = {
        config["FunctionName"]["Ref"]: config["MaximumRetryAttempts"]
        for config in of_type(TEMPLATE, "AWS::Lambda::EventInvokeConfig").values()
        if not config.get("DestinationConfig")
    }
    assert retries == dict.fromkeys(REPEATED_ANYWAY, 0)


def test_ticks_that_were_throttled_do_not_pile_up() -> None:
    # Lambda goes on with what was throttled for six hours, whatever the retries, if it is not told an age.
    ages = {
        config["FunctionName"]["Ref"]: config.get("MaximumEventAgeInSeconds")
        for config in of_type(TEMPLATE, "AWS::Lambda::EventInvokeConfig").values()
    }
    for rule in of_type(TEMPLATE, "AWS::Events::Rule").values():
        for target in rule["Targets"] if "ScheduleExpression" in rule else ():
            name = target["Arn"]["Fn::GetAtt"][0]
            if name != "PollChannelsFunction":  # its daily look back would be lost for a day
                assert ages[name] == EVERY[rule["ScheduleExpression"]], name


def test_a_run_of_the_deadlines_ends_before_the_next_begins() -> None:
    (tick,) = [
        rule["ScheduleExpression"]
        for rule in of_type(TEMPLATE, "AWS::Events::Rule").values()
        if rule["Targets"][0]["Arn"]["Fn::GetAtt"][0] == "RunDeadlinesFunction"
    ]
    assert tick == "rate(1 minute)"
    assert FUNCTIONS["RunDeadlinesFunction"]["Timeout"] < 60


def test_b64_s17_only_ses_itself_can_say_what_became_of_a_mail() -> None:
    # AWS lets nobody else put events of a source that begins with "aws." on a bus.
    rules = [rule for rule in of_type(TEMPLATE, "AWS::Events::Rule").values() if "EventPattern" in rule]
    feedback = [
        rule for rule in rules if rule["Targets"][0]["Arn"]["Fn::GetAtt"][0] == "RecordMailFeedbackFunction"
    ]
    assert len(feedback) == 2
    for rule in feedback:
        assert rule["EventPattern"]["source"] == ["aws.ses"]
        tags = rule["EventPattern"]["detail"]["mail"]["tags"]
        assert tags == {"ses:configuration-set": [{"Ref": "MailConfiguration"}]}
        assert "EventBusName" not in rule


def test_s10_what_ses_says_comes_without_an_address() -> None:
    for rule in of_type(TEMPLATE, "AWS::Events::Rule").values():
        if "EventPattern" in rule:
            paths = set(rule["Targets"][0]["InputTransformer"]["InputPathsMap"].values())
            assert paths <= {
                *("$.detail.eventType", "$.detail.bounce.bounceType"),
                *("$.detail.mail.messageId", "$.detail.mail.tags"),
            }


def test_an_event_that_its_rule_cannot_pass_on_is_noticed() -> None:
    rules = of_type(TEMPLATE, "AWS::Events::Rule").items()
    passing_on = {name for name, rule in rules if "EventPattern" in rule}
    assert passing_on <= watched("FailedInvocations", "RuleName")


def test_every_word_of_ses_that_is_asked_for_is_passed_on() -> None:
    (destination,) = of_type(TEMPLATE, "AWS::SES::ConfigurationSetEventDestination").values()
    asked = destination["EventDestination"]["MatchingEventTypes"]
    passed = [
        name
        for rule in of_type(TEMPLATE, "AWS::Events::Rule").values()
        if "EventPattern" in rule
        for name in rule["EventPattern"]["detail-type"]
    ]
    assert {DETAIL_TYPES[name] for name in asked} == set(passed)


def test_f56_s16_mails_that_wait_and_a_reputation_in_danger_are_noticed() -> None:
    assert ALARMS["MailsPostponedAlarm"]["MetricName"] == "MailOwed"
    assert ALARMS["BounceRateAlarm"]["Threshold"] == 0.025
    assert ALARMS["ComplaintRateAlarm"]["Threshold"] == 0.0005


def test_an_alarm_watches_what_its_own_stack_counts() -> None:
    ours = [alarm for alarm in ALARMS.values() if not str(alarm["Namespace"]).startswith("AWS/")]
    assert {alarm["MetricName"] for alarm in ours} == {
        "MailOwed",
        "PollFailed",
        "CallFailed",
        "BookingFailed",
    }
    for alarm in ours:
        assert alarm["Namespace"] == {"Ref": "AWS::StackName"}
        (dimension,) = alarm["Dimensions"]
        assert dimension["Name"] == "service"
        assert dimension["Value"] in {
            function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for function in FUNCTIONS.values()
        }
    for function in FUNCTIONS.values():
        assert function["Environment"]["Variables"][logs.NAMESPACE] == {"Ref": "AWS::StackName"}


def test_what_stands_still_is_noticed() -> None:
    assert "InboxQueue" in watched("ApproximateAgeOfOldestMessage", "QueueName")
    assert "RelayEffectsFunction" in watched("IteratorAge", "FunctionName")


def test_f55_a_schedule_that_stands_still_is_noticed() -> None:
    rules = of_type(TEMPLATE, "AWS::Events::Rule").values()
    scheduled = {
        target["Arn"]["Fn::GetAtt"][0]
        for rule in rules
        if "ScheduleExpression" in rule
        for target in rule["Targets"]
    }
    assert watched("Invocations", "FunctionName") == scheduled


def test_every_function_that_fails_is_noticed() -> None:
    assert watched("Errors", "FunctionName") == set(FUNCTIONS)


def test_a_request_that_no_function_fails_at_is_noticed_too() -> None:
    # A 503 that a function answers, or a throttled one, is no error of it.
    (alarm,) = [alarm for alarm in ALARMS.values() if alarm["MetricName"] == "5xx"]
    assert alarm["Namespace"] == "AWS/ApiGateway"
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": "Api"}}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 1)


def test_every_alarm_reaches_the_topic_where_there_is_one() -> None:
    expected: dict[str, Any] = {
        "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
    }
    assert all(alarm["AlarmActions"] == expected for alarm in ALARMS.values())
    assert all(alarm["AlarmDescription"] for alarm in ALARMS.values())


def test_silence_is_no_alarm_but_for_what_runs_by_the_clock() -> None:
    breaching = {name for name, alarm in ALARMS.items() if alarm["TreatMissingData"] != "notBreaching"}
    assert breaching == {"DeadlinesSilentAlarm", "LevelsSilentAlarm", "PollsSilentAlarm", "SweepSilentAlarm"}
