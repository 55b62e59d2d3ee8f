"""The functions: what each runs on, is told, is woken by and may touch, as its row in `infra/functions.py` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, CfnParameter, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from infra import bundling
from infra.findings import accept, accept_wildcards
from infra.functions import FUNCTIONS, RECEIPTS
from infra.logs import log_group
from infra.sms import allow_sms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aws_cdk import CfnElement
    from aws_cdk import aws_sqs as sqs

    from infra.environments import Deployment, Target
    from infra.mail import Mail
    from infra.messaging import Messaging
    from infra.rows import Function
    from infra.storage import Storage

RUNTIME = lambda_.Runtime.PYTHON_3_13
METRICS_NAMESPACE = "Upominek"
# Layers that only some functions have, by their name in a row.
OWN_LAYERS = {"Letters": bundling.letters_layer}


class DeployedFunction(Construct):
    """One function with a role and a log group of its own, so that it can touch nothing but what is granted to it."""

    def __init__(
        self,
        runtime: Runtime,
        row: Function,
        *,
        environment: dict[str, str],
        layers: Sequence[lambda_.ILayerVersion],
        dead_letters: sqs.IQueue | None,
    ) -> None:
        super().__init__(runtime, row.name)
        self.row = row
        self.log_group = log_group(self, "Logs", days=runtime.deployment.retention.log_days)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # The managed policy would allow writing to every log group of the account.
        self.allow([self.log_group.log_group_arn], "logs:CreateLogStream", "logs:PutLogEvents")
        package = bundling.function_package(row.folder, runtime.target)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=runtime.architecture,
            handler="handler.handler",
            code=lambda_.Code.from_asset(str(package), asset_hash=package.stem),
            layers=layers,
            role=self.role,
            log_group=self.log_group,
            memory_size=row.memory_mb,
            timeout=Duration.seconds(row.timeout_seconds),
            tracing=lambda_.Tracing.ACTIVE if runtime.deployment.tracing else lambda_.Tracing.DISABLED,
            dead_letter_queue=dead_letters,
            environment={
                **environment,
                "POWERTOOLS_SERVICE_NAME": row.folder,
                "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )
        accept(
            self.function,
            "L1",
            f"{RUNTIME.name} is what the layers are locked, compiled and tested for; it changes with them.",
        )
        if runtime.deployment.tracing:
            accept_wildcards(self.role, "X-Ray has no resources to name.", "*")

    def allow(self, resources: Sequence[str], *actions: str) -> None:
        """Grant the function these actions on each of the resources."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))


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
        self._storage, self._messaging, self._mail, self._secret_prefix = storage, messaging, mail, secret_prefix
        self._layers = [
            self._layer("Core", bundling.core_layer(target)),
            self._layer("Dependencies", bundling.dependencies_layer(target)),
        ]
        self._own_layers = {name: self._layer(name, package(target)) for name, package in OWN_LAYERS.items()}
        self._embedded = self._embedded_environment() if target.embedded else {}
        self.functions = {row.folder: self._function(row) for row in FUNCTIONS}

    def _function(self, row: Function) -> DeployedFunction:
        function = DeployedFunction(
            self,
            row,
            environment=self._environment(row),
            layers=[*self._layers, *(self._own_layers[name] for name in row.layers)],
            # Nobody else keeps what Lambda was handed without waiting for an answer.
            dead_letters=self._messaging.lost_delivery_logs if row.takes_delivery_logs else None,
        )
        self._allow_storage(function)
        self._allow_sending(function)
        self._feed(function)
        return function

    def _environment(self, row: Function) -> dict[str, str]:
        """Whatever a function may touch, it is told where that is."""
        told = dict(self._embedded)
        if row.table:
            told["TABLE_NAME"] = self._storage.table.table_name
        if row.files:
            told["BUCKET_NAME"] = self._storage.bucket.bucket_name
        if row.reads_secrets:
            told["WEBHOOK_SECRET_PREFIX"] = self._secret_prefix
        for queue in row.sends_to:
            told[queue.setting] = self._messaging.queues[queue].queue.queue_url
        if row.sends_email:
            told["SES_CONFIGURATION_SET"] = self._mail.configuration_set.configuration_set_name
            told["SES_MESSAGES_PER_SECOND"] = f"{self.deployment.email.messages_per_second:g}"
        if row.sends_sms:
            told["SMS_PARTS_PER_SECOND"] = f"{self.deployment.sms.parts_per_second:g}"
            told["SMS_MAX_PRICE_USD"] = self.deployment.sms.max_price_usd
        if any(each.queue == RECEIPTS for each in row.batches):
            told["DELIVERY_WAIT_SECONDS"] = str(self.deployment.email.delivery_wait_seconds)
        if row.sends_email or row.sends_sms:
            told["SENDER_CONCURRENCY"] = str(self.deployment.sender_concurrency)
        return told

    def _allow_storage(self, function: DeployedFunction) -> None:
        row, table, bucket = function.row, self._storage.table, self._storage.bucket
        if row.table:
            function.allow([table.table_arn], *row.table)
        for index in row.indexes:
            function.allow([f"{table.table_arn}/index/{index}"], "dynamodb:Query")
        if row.lists_files:
            function.allow([bucket.bucket_arn], "s3:ListBucket")
        bucket_id = Stack.of(self).get_logical_id(cast("CfnElement", bucket.node.default_child))
        for files in row.files:
            function.allow([bucket.arn_for_objects(f"{prefix}*") for prefix in files.prefixes], *files.actions)
            accept_wildcards(
                function.role, row.why_wildcards, *(f"<{bucket_id}.Arn>/{prefix}*" for prefix in files.prefixes)
            )
        if row.reads_secrets:
            self._allow_secrets(function)

    def _allow_secrets(self, function: DeployedFunction) -> None:
        secrets = Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{self._secret_prefix}*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        function.allow([secrets], "secretsmanager:GetSecretValue")
        region, account = self.deployment.region, self.deployment.account or "<AWS::AccountId>"
        accept_wildcards(
            function.role,
            function.row.why_wildcards,
            f"arn:aws:secretsmanager:{region}:{account}:secret:{self._secret_prefix}*",
        )

    def _allow_sending(self, function: DeployedFunction) -> None:
        row = function.row
        if row.sends_to:
            function.allow([self._messaging.queues[each].queue.queue_arn for each in row.sends_to], "sqs:SendMessage")
        if row.sends_email:
            self._mail.allow_sending(function.role)
        if row.sends_sms:
            allow_sms(function.role)

    def _feed(self, function: DeployedFunction) -> None:
        """Wake the function with the messages of its queues; only those that it reports as failed come again."""
        for each in function.row.batches:
            function.function.add_event_source(
                event_sources.SqsEventSource(
                    self._messaging.queues[each.queue].queue,
                    batch_size=each.size,
                    max_batching_window=None
                    if each.gathers_seconds is None
                    else Duration.seconds(each.gathers_seconds),
                    max_concurrency=each.concurrency or self.deployment.sender_concurrency,
                    report_batch_item_failures=True,
                )
            )

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
