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

from infra import metrics
from infra.functions import EMAIL, SMS
from infra.metrics import DAY, HOUR, SHORT
from infra.rows import SilenceAlarm

if TYPE_CHECKING:
    from infra.api import Api
    from infra.environments import Deployment
    from infra.mail import Mail
    from infra.messaging import Messaging
    from infra.rows import FailureAlarm
    from infra.runtime import DeployedFunction, Runtime
    from infra.sms import Sms

# SES reviews an account at 5 % bounces and 0.1 % complaints, and pauses it at 10 % and 0.5 %.
# Source: Amazon SES Developer Guide, "Understanding reputation metrics".
BOUNCE_RATE = 0.05
COMPLAINT_RATE = 0.001
# A tenth of all SMS failing is more than wrong numbers explain: a carrier blocks, or a sender name is not registered.
SMS_FAILED_SHARE = 0.1
# A handful of messages makes no share worth waking anybody for.
SMS_LEAST = 50
# Some phones never answer; when a tenth does not, receipts get lost on their way to us.
RECEIPTS_MISSING_SHARE = 0.1
RECEIPTS_LEAST = 50
SPEND_SHARE = 0.8

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

        self._watch_queues(messaging, deployment)
        for function in runtime.functions.values():
            for row in function.row.alarms:
                self._watch_function(function, row)
        self._watch_api(api)
        self._watch_email(mail)
        self._watch_sms(sms, deployment)
        self._watch_progress()
        self._watch_sweep()
        self._dashboard(messaging, mail, sms, api)

    def _watch_queues(self, messaging: Messaging, deployment: Deployment) -> None:
        rates = {SMS: deployment.sms.parts_per_second, EMAIL: deployment.email.messages_per_second}
        for row, each in messaging.queues.items():
            longest = Duration.minutes(row.alarm_age_minutes)
            waits = f"Messages on the {row.name} queue wait for longer than {longest.to_human_string()}"
            rate = rates.get(row)
            self._alarm(
                f"{row.name}TooOld",
                f"{waits}." if rate is None else f"{waits}, and it is hardly worked off.",
                metrics.age(each, SHORT) if rate is None else metrics.age_while_idle(each, rate),
                longest.to_seconds(),
            )
        for name, queue in messaging.dead_letters.items():
            self._alarm(
                f"{name}DeadLetters",
                f"{name}: a message could not be processed. Look at it with `upominek dlq list`, mend the cause, "
                "put it back with `upominek dlq redrive`.",
                queue.metric_approximate_number_of_messages_visible(period=SHORT, statistic="Maximum"),
                1,
            )

    def _watch_function(self, watched: DeployedFunction, row: FailureAlarm | SilenceAlarm) -> None:
        if isinstance(row, SilenceAlarm):
            calls = metrics.calls_that_succeeded(watched.function, Duration.hours(row.hours), row.counts)
            self._alarm(row.name, row.means, calls, 1, comparison=LESS, missing=LOUD)
        else:
            self._alarm(row.name, row.means, watched.function.metric_errors(period=HOUR, statistic="Sum"), 1)

    def _watch_api(self, api: Api) -> None:
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
                metrics.email_metric(mail, metric),
                rate,
            )

        self._alarm(
            "EmailBrakeWarns",
            "Within 24 hours 5 % of a creditor's e-mails came back or 0.1 % were complained of, of 1000 or more: see "
            "`upominek lane list`. At 10 % or 0.3 % its e-mail is stopped.",
            metrics.own(metrics.BRAKE_WARNS, HOUR),
            1,
        )
        self._alarm(
            "EmailBrakeStops",
            "A creditor's e-mail was stopped: a tenth came back, or 0.3 % were complained of, within 24 hours. See "
            "`upominek lane list`; once the addresses are mended, `upominek lane reopen`.",
            metrics.own(metrics.BRAKE_STOPS, HOUR),
            1,
        )

    def _watch_sms(self, sms: Sms, deployment: Deployment) -> None:
        delivered, failed = (metrics.log_events(group, HOUR) for group in (sms.delivered, sms.failed))
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
                    "planned": metrics.own(metrics.PLANNED, DAY),
                    "sent": metrics.own(metrics.SENT, DAY),
                    "skipped": metrics.own(metrics.SKIPPED, DAY),
                    "posted": metrics.own(metrics.POSTED, DAY),
                    "not_posted": metrics.own(metrics.NOT_POSTED, DAY),
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
            metrics.own(metrics.LANE_STOPPED, SHORT),
            1,
        )
        self._alarm(
            "ReportsToLookAt",
            "A carrier or mail provider gave an answer that a person should read: a sender or text is blocked, or the "
            "answer is not known. See `upominek receipts`.",
            metrics.own(metrics.TO_LOOK_AT, HOUR),
            1,
        )

    def _watch_sweep(self) -> None:
        for name, meaning in metrics.TROUBLES.items():
            self._alarm(
                name, f"The sweep found that {meaning}. See `upominek health`.", metrics.swept((metrics.SWEPT, name)), 1
            )
        self._alarm(
            "ReceiptsMissing",
            f"Of {RECEIPTS_LEAST} or more messages sent over 72 hours ago, {RECEIPTS_MISSING_SHARE:.0%} or more lack "
            "a receipt: delivery logs or SES events may be switched off. See `upominek health`.",
            cloudwatch.MathExpression(
                expression=f"IF(FILL(awaited, 0) >= {RECEIPTS_LEAST}, FILL(missing, 0) / FILL(awaited, 1), 0)",
                using_metrics={
                    "awaited": metrics.swept(metrics.RECEIPTS_AWAITED),
                    "missing": metrics.swept(metrics.RECEIPT_MISSING),
                },
                period=HOUR,
                label="Share without a receipt",
            ),
            RECEIPTS_MISSING_SHARE,
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
            graph(
                "Reminders",
                *(
                    metrics.own(metric, HOUR)
                    for metric in (metrics.PLANNED, metrics.SENT, metrics.SKIPPED, metrics.POSTED)
                ),
            ),
            graph(
                "SMS",
                metrics.log_events(sms.delivered, HOUR, "Delivered"),
                metrics.log_events(sms.failed, HOUR, "Failed"),
            ),
            graph(
                "E-mail: share of bounces and complaints",
                metrics.email_metric(mail, "Reputation.BounceRate"),
                metrics.email_metric(mail, "Reputation.ComplaintRate"),
            ),
            graph("Webhook", api.api.metric_count(), api.api.metric_client_error(), api.api.metric_server_error()),
            graph(
                "Age of the oldest message",
                *(
                    each.queue.metric_approximate_age_of_oldest_message(label=row.name)
                    for row, each in messaging.queues.items()
                ),
            ),
            graph(
                "Dead letters",
                *(
                    queue.metric_approximate_number_of_messages_visible(label=name)
                    for name, queue in messaging.dead_letters.items()
                ),
            ),
        )
