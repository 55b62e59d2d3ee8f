"""What alarms and dashboard look at: figures that AWS keeps, and those that the functions write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.runtime import METRICS_NAMESPACE

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs

    from infra.mail import Mail
    from infra.messaging import WorkQueue

# Metrics that the functions write, by the name of the function.
PLANNED = ("plan_reminders", "RemindersPlanned")
SENT = ("send_reminder", "RemindersSent")
SKIPPED = ("send_reminder", "RemindersSkipped")
POSTED = ("make_letters", "RemindersSent")
NOT_POSTED = ("make_letters", "RemindersSkipped")
BRAKE_WARNS = ("record_receipt", "EmailBrakeWarn")
BRAKE_STOPS = ("record_receipt", "EmailBrakeStop")
LANE_STOPPED = ("send_reminder", "LaneStopped")
SWEPT = "sweep_reminders"
RECEIPT_MISSING = (SWEPT, "ReceiptMissing")
RECEIPTS_AWAITED = (SWEPT, "ReceiptsAwaited")
# What the sweep counts, and what each of it means.
TROUBLES = {
    "ClaimStuck": "a worker died over a reminder more than an hour ago, and nobody took it up again",
    "ReminderLost": "a reminder was planned, its time is over, and nothing is on record of it",
    "ImportStopped": "an import made no progress for an hour",
    "RunMissed": "a campaign was not planned on the last contact day",
    "StepMissed": "a step came, the run is over, and the debtor heard nothing",
}
TO_LOOK_AT = ("record_receipt", "ReportsToLookAt")

# Texts of several parts and refusals slow a lane down; a lane below a tenth of its rate does not work.
BUSY_SHARE = 0.1

DAY = Duration.days(1)
HOUR = Duration.hours(1)
QUARTER = Duration.minutes(15)
SHORT = Duration.minutes(5)


def own(metric: tuple[str, str], period: Duration) -> cloudwatch.Metric:
    """What the functions themselves count."""
    service, name = metric
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        period=period,
        statistic="Sum",
        label=name,
    )


def age(each: WorkQueue, period: Duration) -> cloudwatch.Metric:
    """The age of the oldest message."""
    return each.queue.metric_approximate_age_of_oldest_message(period=period, statistic="Maximum")


def age_while_idle(each: WorkQueue, per_second: float) -> cloudwatch.MathExpression:
    """The age of the oldest message, or 0 while the queue is worked off at a tenth of its rate at least.

    Carriers set a pace, so on a day with much to send messages wait for hours though nothing is wrong.
    """
    least = max(round(per_second * QUARTER.to_seconds() * BUSY_SHARE), 1)
    return cloudwatch.MathExpression(
        expression=f"IF(FILL(done, 0) < {least}, FILL(age, 0), 0)",
        using_metrics={
            "done": each.queue.metric_number_of_messages_deleted(period=QUARTER, statistic="Sum"),
            "age": age(each, QUARTER),
        },
        period=QUARTER,
        label="Age while nothing moves",
    )


def swept(metric: tuple[str, str]) -> cloudwatch.Metric:
    """Each sweep tells all that there is, so two in an hour do not add up."""
    return own(metric, HOUR).with_(statistic="Maximum")


def email_metric(mail: Mail, name: str) -> cloudwatch.Metric:
    """SES's own figures of what this stack sends."""
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=name,
        dimensions_map={"ses:configuration-set": mail.configuration_set.configuration_set_name},
        period=HOUR,
        statistic="Average",
    )


def log_events(group: logs.ILogGroup, period: Duration, label: str | None = None) -> cloudwatch.Metric:
    """Lines written to a log group: SNS writes one for each SMS."""
    return cloudwatch.Metric(
        namespace="AWS/Logs",
        metric_name="IncomingLogEvents",
        dimensions_map={"LogGroupName": group.log_group_name},
        period=period,
        statistic="Sum",
        label=label,
    )


def calls_that_succeeded(function: lambda_.IFunction, period: Duration, label: str) -> cloudwatch.MathExpression:
    """How often the function was called and did not fail; 0 where nobody called it."""
    return cloudwatch.MathExpression(
        expression="FILL(started, 0) - FILL(failed, 0)",
        using_metrics={
            "started": function.metric_invocations(period=period, statistic="Sum"),
            "failed": function.metric_errors(period=period, statistic="Sum"),
        },
        period=period,
        label=label,
    )
