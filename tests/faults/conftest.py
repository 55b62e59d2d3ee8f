"""One dynoxide for all tests of faults, and the clients of three processes: one with a fate, and two rivals."""

import time
from types import SimpleNamespace

import pytest

from tests.contract.conftest import REGION, dynoxide
from tests.faults.wire import Wire

__all__ = ["dynoxide"]

SERVICES = ("SQS", "SNS", "SESV2", "S3", "SECRETS_MANAGER")


@pytest.fixture(scope="session")
def wires(dynoxide: str) -> tuple[Wire, Wire, Wire]:
    """The clients of three processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynoxide)
        for service in SERVICES:  # nothing listens there: `Outside` answers
            patch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:9/{service.lower()}")
        made = Wire(), Wire(), Wire()
        for wire in made:
            wire.make()
    return made


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither botocore nor the adapters sleep between attempts; business time is the journey's own."""
    for module in (
        "botocore.endpoint",
        "upominek.adapters.aws.client.backoff",
        "upominek.adapters.carriers.at_most_once",
    ):
        monkeypatch.setattr(f"{module}.time", SimpleNamespace(**{**vars(time), "sleep": lambda _: None}))
