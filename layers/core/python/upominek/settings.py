"""Settings, read once from the environment when a process starts; a missing one fails with its name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

NEEDS: dict[str, tuple[str, ...]] = {
    "receive_invoices": ("TABLE_NAME", "WEBHOOK_SECRET_PREFIX"),
    "import_invoices": ("TABLE_NAME", "BUCKET_NAME", "IMPORTS_QUEUE_URL"),
    "start_plans": ("TABLE_NAME", "PLANS_QUEUE_URL"),
    "plan_reminders": ("TABLE_NAME", "BUCKET_NAME", "SMS_QUEUE_URL", "EMAIL_QUEUE_URL", "LETTER_QUEUE_URL"),
    "send_reminder": (
        "TABLE_NAME",
        "BUCKET_NAME",
        "SMS_QUEUE_URL",
        "EMAIL_QUEUE_URL",
        "LETTER_QUEUE_URL",
        "SES_CONFIGURATION_SET",
        "SES_MESSAGES_PER_SECOND",
        "SMS_PARTS_PER_SECOND",
        "SENDER_CONCURRENCY",
        "SMS_MAX_PRICE_USD",
    ),
    "make_letters": ("TABLE_NAME", "BUCKET_NAME", "SMS_QUEUE_URL", "EMAIL_QUEUE_URL", "LETTER_QUEUE_URL"),
    "sweep_reminders": ("TABLE_NAME", "BUCKET_NAME"),
    "forget_people": ("TABLE_NAME", "BUCKET_NAME"),
    "forward_delivery_logs": ("RECEIPTS_QUEUE_URL",),
    "record_receipt": (
        "TABLE_NAME",
        "SMS_QUEUE_URL",
        "EMAIL_QUEUE_URL",
        "LETTER_QUEUE_URL",
        "RECEIPTS_QUEUE_URL",
        "DELIVERY_WAIT_SECONDS",
    ),
}
"""Which settings each function needs, by its folder's name.

The stack tells a function where to find what its row in `infra/functions.py` lets it touch; a test compares the two.

`CLOCK_FILE` comes on top in the embedded default, and only there.
"""


class MissingSettingError(RuntimeError):
    """The environment lacks a setting that this process needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is the environment variable of the same name in capitals; None where this process has no need of it.

    Attributes:
        ses_messages_per_second, sms_parts_per_second: what the whole account may send; each of `sender_concurrency`
            workers of a lane takes its share.
        delivery_wait_seconds: how long a delivery has its time to come after a notice of absence.
        sms_max_price_usd: SNS refuses an SMS dearer than this.
        clock_file: file with an offset in seconds that is added to the real time.
        prices_file: expected prices of messages instead of the shipped ones; only plans and previews look at them.
    """

    table_name: str | None = None
    bucket_name: str | None = None
    imports_queue_url: str | None = None
    plans_queue_url: str | None = None
    sms_queue_url: str | None = None
    email_queue_url: str | None = None
    letter_queue_url: str | None = None
    receipts_queue_url: str | None = None
    webhook_secret_prefix: str | None = None
    ses_configuration_set: str | None = None
    ses_messages_per_second: float = 1.0
    sms_parts_per_second: float = 1.0
    sender_concurrency: int = 2
    sms_max_price_usd: str | None = None
    delivery_wait_seconds: int = 600
    clock_file: str | None = None
    prices_file: str | None = None


def as_environment(outputs: Mapping[str, str]) -> dict[str, str]:
    """A stack's outputs by the names of settings: `TableName` is TABLE_NAME. Not each of them is a setting."""
    import re  # noqa: PLC0415 - functions read the environment instead

    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", output).upper(): value for output, value in outputs.items()}


def of_outputs(outputs: Mapping[str, str], *, clock_file: str | None, prices_file: str | None) -> Settings:
    """The settings for a process that works on a stack from outside: the stack's outputs are named as settings are."""
    named, known = as_environment(outputs), (one.name for one in fields(Settings))
    given: dict[str, Any] = {name: named[name.upper()] for name in known if name.upper() in named}
    return Settings(**given, clock_file=clock_file, prices_file=prices_file)


_CONVERTERS = {
    "ses_messages_per_second": float,
    "sms_parts_per_second": float,
    "sender_concurrency": int,
    "delivery_wait_seconds": int,
}


def of_aws(name: str) -> str | None:
    """What the environment says in one of the variables that all of AWS's SDKs read, such as `AWS_REGION`."""
    return os.environ.get(name) or None


def load(function: str | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment.

    Args:
        function: folder name of the function whose `NEEDS` must be there; None demands nothing.
        environment: instead of the process's own.

    Raises:
        MissingSettingError: names everything that is missing.
        KeyError: `NEEDS` does not know the function.
    """
    source = os.environ if environment is None else environment
    missing = [name for name in (NEEDS[function] if function else ()) if not source.get(name)]
    if missing:
        message = f"{function} cannot start: the environment lacks {', '.join(missing)}"
        raise MissingSettingError(message)
    given = {one.name: source[name] for one in fields(Settings) if source.get(name := one.name.upper())}
    return Settings(**{name: _CONVERTERS.get(name, str)(value) for name, value in given.items()})
