"""What the stack promises: nothing unencrypted, nothing kept for ever, nothing that fails unseen."""

import json
import re

import pytest

from infra.bundling import ROOT
from infra.functions import FUNCTIONS
from infra.functions import QUEUES as ROWS
from infra.rows import ARRIVALS, WRITTEN
from tests.infra.conftest import Template

QUEUES = tuple(row.name for row in ROWS)
PACED = {"Sms": 20, "Email": 14}
"""Queues whose work carriers set a pace for, and messages a second in the example."""
SENDER_CONCURRENCY = 3
"""In the example, and in the embedded default."""
OUTPUTS = {
    "TableName",
    "BucketName",
    "WebhookUrl",
    "WebhookSecretPrefix",
    "StartPlansFunction",
    "MakeLettersFunction",
    "ForgetPeopleFunction",
    "ForwardDeliveryLogsFunction",
    "SmsLogGroup",
    "SmsFailureLogGroup",
    "SesConfigurationSet",
    *(f"{name}QueueUrl" for name in QUEUES),
    *(f"{name}DeadLetterQueueUrl" for name in (*QUEUES, "DeliveryLogs")),
}


def test_cdk_nag_ran_and_has_nothing_to_say_that_was_not_accepted_with_a_reason(aws: Template) -> None:
    report = json.loads((aws.folder / "validation-report.json").read_text())
    [nag] = [each for each in report["pluginReports"] if each["pluginName"] == "AwsSolutions"]
    assert nag["conclusion"] == "success"
    assert nag["violations"] == []
    assert all(len(each["reason"]) > 20 for each in nag["suppressedViolations"])


def test_outputs_say_where_everything_is(template: Template) -> None:
    assert template.body["Outputs"].keys() >= OUTPUTS


def test_the_table_survives_mistakes_on_aws_and_goes_with_the_embedded_stack(aws: Template, embedded: Template) -> None:
    for template, is_kept in ((aws, True), (embedded, False)):
        [(name, table)] = template.of_type("AWS::DynamoDB::Table").items()
        assert table["DeletionProtectionEnabled"] is is_kept
        assert template.resources[name]["DeletionPolicy"] == ("Retain" if is_kept else "Delete")
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_files_are_encrypted_versioned_private_and_forgotten_in_time(template: Template) -> None:
    [(name, bucket)] = template.of_type("AWS::S3::Bucket").items()
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    rules = {rule.get("Prefix", ""): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules.pop("")["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    kept = {prefix: rule["ExpirationInDays"] for prefix, rule in rules.items()}
    assert kept.pop("letters/") == 2192
    assert kept.pop("manifests/") == 400
    assert kept == dict.fromkeys(("incoming/", "snapshot/", "work/", "rejected/", "remarks/", "reports/"), 90)
    assert kept.keys() == {*ARRIVALS, *WRITTEN}
    [policy] = template.of_type("AWS::S3::BucketPolicy").values()
    assert policy["Bucket"] == {"Ref": name}
    assert policy["PolicyDocument"]["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_file_that_arrives_is_announced_on_the_imports_queue_and_a_report_is_not(template: Template) -> None:
    [bucket] = template.of_type("AWS::S3::Bucket").values()
    announced = {
        each["Filter"]["S3Key"]["Rules"][0]["Value"]: each["Queue"]["Fn::GetAtt"][0]
        for each in bucket["NotificationConfiguration"]["QueueConfigurations"]
    }
    assert announced.keys() == {"incoming/", "snapshot/"}
    assert set(announced.values()) == {template.body["Outputs"]["ImportsQueueUrl"]["Value"]["Ref"]}


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_gives_up_into_a_dead_letter_queue_that_keeps_longer(template: Template, name: str) -> None:
    queue = _queue(template, f"{name}QueueUrl")
    dead = _queue(template, f"{name}DeadLetterQueueUrl")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] == _id(template, f"{name}DeadLetterQueueUrl")
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]


def test_queues_are_encrypted_and_talk_tls_only(template: Template) -> None:
    queues = template.of_type("AWS::SQS::Queue")
    guarded = {
        policy["Queues"][0]["Ref"]
        for policy in template.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert len(queues) == 2 * len(QUEUES) + 1
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    assert guarded == queues.keys()
    # A second policy of the same queue would silently replace the first.
    assert len(template.of_type("AWS::SQS::QueuePolicy")) == len(queues)


def test_every_queue_and_dead_letter_queue_has_an_alarm_that_reaches_a_person(aws: Template) -> None:
    alarms = aws.of_type("AWS::CloudWatch::Alarm")
    watched = {
        (alarm["MetricName"], alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0])
        for alarm in alarms.values()
        if alarm.get("Namespace") == "AWS/SQS"
    }
    assert watched == {
        *(("ApproximateAgeOfOldestMessage", _id(aws, f"{name}QueueUrl")) for name in QUEUES if name not in PACED),
        *(
            ("ApproximateNumberOfMessagesVisible", _id(aws, f"{name}DeadLetterQueueUrl"))
            for name in (*QUEUES, "DeliveryLogs")
        ),
    }
    [topic] = aws.of_type("AWS::SNS::Topic")
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms.values())
    [subscription] = aws.of_type("AWS::SNS::Subscription").values()
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "windykacja@example.com")


@pytest.mark.parametrize(("name", "per_second"), PACED.items())
def test_an_outbox_rings_for_its_age_only_while_it_is_not_worked_off(aws: Template, name: str, per_second: int) -> None:
    (alarm,) = (one for key, one in aws.of_type("AWS::CloudWatch::Alarm").items() if f"Monitoring{name}TooOld" in key)
    asked = {one["Id"]: one for one in alarm["Metrics"]}
    metrics = {key: one["MetricStat"] for key, one in asked.items() if "MetricStat" in one}
    assert {(key, one["Metric"]["MetricName"], one["Stat"], one["Period"]) for key, one in metrics.items()} == {
        ("done", "NumberOfMessagesDeleted", "Sum", 900),
        ("age", "ApproximateAgeOfOldestMessage", "Maximum", 900),
    }
    queues = {one["Metric"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for one in metrics.values()}
    assert queues == {_id(aws, f"{name}QueueUrl")}
    (expression,) = (one["Expression"] for one in asked.values() if "Expression" in one)
    # A quarter of an hour at a tenth of the rate.
    assert expression == f"IF(FILL(done, 0) < {per_second * 90}, FILL(age, 0), 0)"
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (3600, "GreaterThanOrEqualToThreshold")
    assert alarm["TreatMissingData"] == "notBreaching"


def test_alarms_ring_for_reputation_failures_spend_and_silence(aws: Template) -> None:
    names = {name.removeprefix("Monitoring")[:-8] for name in aws.of_type("AWS::CloudWatch::Alarm")}
    assert names >= {"BounceRate", "ComplaintRate", "SmsFailing", "SmsSpend", "ReportsToLookAt"}
    assert names >= {"EmailBrakeWarns", "EmailBrakeStops"}
    assert names >= {"NothingSent", "LettersFail", "ForgettingFails", "NoTick", "LaneStopped", "WebhookFails"}
    spend = next(
        alarm
        for alarm in aws.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "SMSMonthToDateSpentUSD"
    )
    assert spend["Threshold"] == 0.8
    assert len(aws.of_type("AWS::CloudWatch::Dashboard")) == 1


def test_every_alarm_and_no_other_has_its_row_and_its_place_in_the_runbook(aws: Template) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page[page.index("## Alarms") : page.index("## Health")]
    runbook = page[page.index("## Runbook") : page.index("## Backup")]
    rows = [cell for line in table.splitlines() if line.startswith("| `") for cell in [line.split("|")[1]]]
    headings = re.findall(r"^### (.+)$", runbook, re.MULTILINE)
    alarms = {re.sub(r"^Monitoring|[0-9A-F]{8}$", "", name) for name in aws.of_type("AWS::CloudWatch::Alarm")}
    alarms = {re.sub(r"^.+(?=DeadLetters$|TooOld$)", "…", name) for name in alarms}
    for place, named in {"a row in the table of alarms": rows, "a section in the runbook": headings}.items():
        names = [name for text in named for name in re.findall(r"`([^`]+)`", text)]
        assert len(names) == len(set(names))
        assert set(names) == alarms, f"docs/operations.md: {place} for each alarm, not {set(names) ^ alarms}"


def test_every_section_of_the_runbook_says_what_it_means_and_what_to_do_first() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    sections = page[page.index("## Runbook") : page.index("## Backup")].split("### ")[1:]
    assert [one.splitlines()[0] for one in sections if "Means: " not in one or "\n1. " not in one] == []


def test_every_function_has_a_log_of_its_own_that_forgets(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup")
    logs = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in template.functions.values()]
    assert len(set(logs)) == len(template.functions) == len(FUNCTIONS)
    assert all(group["RetentionInDays"] in {14, 90} for group in groups.values())


def test_delivery_logs_of_sns_are_ours_and_flow_to_the_forwarder(template: Template) -> None:
    forwarder = template.functions["forward_delivery_logs"]["LogicalId"]
    filters = template.of_type("AWS::Logs::SubscriptionFilter").values()
    assert [each["DestinationArn"]["Fn::GetAtt"][0] for each in filters] == [forwarder, forwarder]
    names = [
        json.dumps(group["LogGroupName"])
        for group in template.of_type("AWS::Logs::LogGroup").values()
        if group["RetentionInDays"] == 14
    ]
    assert sorted("Failure" in name for name in names) == [False, True]
    assert all("DirectPublishToPhoneNumber" in name for name in names)


def test_messages_come_in_batches_of_which_single_ones_may_fail(template: Template) -> None:
    sources = template.of_type("AWS::Lambda::EventSourceMapping").values()
    fed = {
        (name, source["EventSourceArn"]["Fn::GetAtt"][0]): source["ScalingConfig"]["MaximumConcurrency"]
        for source in sources
        for name, function in template.functions.items()
        if source["FunctionName"] == {"Ref": function["LogicalId"]}
    }
    assert fed == {
        (row.folder, _id(template, f"{each.queue.name}QueueUrl")): each.concurrency or SENDER_CONCURRENCY
        for row in FUNCTIONS
        for each in row.batches
    }
    assert all(source["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for source in sources)
    [receipts] = [one for one in sources if one["EventSourceArn"]["Fn::GetAtt"][0] == _id(template, "ReceiptsQueueUrl")]
    assert (receipts["BatchSize"], receipts["MaximumBatchingWindowInSeconds"]) == (50, 5)


def test_no_message_becomes_visible_again_while_it_is_being_worked_on(template: Template) -> None:
    functions = {function["LogicalId"]: function for function in template.functions.values()}
    for source in template.of_type("AWS::Lambda::EventSourceMapping").values():
        queue = template.resources[source["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        assert queue["VisibilityTimeout"] >= 2 * functions[source["FunctionName"]["Ref"]]["Timeout"]


def test_ses_reports_what_becomes_of_a_message_and_only_ours_reach_the_receipts(template: Template) -> None:
    [(name, configuration)] = template.of_type("AWS::SES::ConfigurationSet").items()
    assert configuration["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert configuration["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    [destination] = template.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    assert set(destination["EventDestination"]["MatchingEventTypes"]) == {
        *("reject", "bounce", "complaint", "delivery", "renderingFailure", "deliveryDelay")
    }
    [rule] = template.of_type("AWS::Events::Rule").values()
    assert rule["EventPattern"]["detail"] == {"mail": {"tags": {"ses:configuration-set": [{"Ref": name}]}}}
    assert rule["EventPattern"]["source"] == ["aws.ses"]
    [target] = rule["Targets"]
    assert target["Arn"]["Fn::GetAtt"][0] == _id(template, "ReceiptsQueueUrl")
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] == _id(template, "ReceiptsDeadLetterQueueUrl")


def test_nobody_is_watched_opening_a_message_and_no_link_is_rewritten(template: Template) -> None:
    """SES adds its picture and rewrites links as soon as any destination asks for openings or clicks."""
    asked = [
        event.lower()
        for destination in template.of_type("AWS::SES::ConfigurationSetEventDestination").values()
        for event in destination["EventDestination"]["MatchingEventTypes"]
    ]
    assert asked
    assert not {"open", "click"} & set(asked)
    for configuration in template.of_type("AWS::SES::ConfigurationSet").values():
        assert "TrackingOptions" not in configuration
        assert "VdmOptions" not in configuration


def test_each_schedule_calls_the_function_whose_row_names_it(template: Template) -> None:
    found = {
        re.sub(r"^Schedules|[0-9A-F]{8}$", "", name): (
            each["ScheduleExpression"],
            each["Target"]["Arn"]["Fn::GetAtt"][0],
        )
        for name, each in template.of_type("AWS::Scheduler::Schedule").items()
    }
    assert found == {
        one.name: (one.at, template.functions[row.folder]["LogicalId"]) for row in FUNCTIONS for one in row.schedules
    }


def test_the_scheduler_may_call_these_functions_and_no_others(template: Template) -> None:
    [policy] = [each for name, each in template.of_type("AWS::IAM::Policy").items() if name.startswith("SchedulesRole")]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert {each["Fn::GetAtt"][0] for each in statement["Resource"]} == {
        template.functions[row.folder]["LogicalId"] for row in FUNCTIONS if row.schedules
    }


def test_the_tick_follows_local_time(template: Template) -> None:
    schedules = template.of_type("AWS::Scheduler::Schedule")
    [tick] = [each for name, each in schedules.items() if "Tick" in name]
    assert (tick["ScheduleExpression"], tick["ScheduleExpressionTimezone"]) == ("cron(0/15 * * * ? *)", "Europe/Warsaw")
    assert tick["Target"]["Arn"]["Fn::GetAtt"][0] == template.functions["start_plans"]["LogicalId"]


def test_letters_are_gathered_when_nobody_is_written_to_any_more(template: Template) -> None:
    schedules = template.of_type("AWS::Scheduler::Schedule")
    [gather] = [each for name, each in schedules.items() if "GatherLetters" in name]
    assert gather["ScheduleExpression"] == "cron(30 23 * * ? *)"
    assert gather["ScheduleExpressionTimezone"] == "Europe/Warsaw"
    assert json.loads(gather["Target"]["Input"]) == {"gather": True}
    assert gather["Target"]["Arn"]["Fn::GetAtt"][0] == template.functions["make_letters"]["LogicalId"]


def test_people_are_forgotten_at_night_in_slices_that_do_not_overlap(template: Template) -> None:
    schedules = template.of_type("AWS::Scheduler::Schedule")
    [forget] = [each for name, each in schedules.items() if "ForgetPeople" in name]
    assert (forget["ScheduleExpression"], forget["ScheduleExpressionTimezone"]) == (
        "cron(10 1-4 * * ? *)",
        "Europe/Warsaw",
    )
    function = template.functions["forget_people"]
    assert forget["Target"]["Arn"]["Fn::GetAtt"][0] == function["LogicalId"]
    assert function["Timeout"] == 900


def test_the_webhook_is_throttled_and_its_log_has_no_bodies(template: Template) -> None:
    [stage] = template.of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"].keys() >= {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]))
    assert {"requestId", "path", "status"} <= logged
    assert not {name for name in logged if "body" in name.lower() or "header" in name.lower()}
    routes = {each["RouteKey"] for each in template.of_type("AWS::ApiGatewayV2::Route").values()}
    assert "POST /webhooks/{creditor}" in routes
    assert routes == {f"{one.method} {one.path}" for row in FUNCTIONS for one in row.routes}


def test_functions_run_on_arm_with_the_product_and_its_libraries_in_two_layers(aws: Template) -> None:
    layers = {name.removeprefix("Runtime")[:-8]: name for name in aws.of_type("AWS::Lambda::LayerVersion")}
    assert layers.keys() == {"Core", "Dependencies", "Letters"}
    for name, function in aws.functions.items():
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
        used = {"Core", "Dependencies"} | ({"Letters"} if name == "make_letters" else set())
        assert {layer["Ref"] for layer in function["Layers"]} == {layers[each] for each in used}
        assert function["Handler"] == "handler.handler"
        assert "TracingConfig" not in function


def test_the_account_is_told_to_report_every_sms_and_to_stop_at_the_limit(aws: Template, embedded: Template) -> None:
    [settings] = aws.of_type("Custom::AWS").values()
    call = "".join(part for part in settings["Update"]["Fn::Join"][1] if isinstance(part, str))
    assert '"action":"setSMSAttributes"' in call
    assert '"DeliveryStatusSuccessSamplingRate":"100"' in call
    assert '"MonthlySpendLimit":"1"' in call
    assert not embedded.of_type("Custom::AWS")


def _id(template: Template, output: str) -> str:
    return template.body["Outputs"][output]["Value"]["Ref"]


def _queue(template: Template, output: str) -> dict[str, object]:
    return template.resources[_id(template, output)]["Properties"]
