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
    from infra.messaging import Messaging, WorkQueue
    from infra.runtime import Runtime
    from infra.sms import Sms

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
# Texts of several parts and refusals slow a lane down; a lane below a tenth of its rate does not work.
BUSY_SHARE = 0.1

DAY = Duration.days(1)
HOUR = Duration.hours(1)
SWEEPS = Duration.hours(3)
QUARTER = Duration.minutes(15)
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

        self._watch_queues(messaging, deployment)
        self._watch_functions(runtime, api)
        self._watch_email(mail)
        self._watch_sms(sms, deployment)
        self._watch_progress()
        self._watch_sweep(runtime)
        self._dashboard(messaging, mail, sms, api)

    def _watch_queues(self, messaging: Messaging, deployment: Deployment) -> None:
        rates = {messaging.sms: deployment.sms.parts_per_second, messaging.email: deployment.email.messages_per_second}
        for each in messaging.all:
            waits = f"Messages on the {each.name} queue wait for longer than {each.timing.alarm_age.to_human_string()}"
            rate = rates.get(each)
            self._alarm(
                f"{each.name}TooOld",
                f"{waits}." if rate is None else f"{waits}, and it is hardly worked off.",
                _age(each, SHORT) if rate is None else _age_while_idle(each, rate),
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
            "ForgettingFails",
            "Old messages were not redacted, or people in long closed cases not erased. The next night tries again; "
            "the log of `forget_people` names the creditor or the case.",
            runtime.forget_people.function.metric_errors(period=HOUR, statistic="Sum"),
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

        self._alarm(
            "EmailBrakeWarns",
            "Within 24 hours 5 % of a creditor's e-mails came back or 0.1 % were complained of, of 1000 or more: see "
            "`upominek lane list`. At 10 % or 0.3 % its e-mail is stopped.",
            _own_metric(BRAKE_WARNS, HOUR),
            1,
        )
        self._alarm(
            "EmailBrakeStops",
            "A creditor's e-mail was stopped: a tenth came back, or 0.3 % were complained of, within 24 hours. See "
            "`upominek lane list`; once the addresses are mended, `upominek lane reopen`.",
            _own_metric(BRAKE_STOPS, HOUR),
            1,
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

    def _watch_sweep(self, runtime: Runtime) -> None:
        for name, meaning in TROUBLES.items():
            self._alarm(name, f"The sweep found that {meaning}. See `upominek health`.", _swept((SWEPT, name)), 1)
        self._alarm(
            "ReceiptsMissing",
            f"Of {RECEIPTS_LEAST} or more messages sent over 72 hours ago, {RECEIPTS_MISSING_SHARE:.0%} or more lack "
            "a receipt: delivery logs or SES events may be switched off. See `upominek health`.",
            cloudwatch.MathExpression(
                expression=f"IF(FILL(awaited, 0) >= {RECEIPTS_LEAST}, FILL(missing, 0) / FILL(awaited, 1), 0)",
                using_metrics={"awaited": _swept(RECEIPTS_AWAITED), "missing": _swept(RECEIPT_MISSING)},
                period=HOUR,
                label="Share without a receipt",
            ),
            RECEIPTS_MISSING_SHARE,
        )
        self._alarm(
            "NoSweep",
            "Nobody looked for what stopped on its way for three hours, or it fails each time.",
            cloudwatch.MathExpression(
                expression="FILL(started, 0) - FILL(failed, 0)",
                using_metrics={
                    "started": runtime.sweep_reminders.function.metric_invocations(period=SWEEPS, statistic="Sum"),
                    "failed": runtime.sweep_reminders.function.metric_errors(period=SWEEPS, statistic="Sum"),
                },
                period=SWEEPS,
                label="Sweeps",
            ),
            1,
            comparison=LESS,
            missing=LOUD,
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


def _age(each: WorkQueue, period: Duration) -> cloudwatch.Metric:
    return each.queue.metric_approximate_age_of_oldest_message(period=period, statistic="Maximum")


def _age_while_idle(each: WorkQueue, per_second: float) -> cloudwatch.MathExpression:
    """The age of the oldest message, or 0 while the queue is worked off at a tenth of its rate at least.

    Carriers set a pace, so on a day with much to send messages wait for hours though nothing is wrong.
    """
    least = max(round(per_second * QUARTER.to_seconds() * BUSY_SHARE), 1)
    return cloudwatch.MathExpression(
        expression=f"IF(FILL(done, 0) < {least}, FILL(age, 0), 0)",
        using_metrics={
            "done": each.queue.metric_number_of_messages_deleted(period=QUARTER, statistic="Sum"),
            "age": _age(each, QUARTER),
        },
        period=QUARTER,
        label="Age while nothing moves",
    )


def _swept(metric: tuple[str, str]) -> cloudwatch.Metric:
    """Each sweep tells all that there is, so two in an hour do not add up."""
    return _own_metric(metric, HOUR).with_(statistic="Maximum")


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
