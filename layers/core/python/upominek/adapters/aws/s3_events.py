"""What the imports queue carries: what S3 tells of new files, and our own jobs.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from upominek.application.intake.import_plan import Arrival, ImportJob


def tasks(body: Mapping[str, Any]) -> Iterator[Arrival | ImportJob]:
    """What a message asks for."""
    if "import" in body:
        yield ImportJob.from_dict(body)
    else:
        yield from arrivals(body)


def arrivals(body: Mapping[str, Any]) -> Iterator[Arrival]:
    """The files that a notification tells of; none for the test event that S3 sends when notifications are set up."""
    for record in body.get("Records", ()):
        if record["eventName"].startswith("ObjectCreated:"):
            told = record["s3"]["object"]
            yield Arrival(
                key=unquote_plus(told["key"]),
                at=datetime.fromisoformat(record["eventTime"]).astimezone(UTC),
                version=told.get("versionId", ""),
            )
