"""The stack that a command works on: the embedded one, or a deployed one by its CloudFormation outputs."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cli.printing import fail
from local.outputs import as_settings
from upominek.bootstrap import Application
from upominek.settings import load


@dataclass(frozen=True)
class Target:
    """One stack and the application on top of it.

    Attributes:
        outputs: the stack's outputs, by name.
        is_embedded: whether it runs on this machine, with a clock that can be moved.
    """

    name: str
    outputs: dict[str, str]
    is_embedded: bool
    clock_file: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def application(self) -> Application:
        """Use cases and ports, run by this process with the caller's own credentials."""
        settings = load(environment=as_settings(self.outputs))
        return Application(replace(settings, clock_file=self.clock_file, prices_file=load().prices_file))

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 clients share no type
        """A client for services that the application itself has no use for, made once."""
        import boto3

        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]
        return self._clients[service]


def find_target(stack: str | None, *, as_json: bool = False) -> Target:
    """The stack of that name in the caller's AWS account and region, or the embedded one when no name is given."""
    if stack is None:
        return _embedded(as_json=as_json)
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        fail(f"stack {stack} cannot be read: {error}", as_json=as_json)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    if "TableName" not in outputs:
        fail(f"stack {stack} is not a stack of this product: it has no output TableName", as_json=as_json)
    return Target(stack, outputs, is_embedded=False)


def _embedded(*, as_json: bool) -> Target:
    from local.stack import embedded

    running = embedded.attach()
    if running is None:
        fail(
            "the embedded stack is not running: start it with `upominek up`, or name one with --stack", as_json=as_json
        )
    running.use_in_this_process()
    return Target(running.stack, dict(running.outputs), is_embedded=True, clock_file=str(running.clock_file))
