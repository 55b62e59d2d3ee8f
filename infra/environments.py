"""What may differ between two deployments, and how a deployment's file is read."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

# What CloudWatch Logs accepts; other numbers are refused by AWS only when deploying.
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827]
DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"

# The longest that a creditor may keep texts (365 days) and a reminder may live (14), and some nights to redact it.
LEAST_MANIFEST_DAYS = 390


class UnusableDeployment(ValueError):
    """The file does not describe a deployment; the text says which line of it and why."""


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        message = f"{name!r} is no time zone of the IANA list"
        raise ValueError(message)
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Section):
    """Sending through SES."""

    identities: Annotated[
        tuple[Annotated[str, Field(pattern=rf"^(?:[a-z0-9._+-]+@)?{DOMAIN}$")], ...], Field(min_length=1)
    ]
    create_identities: bool = True
    messages_per_second: Annotated[float, Field(gt=0, le=10_000)] = 14
    # SQS delays a message by a quarter of an hour at most.
    delivery_wait_seconds: Annotated[int, Field(ge=0, le=900)] = 600


class Sms(_Section):
    """Sending through SNS."""

    parts_per_second: Annotated[float, Field(gt=0, le=10_000)] = 20
    max_price_usd: Annotated[str, Field(pattern=r"^\d{1,2}\.\d{2,5}$")] = "0.50"
    monthly_spend_limit_usd: Annotated[int, Field(ge=1)] = 1
    owns_account_settings: bool = True


class Webhook(_Section):
    """Throttling at the front door."""

    requests_per_second: Annotated[int, Field(ge=1)] = 50
    burst: Annotated[int, Field(ge=1)] = 100


class Retention(_Section):
    """How long logs and files are kept."""

    log_days: RetentionDays = 90
    delivery_log_days: RetentionDays = 14
    file_days: Annotated[int, Field(ge=1)] = 90
    # Six years, the longest limitation of an ordinary claim (art. 118 KC): so long a letter may have to prove things.
    letter_days: Annotated[int, Field(ge=1)] = 2192
    # The nightly redaction finds messages by their day's manifest, so manifests must outlive every creditor's texts.
    manifest_days: Annotated[int, Field(ge=LEAST_MANIFEST_DAYS)] = 400


class Deployment(_Section):
    """One deployment, as `deployments/example.yaml` explains it."""

    stack: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,39}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "eu-central-1"
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    alarm_email: EmailStr
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = "Europe/Warsaw"
    email: Email
    sms: Sms = Sms()
    # SQS event sources take at least 2.
    sender_concurrency: Annotated[int, Field(ge=2, le=1000)] = 3
    webhook: Webhook = Webhook()
    retention: Retention = Retention()
    tracing: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where the functions run: decides how they are packaged, and which resources make sense there.

    Attributes:
        python: version of the interpreter that will import the packages.
        wheels: platform of compiled libraries, as `uv pip install --python-platform` names it; None is this machine.
        arm: whether functions run on arm64.
        embedded: whether this is ministack on a developer's machine. Such a stack keeps no data when deleted, may have
            its clock moved, and leaves out what acts on a real AWS account.
    """

    python: str
    wheels: str | None
    arm: bool
    embedded: bool


# Lambda's python3.13 is Amazon Linux 2023 with glibc 2.34.
AWS = Target(python="3.13", wheels="aarch64-manylinux_2_28", arm=True, embedded=False)
EMBEDDED = Target(
    python=f"{sys.version_info.major}.{sys.version_info.minor}",
    wheels=None,
    arm=platform.machine() in {"arm64", "aarch64"},
    embedded=True,
)

# Nothing slows the carriers of the embedded default down, so its rates are those of a large account.
EMBEDDED_DEPLOYMENT = Deployment(
    stack="upominek",
    alarm_email="alarm@example.com",
    email=Email(identities=("example.com",), messages_per_second=500, delivery_wait_seconds=5),
    sms=Sms(parts_per_second=500),
    webhook=Webhook(requests_per_second=1000, burst=1000),
)


def read_deployment(path: Path) -> Deployment:
    """Read a deployment's file.

    Raises:
        UnusableDeployment: with the file, and for each fault the setting and what is wrong with it.
    """
    try:
        return Deployment.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except OSError as error:
        raise UnusableDeployment(f"{path}: {error.strerror}. Copy deployments/example.yaml to start with.") from error
    except yaml.YAMLError as error:
        raise UnusableDeployment(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        faults = [
            f"  {'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']} (found: {fault['input']!r})"
            for fault in error.errors()
        ]
        raise UnusableDeployment("\n".join([f"{path} cannot be used:", *faults])) from error
