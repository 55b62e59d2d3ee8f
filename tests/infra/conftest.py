"""The two templates, synthesised once: a later run finds them in `build/` as long as their sources are the same."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise
from infra.bundling import BUILD, ROOT
from infra.environments import AWS, EMBEDDED, EMBEDDED_DEPLOYMENT, read_deployment


@dataclass(frozen=True)
class Template:
    """A synthesised template, with what a test asks of it."""

    folder: Path
    body: dict[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties of all resources of this type, by logical id."""
        return {name: each.get("Properties", {}) for name, each in self.resources.items() if each["Type"] == kind}

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        return self.body["Resources"]

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Our functions by the name of their folder; those that CDK brings along are not among them."""
        return {
            each["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: {**each, "LogicalId": name}
            for name, each in self.of_type("AWS::Lambda::Function").items()
            if "Environment" in each
        }


def _read(template: Path) -> Template:
    return Template(template.parent, json.loads(template.read_text()))


@pytest.fixture(scope="session")
def outdir() -> Path:
    # Parallel workers of pytest would write into each other's folder.
    return BUILD / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def aws(outdir: Path) -> Template:
    """What `deployments/example.yaml` brings into an AWS account."""
    return _read(synthesise(read_deployment(ROOT / "deployments" / "example.yaml"), AWS, outdir / "aws"))


@pytest.fixture(scope="session")
def embedded(outdir: Path) -> Template:
    """What the embedded default deploys."""
    return _read(synthesise(EMBEDDED_DEPLOYMENT, EMBEDDED, outdir / "embedded"))


@pytest.fixture(params=["aws", "embedded"])
def template(request: pytest.FixtureRequest) -> Template:
    """Either of the two."""
    return request.getfixturevalue(request.param)
