"""A deployed stack as a whole: what CloudFormation says of it, and its function that starts campaigns."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from upominek.adapters.aws.client.errors import error_code, translated
from upominek.domain.errors import NotFound, Unavailable


class CloudFormationStacks:
    """The stacks of the caller's account and region."""

    def __init__(self, cloudformation: Any) -> None:  # noqa: ANN401 - clients share no type
        self._cloudformation = cloudformation

    def outputs(self, stack: str) -> Mapping[str, str]:
        """What the stack says of itself."""
        try:
            described = self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if error_code(error) == "ValidationError":
                raise NotFound(
                    "stack_not_found", pl=f"Nie ma stosu {stack}.", en=f"There is no stack {stack}."
                ) from error
            raise Unavailable(f"the stack {stack}", str(error)) from error
        except BotoCoreError as error:
            raise Unavailable(f"the stack {stack}", str(error)) from error
        return {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}


class LambdaPlanStarter:
    """One function."""

    def __init__(self, functions: Any, name: str) -> None:  # noqa: ANN401 - clients share no type
        self._functions = functions
        self._name = name

    def start(self) -> Mapping[str, Any]:
        """Invoke it, and wait for its answer."""
        with translated("Invoke"):
            answer = self._functions.invoke(FunctionName=self._name, Payload=b"{}")
            payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise Unavailable("the start of campaigns", str(payload))
        return payload if isinstance(payload, dict) else {}
