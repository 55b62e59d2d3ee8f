"""The front door: the routes that the rows of `infra/functions.py` name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.findings import accept
from infra.functions import WEBHOOKS
from infra.logs import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.environments import Deployment
    from infra.rows import Route
    from infra.runtime import DeployedFunction

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
    """An HTTP API, throttled, whose log holds no bodies and no signatures."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, functions: Sequence[DeployedFunction]
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigatewayv2.HttpApi(self, "Api", create_default_stage=False)
        for each in functions:
            for row in each.row.routes:
                self._route(each, row)
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
        self.webhook_url = f"{self.api.api_endpoint}{WEBHOOKS}"

    def _route(self, called: DeployedFunction, row: Route) -> None:
        for route in self.api.add_routes(
            path=row.path,
            methods=[apigatewayv2.HttpMethod(row.method)],
            integration=integrations.HttpLambdaIntegration(called.row.name, called.function),
        ):
            accept(route, "APIG4", row.why_no_authorizer)
