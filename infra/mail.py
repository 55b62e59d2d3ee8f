"""E-mail through SES: who may write, and the way back of what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

if TYPE_CHECKING:
    from infra.environments import Deployment, Target
    from infra.messaging import WorkQueue

# Named one by one, so that an event of a newer SES is asked for by nobody's oversight. Not among them:
# Send: the answer of the call itself says so; where that was lost, the delivery or return says it.
# Open, Click: SES would add a picture to each message, and lead every link, the payment link too, over a server of its
# own. Source: Amazon SES Developer Guide, "Configuring custom domains to handle open and click tracking".
ASKED_EVENTS = (
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.RENDERING_FAILURE,
)


class Mail(Construct):
    """The configuration set that every e-mail names, the identities, and the events of both."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, target: Target, receipts: WorkQueue
    ) -> None:
        super().__init__(scope, construct_id)
        self._identities = deployment.email.identities
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            reputation_metrics=True,
            # SES itself then refuses an address that bounced or complained, whatever we might overlook.
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        # SES sends events to the default bus only.
        bus = events.EventBus.from_event_bus_name(self, "Bus", "default")
        self.configuration_set.add_event_destination(
            "Events",
            destination=ses.EventDestination.event_bus(bus),
            events=list(ASKED_EVENTS),
        )
        # Another stack of the same account has its events on the same bus.
        events.Rule(
            self,
            "Receipts",
            description="What became of the e-mails sent by this stack",
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail={"mail": {"tags": {"ses:configuration-set": [self.configuration_set.configuration_set_name]}}},
            ),
            targets=[targets.SqsQueue(receipts.queue, dead_letter_queue=receipts.dead_letters)],
        )
        if deployment.email.create_identities:
            self._create_identities(target)

    def allow_sending(self, role: iam.Role) -> None:
        """Let the role send from the deployment's identities, under the configuration set, and from nothing else."""
        stack = Stack.of(self)
        names = [*self._identities, *(name.partition("@")[2] for name in self._identities if "@" in name)]
        identities = [
            stack.format_arn(service="ses", resource="identity", resource_name=name) for name in dict.fromkeys(names)
        ]
        configuration_set = stack.format_arn(
            service="ses",
            resource="configuration-set",
            resource_name=self.configuration_set.configuration_set_name,
        )
        senders = [name if "@" in name else f"*@{name}" for name in self._identities]
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[*identities, configuration_set],
                conditions={"StringLike": {"ses:FromAddress": senders}},
            )
        )

    def _create_identities(self, target: Target) -> None:
        for number, name in enumerate(self._identities, start=1):
            is_domain = "@" not in name
            # ministack signs nothing.
            has_records = is_domain and not target.embedded
            identity = ses.EmailIdentity(
                self,
                f"Identity-{name}",
                identity=ses.Identity.domain(name) if is_domain else ses.Identity.email(name),
                configuration_set=self.configuration_set,
                # Bounces arrive as events; by e-mail they would come a second time, to a person.
                feedback_forwarding=False,
            )
            for position, record in enumerate(identity.dkim_records if has_records else [], start=1):
                CfnOutput(
                    Stack.of(self),
                    f"Dkim{number}Record{position}",
                    description=f"DNS record of type CNAME that lets {name} sign its e-mails",
                    value=f"{record.name} CNAME {record.value}",
                )
