"""What a row of `infra/functions.py` can say, in the words that it is written in.

Nothing here knows CDK: the rows are plain values, and reading them costs nothing. `storage` and `messaging` make what
functions share, `runtime` the functions, `api`, `schedules` and `sms` what wakes them, `monitoring` their alarms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# The same names stand in upominek.adapters.aws.table.keys; a test compares the two.
DUE_INDEX = "due"
OPEN_INDEX = "open"
AGENDA_INDEX = "agenda"
MESSAGE_INDEX = "message"
RETENTION_INDEX = "retention"

# Prefixes of the bucket: what comes in, what the import writes, and what may have to prove something for years.
ARRIVALS = ("incoming/", "snapshot/")
WRITTEN = ("work/", "rejected/", "remarks/", "reports/")
LETTERS = "letters/"
MANIFESTS = "manifests/"

# What may be done with the table.
READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
PUT = ("dynamodb:PutItem",)
# A transaction needs the permissions of what it consists of.
WRITE = (*PUT, "dynamodb:UpdateItem")
DELETE = ("dynamodb:DeleteItem",)
# New cases and invoices go in by many at a time, each on condition that it is new.
INSERT = ("dynamodb:PartiQLInsert",)

# What may be done with files.
READ_FILES = ("s3:GetObject",)
WRITE_FILES = ("s3:PutObject",)
DELETE_FILES = ("s3:DeleteObject",)
# Large files are written in parts, and given up where they break off.
REPLACE_FILES = (*READ_FILES, *WRITE_FILES, *DELETE_FILES, "s3:AbortMultipartUpload")

# What Lambda gives at most.
LONGEST_SECONDS = 900
# SQS event sources take at least 2.
LEAST_CONCURRENCY = 2

Layer = Literal["Letters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue between functions, with a dead-letter queue beside it.

    Attributes:
        name: in the stack's outputs `<Name>QueueUrl` and `<Name>DeadLetterQueueUrl`.
        alarm_age_minutes: an alarm rings when the oldest message is older than that.
        announces: prefixes of the bucket; a new file under one of them is a message here.
    """

    name: str
    alarm_age_minutes: int
    announces: tuple[str, ...] = ()

    @property
    def setting(self) -> str:
        """The setting that tells a function where the queue is."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name)
        return f"{words.upper()}_QUEUE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Messages of a queue wake the function; only those that it reports as failed come again.

    Attributes:
        size: messages in a batch, at most.
        concurrency: batches at the same time, at most; None is the deployment's `sender_concurrency`.
        gathers_seconds: how long SQS waits for a batch to fill up; more than ten messages come only with it.
    """

    queue: Queue
    size: int
    concurrency: int | None
    gathers_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The clock wakes the function, by the deployment's local time.

    Attributes:
        name: of the schedule in the template; another name is another schedule.
        does: what the call is for, for whoever looks at it in the console.
        at: expression of EventBridge Scheduler, such as `cron(20 * * * ? *)`.
        retried_seconds: how long a call that fails is repeated; what the next call makes up for needs no longer.
        says: JSON that the function gets as its event, instead of the Scheduler's own.
    """

    name: str
    does: str
    at: str
    retried_seconds: int
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Requests to the HTTP API wake the function.

    Attributes:
        method: `ANY` brings those to the function that no other route has, so that it can tell what is wrong.
        path: may have parameters in braces; `{proxy+}` is whatever is left. It is logged, so nothing secret belongs
            there.
        why_no_authorizer: reason for which the API itself lets everybody in.
    """

    method: Literal["GET", "POST", "ANY"]
    path: str
    why_no_authorizer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the function may do with the files under some prefixes."""

    prefixes: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureAlarm:
    """Rings when a call of the function failed within an hour."""

    name: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceAlarm:
    """Rings when no call of the function succeeded for so many hours.

    Attributes:
        counts: what the calls are called in the graph.
    """

    name: str
    means: str
    hours: int
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. What it may touch it is also told: nobody can grant a queue and forget its address.

    Attributes:
        folder: of its handler, below `functions/`.
        timeout_seconds: messages that it works on become visible again after twice that.
        takes_delivery_logs: SNS's delivery logs wake it.
        table: actions on the table; gives it TABLE_NAME.
        indexes: of the table, that it may query.
        files: gives it BUCKET_NAME.
        lists_files: may ask what there is in the bucket.
        reads_secrets: of webhooks; gives it WEBHOOK_SECRET_PREFIX.
        sends_to: queues that it may put messages on; gives it the `…_QUEUE_URL` of each.
        sends_email, sends_sms: give it what it must know of the account's limits.
        why_wildcards: reason for which its permissions on files or secrets end in a wildcard, for cdk-nag.
        layers: beside those that all functions have.
        is_called_by_people: the command line, or a test, calls it by the output `<Name>Function`.
        alarms: what wakes it tells of most failures: a queue by its age and its dead letters, the API by its errors.
            A schedule tells nothing.
    """

    folder: str
    memory_mb: int
    timeout_seconds: int
    # What wakes it.
    batches: tuple[Batches, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    routes: tuple[Route, ...] = ()
    takes_delivery_logs: bool = False
    # What it may touch.
    table: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    files: tuple[Files, ...] = ()
    lists_files: bool = False
    reads_secrets: bool = False
    sends_to: tuple[Queue, ...] = ()
    sends_email: bool = False
    sends_sms: bool = False
    why_wildcards: str = ""
    # What else it is.
    layers: tuple[Layer, ...] = ()
    is_called_by_people: bool = False
    alarms: tuple[FailureAlarm | SilenceAlarm, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the template."""
        return "".join(word.capitalize() for word in self.folder.split("_"))
