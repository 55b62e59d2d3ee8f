"""Alarms that a person must act on, and one dashboard.

An alarm here means that reminders do not go out, that something waits in a dead-letter queue, or that the account's
right to send is at risk. What mends itself rings no bell. docs/operations.md says what to do about each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.runtime import METRICS_NAMESPACE

if TYPE_CHECKING:
    from aws_cdk import aws_logs as logs

    from infra.api import Api
    from infra.environments import Deployment
    from infra.mail import Mail
    from infra.messaging import Messaging
    from infra.runtime import Runtime
    from infra.sms import Sms

# Metrics that the functions write, by the name of the function.
PLANNED = ("plan_reminders", "RemindersPlanned")
SENT = ("send_reminder", "RemindersSent")
SKIPPED = ("send_reminder", "RemindersSkipped")
POSTED = ("make_letters", "RemindersSent")
NOT_POSTED = ("make_letters", "RemindersSkipped")
LANE_STOPPED = ("send_reminder", "LaneStopped")
TO_LOOK_AT = ("record_receipt", "ReportsToLookAt")

# SES reviews an account at 5 % bounces and 0.1 % complaints, and pauses it at 10 % and 0.5 %.
# Source: Amazon SES Developer Guide, "Understanding reputation metrics".
BOUNCE_RATE = 0.05
COMPLAINT_RATE = 0.001
# A tenth of all SMS failing is more than wrong numbers explain: a carrier blocks, or a sender name is not registered.
SMS_FAILED_SHARE = 0.1
# A handful of messages makes no share worth waking anybody for.
SMS_LEAST = 50
SPEND_SHARE = 0.8

DAY = Duration.days(1)
HOUR = Duration.hours(1)
SHORT = Duration.minutes(5)
AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
LESS = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
QUIET = cloudwatch.TreatMissingData.NOT_BREACHING
LOUD = cloudwatch.TreatMissingData.BREACHING


class Monitoring(Construct):
    """Alarms to one e-mail address, and a dashboard of the day."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        messaging: Messaging,
        runtime: Runtime,
        mail: Mail,
        sms: Sms,
        api: Api,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        self.topic.add_subscription(subscriptions.EmailSubscription(deployment.alarm_email))

        self._watch_queues(messaging)
        self._watch_functions(runtime, api)
        self._watch_email(mail)
        self._watch_sms(sms, deployment)
        self._watch_progress()
        self._dashboard(messaging, mail, sms, api)

    def _watch_queues(self, messaging: Messaging) -> None:
        for each in messaging.all:
            self._alarm(
                f"{each.name}TooOld",
                f"Messages on the {each.name} queue wait for longer than {each.timing.alarm_age.to_human_string()}.",
                each.queue.metric_approximate_age_of_oldest_message(period=SHORT, statistic="Maximum"),
                each.timing.alarm_age.to_seconds(),
            )
        for name, queue in messaging.dead_letters.items():
            self._alarm(
                f"{name}DeadLetters",
                f"{name}: a message could not be processed. Look at it with `upominek dlq list`, mend the cause, "
                "put it back with `upominek dlq redrive`.",
                queue.metric_approximate_number_of_messages_visible(period=SHORT, statistic="Maximum"),
                1,
            )

    def _watch_functions(self, runtime: Runtime, api: Api) -> None:
        self._alarm(
            "NoTick",
            "The schedule has not started the planning for an hour, or it fails each time: no campaign will begin.",
            cloudwatch.MathExpression(
                expression="FILL(started, 0) - FILL(failed, 0)",
                using_metrics={
                    "started": runtime.start_plans.function.metric_invocations(period=HOUR, statistic="Sum"),
                    "failed": runtime.start_plans.function.metric_errors(period=HOUR, statistic="Sum"),
                },
                period=HOUR,
                label="Ticks",
            ),
            1,
            comparison=LESS,
            missing=LOUD,
        )
        self._alarm(
            "LettersFail",
            "The letters of the day were not gathered to be printed, or the function that makes them does not start. "
            "`upominek letter batch` gathers them, and says what is wrong.",
            runtime.make_letters.function.metric_errors(period=HOUR, statistic="Sum"),
            1,
        )
        self._alarm(
            "WebhookFails",
            "The webhook answers with server errors; invoicing systems will repeat their requests, for a while.",
            api.api.metric_server_error(period=SHORT, statistic="Sum"),
            5,
        )

    def _watch_email(self, mail: Mail) -> None:
        for name, metric, rate, consequence in (
            ("BounceRate", "Reputation.BounceRate", BOUNCE_RATE, "addresses are out of date"),
            ("ComplaintRate", "Reputation.ComplaintRate", COMPLAINT_RATE, "debtors mark reminders as spam"),
        ):
            self._alarm(
                name,
                f"At least {rate:.1%} of e-mails ({metric}): {consequence}, and AWS may stop the account's e-mail.",
                _email_metric(mail, metric),
                rate,
            )

    def _watch_sms(self, sms: Sms, deployment: Deployment) -> None:
        delivered, failed = _log_events(sms.delivered, HOUR), _log_events(sms.failed, HOUR)
        self._alarm(
            "SmsFailing",
            f"Within an hour at least {SMS_FAILED_SHARE:.0%} of {SMS_LEAST} or more SMS failed.",
            cloudwatch.MathExpression(
                expression=f"IF(FILL(delivered, 0) + FILL(failed, 0) >= {SMS_LEAST}, "
                "FILL(failed, 0) / (FILL(delivered, 0) + FILL(failed, 0)), 0)",
                using_metrics={"delivered": delivered, "failed": failed},
                period=HOUR,
                label="Share of SMS that failed",
            ),
            SMS_FAILED_SHARE,
        )
        limit = deployment.sms.monthly_spend_limit_usd
        self._alarm(
            "SmsSpend",
            f"SMS of this month cost at least {SPEND_SHARE:.0%} of the limit of {limit} USD; at the limit SNS stops.",
            cloudwatch.Metric(
                namespace="AWS/SNS", metric_name="SMSMonthToDateSpentUSD", period=HOUR, statistic="Maximum"
            ),
            limit * SPEND_SHARE,
        )

    def _watch_progress(self) -> None:
        self._alarm(
            "NothingSent",
            "Within a day reminders were planned, and none was sent or skipped for a reason.",
            cloudwatch.MathExpression(
                expression="IF(FILL(planned, 0) > 0 AND FILL(sent, 0) + FILL(skipped, 0) + FILL(posted, 0) + "
                "FILL(not_posted, 0) < 1, 1, 0)",
                using_metrics={
                    "planned": _own_metric(PLANNED, DAY),
                    "sent": _own_metric(SENT, DAY),
                    "skipped": _own_metric(SKIPPED, DAY),
                    "posted": _own_metric(POSTED, DAY),
                    "not_posted": _own_metric(NOT_POSTED, DAY),
                },
                period=DAY,
                label="Planned and not sent",
            ),
            1,
        )
        self._alarm(
            "LaneStopped",
            "A channel stands still because the account is set up wrong (spend limit, sender not verified, sandbox). "
            "Nothing is lost: mend the cause and the waiting reminders go out.",
            _own_metric(LANE_STOPPED, SHORT),
            1,
        )
        self._alarm(
            "ReportsToLookAt",
            "A carrier or mail provider gave an answer that a person should read: a sender or text is blocked, or the "
            "answer is not known. See `upominek receipts`.",
            _own_metric(TO_LOOK_AT, HOUR),
            1,
        )

    def _alarm(
        self,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        *,
        comparison: cloudwatch.ComparisonOperator = AT_LEAST,
        missing: cloudwatch.TreatMissingData = QUIET,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=1,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def _dashboard(self, messaging: Messaging, mail: Mail, sms: Sms, api: Api) -> None:
        def graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
            return cloudwatch.GraphWidget(title=title, left=list(metrics), width=12, height=6)

        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(3))
        dashboard.add_widgets(
            graph("Reminders", *(_own_metric(metric, HOUR) for metric in (PLANNED, SENT, SKIPPED, POSTED))),
            graph("SMS", _log_events(sms.delivered, HOUR, "Delivered"), _log_events(sms.failed, HOUR, "Failed")),
            graph(
                "E-mail: share of bounces and complaints",
                _email_metric(mail, "Reputation.BounceRate"),
                _email_metric(mail, "Reputation.ComplaintRate"),
            ),
            graph("Webhook", api.api.metric_count(), api.api.metric_client_error(), api.api.metric_server_error()),
            graph(
                "Age of the oldest message",
                *(each.queue.metric_approximate_age_of_oldest_message(label=each.name) for each in messaging.all),
            ),
            graph(
                "Dead letters",
                *(
                    queue.metric_approximate_number_of_messages_visible(label=name)
                    for name, queue in messaging.dead_letters.items()
                ),
            ),
        )


def _own_metric(metric: tuple[str, str], period: Duration) -> cloudwatch.Metric:
    service, name = metric
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service},
        period=period,
        statistic="Sum",
        label=name,
    )


def _email_metric(mail: Mail, name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=name,
        dimensions_map={"ses:configuration-set": mail.configuration_set.configuration_set_name},
        period=HOUR,
        statistic="Average",
    )


def _log_events(group: logs.ILogGroup, period: Duration, label: str | None = None) -> cloudwatch.Metric:
    """Lines written to a log group: SNS writes one for each SMS."""
    return cloudwatch.Metric(
        namespace="AWS/Logs",
        metric_name="IncomingLogEvents",
        dimensions_map={"LogGroupName": group.log_group_name},
        period=period,
        statistic="Sum",
        label=label,
    )
