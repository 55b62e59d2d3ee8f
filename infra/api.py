"""The front door: the webhook of invoicing systems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.findings import accept
from infra.logs import log_group

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from infra.environments import Deployment

PATH = "/webhooks/{creditor}"
# Nothing of the body, and no header: what a request brought is told by the import's own record.
LOGGED = (
    "requestId",
    "requestTime",
    "httpMethod",
    "path",
    "status",
    "responseLatency",
    "integrationErrorMessage",
    "identity.sourceIp",
)


class Api(Construct):
    """An HTTP API with one route, throttled, whose log holds no bodies and no signatures."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, receiver: lambda_.IFunction
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigatewayv2.HttpApi(self, "Api", create_default_stage=False)
        for route in self.api.add_routes(
            path=PATH,
            methods=[apigatewayv2.HttpMethod.POST],
            integration=integrations.HttpLambdaIntegration("ReceiveInvoices", receiver),
        ):
            accept(
                route,
                "APIG4",
                "Each request is signed over its body (Standard Webhooks), which an authorizer of an HTTP API does not "
                "see; the function checks the signature before it reads anything.",
            )
        self.stage = apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=deployment.webhook.requests_per_second, burst_limit=deployment.webhook.burst
            ),
        )
        self.access_log = log_group(self, "AccessLog", days=deployment.retention.log_days)
        resource = cast("apigatewayv2.CfnStage", self.stage.node.default_child)
        resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=self.access_log.log_group_arn,
            format=json.dumps({name: f"$context.{name}" for name in LOGGED}),
        )
        self.webhook_url = f"{self.api.api_endpoint}{PATH.removesuffix('/{creditor}')}"
