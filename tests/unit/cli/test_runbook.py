"""Commands of the runbook: those of ours exist with their options, those of AWS are what its API takes."""

import re
import shlex

import botocore.session
import pytest
import typer
from botocore import xform_name

from cli.commands import app
from local.stack.deployment import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
QUOTED: list[str] = re.findall(r"`([^`\n]+)`", PAGE)
OURS = sorted({text for text in QUOTED if re.match(r"upominek [a-z]", text)})
AWS = sorted({call for text in QUOTED for call in re.findall(r"(?:^|\(|do )(aws [^;)|]+)", text)})
ELSEWHERE = {"output", "query"}
"""Options of the AWS command line itself."""


@pytest.mark.parametrize("command", OURS)
def test_ours_are_there_with_their_options(command: str) -> None:
    words = shlex.split(command)[1:]
    found = typer.main.get_command(app)
    while hasattr(found, "commands") and words and words[0] in found.commands:
        found = found.commands[words.pop(0)]
    assert not hasattr(found, "commands"), f"{command}: {words}"
    options = {name for one in found.params for name in one.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("command", AWS)
def test_those_of_aws_are_what_its_api_takes(command: str) -> None:
    _, service, operation, *words = shlex.split(command)
    if (service, operation) == ("logs", "tail"):  # the command line's own, made of several calls
        return
    model = botocore.session.get_session().get_service_model(service)
    if operation == "wait":
        waiters = botocore.session.get_session().get_waiter_model(service).waiter_names
        waiter = next(name for name in waiters if xform_name(name, "-") == words[0])
        operation = botocore.session.get_session().get_waiter_model(service).get_waiter(waiter).operation
        operation, words = xform_name(operation, "-"), words[1:]
    name = next(one for one in model.operation_names if xform_name(one, "-") == operation)
    shape = model.operation_model(name).input_shape
    members = {xform_name(member, "-") for member in shape.members} if shape else set()
    given = {word.removeprefix("--") for word in words if word.startswith("--")}
    assert {one.removeprefix("no-") for one in given} - ELSEWHERE <= members
    required = {xform_name(one, "-") for one in shape.required_members} if shape else set()
    assert required <= given | {"specification"}


def test_there_are_some_of_both() -> None:
    assert len(OURS) > 20
    assert len(AWS) > 10
