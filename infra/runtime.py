"""The functions: what each runs on, is told, is woken by and may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, CfnParameter, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from infra import bundling
from infra.findings import accept, accept_wildcards
from infra.logs import log_group
from infra.sms import allow_sms
from infra.storage import DUE_INDEX, LETTERS, MANIFESTS, MESSAGE_INDEX, RETENTION_INDEX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aws_cdk import CfnElement
    from aws_cdk import aws_sqs as sqs

    from infra.environments import Deployment, Target
    from infra.mail import Mail
    from infra.messaging import Messaging, WorkQueue
    from infra.storage import Storage

RUNTIME = lambda_.Runtime.PYTHON_3_13
METRICS_NAMESPACE = "Upominek"

# Prefixes of the bucket: what comes in, and what the import writes.
ARRIVALS = ("incoming/", "snapshot/")
WRITTEN = ("work/", "rejected/", "reports/")

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# A transaction needs the permissions of what it consists of.
WRITE = ("dynamodb:PutItem", "dynamodb:UpdateItem")
# New cases and invoices go in by many at a time, each on condition that it is new.
INSERT = ("dynamodb:PartiQLInsert",)
READ_FILES = ("s3:GetObject",)
# A letter that was kept is never deleted, and the bucket keeps what is written over.
KEEP_FILES = ("s3:GetObject", "s3:PutObject")
WRITE_FILES = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")


# What Lambda gives at most: what sweeps and what forgets stop by themselves shortly before.
LONGEST = Duration.minutes(15)
# SQS event sources take at least 2; a letter takes milliseconds.
LETTER_CONCURRENCY = 2


class Function(Construct):
    """One function with a role and a log group of its own, so that it can touch nothing but what is granted to it."""

    def __init__(
        self,
        runtime: Runtime,
        folder: str,
        *,
        memory_mb: int,
        timeout: Duration,
        environment: dict[str, str],
        dead_letters: sqs.IQueue | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        super().__init__(runtime, "".join(word.capitalize() for word in folder.split("_")))
        self.log_group = log_group(self, "Logs", days=runtime.deployment.retention.log_days)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # The managed policy would allow writing to every log group of the account.
        self.allow(self.log_group.log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents")
        package = bundling.function_package(folder, runtime.target)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=runtime.architecture,
            handler="handler.handler",
            code=lambda_.Code.from_asset(str(package), asset_hash=package.stem),
            layers=[*runtime.layers, *layers],
            role=self.role,
            log_group=self.log_group,
            memory_size=memory_mb,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE if runtime.deployment.tracing else lambda_.Tracing.DISABLED,
            dead_letter_queue=dead_letters,
            environment={
                **environment,
                **runtime.environment,
                "POWERTOOLS_SERVICE_NAME": folder,
                "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )

    def allow(self, resource: str | Sequence[str], *actions: str) -> None:
        """Grant the function these actions on the resource, or on each of several."""
        resources = [resource] if isinstance(resource, str) else list(resource)
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=resources))

    def send_to(self, *queues: WorkQueue) -> None:
        """Let the function put messages on these queues."""
        self.allow([each.queue.queue_arn for each in queues], "sqs:SendMessage")

    def consume(
        self, source: WorkQueue, *, batch_size: int, concurrency: int, gathers_for: Duration | None = None
    ) -> None:
        """Wake the function with messages from the queue; only those that it reports as failed come again.

        Args:
            gathers_for: how long SQS waits for a batch to fill up; more than ten messages come only with it.
        """
        self.function.add_event_source(
            event_sources.SqsEventSource(
                source.queue,
                batch_size=batch_size,
                max_batching_window=gathers_for,
                max_concurrency=concurrency,
                report_batch_item_failures=True,
            )
        )


class Runtime(Construct):
    """All functions, with the layers that they share."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        target: Target,
        storage: Storage,
        messaging: Messaging,
        mail: Mail,
        secret_prefix: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.deployment = deployment
        self.target = target
        self.architecture = lambda_.Architecture.ARM_64 if target.arm else lambda_.Architecture.X86_64
        self.layers = self._layers()
        self.environment = self._embedded_environment() if target.embedded else {}

        table = storage.table.table_arn
        due_index, message_index = f"{table}/index/{DUE_INDEX}", f"{table}/index/{MESSAGE_INDEX}"
        in_table = {"TABLE_NAME": storage.table.table_name}
        outbox = {
            "SMS_QUEUE_URL": messaging.sms.queue.queue_url,
            "EMAIL_QUEUE_URL": messaging.email.queue.queue_url,
            "LETTER_QUEUE_URL": messaging.letter.queue.queue_url,
        }
        in_bucket = {"BUCKET_NAME": storage.bucket.bucket_name}

        self.receive_invoices = Function(
            self,
            "receive_invoices",
            memory_mb=1024,
            timeout=Duration.seconds(29),  # the HTTP API itself gives up after 30
            environment={**in_table, "WEBHOOK_SECRET_PREFIX": secret_prefix},
        )
        self.receive_invoices.allow(table, *READ, *WRITE, *INSERT)
        self.receive_invoices.allow(
            Stack.of(self).format_arn(
                service="secretsmanager",
                resource="secret",
                resource_name=f"{secret_prefix}*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            "secretsmanager:GetSecretValue",
        )

        self.import_invoices = Function(
            self,
            "import_invoices",
            memory_mb=1024,
            timeout=messaging.imports.timing.work,
            environment={
                **in_table,
                **in_bucket,
                "IMPORTS_QUEUE_URL": messaging.imports.queue.queue_url,
            },
        )
        self.import_invoices.allow(table, *READ, *WRITE, *INSERT)
        self.import_invoices.allow(due_index, "dynamodb:Query")
        self.import_invoices.allow(storage.bucket.bucket_arn, "s3:ListBucket")
        self.import_invoices.allow([storage.bucket.arn_for_objects(f"{prefix}*") for prefix in ARRIVALS], *READ_FILES)
        self.import_invoices.allow([storage.bucket.arn_for_objects(f"{prefix}*") for prefix in WRITTEN], *WRITE_FILES)
        self.import_invoices.send_to(messaging.imports)
        self.import_invoices.consume(messaging.imports, batch_size=1, concurrency=10)

        self.start_plans = Function(
            self,
            "start_plans",
            memory_mb=512,
            timeout=Duration.minutes(1),
            environment={**in_table, "PLANS_QUEUE_URL": messaging.plans.queue.queue_url},
        )
        self.start_plans.allow(table, *READ, *WRITE)
        self.start_plans.send_to(messaging.plans)

        self.plan_reminders = self._plan_reminders(storage, messaging, {**in_table, **in_bucket, **outbox})

        self.send_reminder = Function(
            self,
            "send_reminder",
            memory_mb=512,
            timeout=messaging.sms.timing.work,
            environment={
                **in_table,
                **in_bucket,
                **outbox,
                "SES_CONFIGURATION_SET": mail.configuration_set.configuration_set_name,
                "SES_MESSAGES_PER_SECOND": f"{deployment.email.messages_per_second:g}",
                "SMS_PARTS_PER_SECOND": f"{deployment.sms.parts_per_second:g}",
                "SENDER_CONCURRENCY": str(deployment.sender_concurrency),
                "SMS_MAX_PRICE_USD": deployment.sms.max_price_usd,
            },
        )
        # Takes its claim back where certainly nothing was sent.
        self.send_reminder.allow(table, *READ, *WRITE, "dynamodb:DeleteItem")
        self.send_reminder.allow(storage.bucket.arn_for_objects(f"{LETTERS}*"), *READ_FILES)
        self.send_reminder.send_to(messaging.sms, messaging.email, messaging.letter)
        mail.allow_sending(self.send_reminder.role)
        allow_sms(self.send_reminder.role)
        self.send_reminder.consume(messaging.sms, batch_size=10, concurrency=deployment.sender_concurrency)
        self.send_reminder.consume(messaging.email, batch_size=10, concurrency=deployment.sender_concurrency)

        self.make_letters = self._make_letters(storage, messaging, {**in_table, **in_bucket, **outbox})

        self.sweep_reminders = self._sweep_reminders(storage, {**in_table, **in_bucket})
        self.forget_people = self._forget_people(storage, {**in_table, **in_bucket})

        self.forward_delivery_logs = Function(
            self,
            "forward_delivery_logs",
            memory_mb=256,
            timeout=Duration.seconds(30),
            environment={"RECEIPTS_QUEUE_URL": messaging.receipts.queue.queue_url},
            dead_letters=messaging.lost_delivery_logs,
        )
        self.forward_delivery_logs.send_to(messaging.receipts)

        self.record_receipt = Function(
            self,
            "record_receipt",
            memory_mb=512,
            timeout=messaging.receipts.timing.work,
            environment={**in_table, **outbox, "RECEIPTS_QUEUE_URL": messaging.receipts.queue.queue_url},
        )
        self.record_receipt.allow(table, *READ, *WRITE)
        self.record_receipt.allow(message_index, "dynamodb:Query")
        self.record_receipt.send_to(messaging.sms, messaging.email, messaging.letter, messaging.receipts)
        # The bounce brake counts each batch by one write for each creditor.
        self.record_receipt.consume(messaging.receipts, batch_size=50, concurrency=10, gathers_for=Duration.seconds(5))

        self.all = (
            self.receive_invoices,
            self.import_invoices,
            self.start_plans,
            self.plan_reminders,
            self.send_reminder,
            self.make_letters,
            self.sweep_reminders,
            self.forget_people,
            self.forward_delivery_logs,
            self.record_receipt,
        )
        self._acknowledge(secret_prefix, storage)

    def _plan_reminders(self, storage: Storage, messaging: Messaging, environment: dict[str, str]) -> Function:
        function = Function(
            self, "plan_reminders", memory_mb=1024, timeout=messaging.plans.timing.work, environment=environment
        )
        function.allow(storage.table.table_arn, *READ, *WRITE)
        function.allow(f"{storage.table.table_arn}/index/{DUE_INDEX}", "dynamodb:Query")
        function.allow(storage.bucket.arn_for_objects(f"{MANIFESTS}*"), "s3:PutObject")
        function.send_to(messaging.sms, messaging.email, messaging.letter)
        function.consume(messaging.plans, batch_size=1, concurrency=10)
        return function

    def _make_letters(self, storage: Storage, messaging: Messaging, environment: dict[str, str]) -> Function:
        function = Function(
            self,
            "make_letters",
            memory_mb=1024,  # a processor of its own for the typesetter, and room for a batch of a thousand letters
            timeout=messaging.letter.timing.work,
            environment=environment,
            layers=[self._layer("Letters", bundling.letters_layer(self.target))],
        )
        # Takes its claim back where certainly nothing was kept.
        function.allow(storage.table.table_arn, *READ, *WRITE, "dynamodb:DeleteItem")
        function.allow(storage.bucket.arn_for_objects(f"{LETTERS}*"), *KEEP_FILES)
        function.send_to(messaging.sms, messaging.email, messaging.letter)
        function.consume(messaging.letter, batch_size=10, concurrency=LETTER_CONCURRENCY)
        return function

    def _sweep_reminders(self, storage: Storage, environment: dict[str, str]) -> Function:
        function = Function(self, "sweep_reminders", memory_mb=1024, timeout=LONGEST, environment=environment)
        # Writes what it found, and nothing else.
        function.allow(storage.table.table_arn, *READ, "dynamodb:PutItem")
        function.allow(f"{storage.table.table_arn}/index/{DUE_INDEX}", "dynamodb:Query")
        function.allow(storage.bucket.bucket_arn, "s3:ListBucket")
        function.allow(storage.bucket.arn_for_objects(f"{MANIFESTS}*"), *READ_FILES)
        return function

    def _forget_people(self, storage: Storage, environment: dict[str, str]) -> Function:
        function = Function(self, "forget_people", memory_mb=1024, timeout=LONGEST, environment=environment)
        function.allow(storage.table.table_arn, *READ, *WRITE, "dynamodb:DeleteItem")
        function.allow(f"{storage.table.table_arn}/index/{RETENTION_INDEX}", "dynamodb:Query")
        function.allow(storage.bucket.bucket_arn, "s3:ListBucket")
        function.allow(storage.bucket.arn_for_objects(f"{MANIFESTS}*"), *READ_FILES)
        function.allow(storage.bucket.arn_for_objects(f"{LETTERS}*"), "s3:DeleteObject")
        return function

    def _layers(self) -> list[lambda_.ILayerVersion]:
        packages = (bundling.core_layer(self.target), bundling.dependencies_layer(self.target))
        return [self._layer(name, package) for name, package in zip(("Core", "Dependencies"), packages, strict=True)]

    def _layer(self, name: str, package: Path) -> lambda_.ILayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=lambda_.Code.from_asset(str(package), asset_hash=package.stem),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[self.architecture],
        )

    def _embedded_environment(self) -> dict[str, str]:
        """What is known only when the embedded default starts, so that the template need not be written anew."""
        return {
            "CLOCK_FILE": CfnParameter(
                Stack.of(self),
                "ClockFile",
                description="File with an offset in seconds that is added to the real time.",
            ).value_as_string,
            "AWS_ENDPOINT_URL_DYNAMODB": CfnParameter(
                Stack.of(self), "TableEndpoint", description="Where the table is served."
            ).value_as_string,
        }

    def _acknowledge(self, secret_prefix: str, storage: Storage) -> None:
        """Accept the findings of cdk-nag that are meant to be so; each wildcard is named."""
        account = self.deployment.account or "<AWS::AccountId>"
        for each in self.all:
            accept(
                each.function,
                "L1",
                f"{RUNTIME.name} is what the layers are locked, compiled and tested for; it changes with them.",
            )
        accept_wildcards(
            self.receive_invoices.role,
            "Each creditor has a secret of its own below this prefix, made after the stack is deployed.",
            f"arn:aws:secretsmanager:{self.deployment.region}:{account}:secret:{secret_prefix}*",
        )
        bucket = Stack.of(self).get_logical_id(cast("CfnElement", storage.bucket.node.default_child))
        accept_wildcards(
            self.import_invoices.role,
            "The names of files are chosen by whoever brings them; the function is held to its prefixes.",
            *(f"<{bucket}.Arn>/{prefix}*" for prefix in (*ARRIVALS, *WRITTEN)),
        )
        for each in (self.send_reminder, self.make_letters):
            accept_wildcards(
                each.role,
                "Each letter is a file of its own, named by what it is; the functions are held to the letters' prefix.",
                f"<{bucket}.Arn>/{LETTERS}*",
            )
        for each in (self.plan_reminders, self.sweep_reminders):
            accept_wildcards(
                each.role,
                "Each part of a day's manifest is a file of its own; the functions are held to the manifests' prefix.",
                f"<{bucket}.Arn>/{MANIFESTS}*",
            )
        accept_wildcards(
            self.forget_people.role,
            "Each manifest and each letter is a file of its own; the function may read the ones and delete the others.",
            *(f"<{bucket}.Arn>/{prefix}*" for prefix in (MANIFESTS, LETTERS)),
        )
        if self.deployment.tracing:
            for each in self.all:
                accept_wildcards(each.role, "X-Ray has no resources to name.", "*")
