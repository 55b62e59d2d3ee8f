"""The runs' manifests on S3: compressed lines of ids, below the prefix of the creditor and the day."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from upominek.adapters.aws.client.errors import translated
from upominek.adapters.aws.files import S3FileStore
from upominek.application.jobs import Planned
from upominek.domain.messages.occasion import read_occasion
from upominek.domain.messages.reminder import ReminderKey
from upominek.domain.values.channel import Channel
from upominek.domain.values.unknown import read_word

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from upominek.adapters.aws.client.direct import DirectS3

PREFIX: Final = "manifests/"
"""The same name stands in infra.storage; a test compares the two."""
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
"""One for all lines: `json.dumps` would make one for each."""


class S3ManifestStore:
    """One bucket. An object is named by what it says, so a repetition replaces it by its equal.

    Args:
        uploads: stores; planning does nothing else, and its cold start waits for no other client.
        client: gives the one that reads, when something is read.
    """

    def __init__(self, uploads: "DirectS3 | S3Client", client: Callable[[], "S3Client"], bucket: str) -> None:
        self._uploads: Any = uploads
        self._client: Callable[[], Any] = client
        self._bucket = bucket

    @cached_property
    def _files(self) -> S3FileStore:
        return S3FileStore(self._client(), self._bucket)

    def write(self, creditor: str, day: date, entries: Sequence[Planned]) -> None:
        """Add to the day's manifest, durably. Idempotent."""
        if not entries:
            return
        lines = "".join(sorted(map(_line, entries))).encode()
        name = hashlib.sha256(lines).hexdigest()[:20]
        # Without the time of compression, so that equal lines are equal bytes.
        content = gzip.compress(lines, compresslevel=6, mtime=0)
        with translated("PutObject"):
            key = f"{_prefix(creditor, day)}{name}.jsonl.gz"
            self._uploads.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/gzip")

    def days(self, creditor: str) -> list[date]:
        """The days with a manifest, ascending."""
        above = f"{PREFIX}{creditor}/"
        with translated("ListObjectsV2"):
            pages = (
                self._client()
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._bucket, Prefix=above, Delimiter="/")
            )
            found = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]
        return sorted(date.fromisoformat(one.removeprefix(above).rstrip("/")) for one in found)

    def read(self, creditor: str, day: date) -> Iterator[Planned]:
        """The day's reminders, each once; what is remembered to tell repetitions takes some 100 bytes for each."""
        known: set[str] = set()
        for key in self._files.list(_prefix(creditor, day)):
            with self._files.open(key) as stream, gzip.open(stream) as lines:
                for line in lines:
                    said = json.loads(line)
                    if said["id"] not in known:
                        known.add(said["id"])
                        yield _planned(creditor, day, said)


def _prefix(creditor: str, day: date) -> str:
    return f"{PREFIX}{creditor}/{day.isoformat()}/"


def _line(one: Planned) -> str:
    said = {
        "debtor": one.key.debtor,
        "id": one.key.id,
        "campaign": one.campaign,
        "step": one.step,
        "channel": one.channel.value,
    }
    if not one.occasion.is_step:
        said["occasion"] = one.occasion.text
    return _ENCODER.encode(said) + "\n"


def _planned(creditor: str, day: date, said: dict[str, str]) -> Planned:
    key = ReminderKey(creditor, said["debtor"], day, said["id"])
    occasion = read_occasion(said.get("occasion", ""))
    return Planned(key, said["campaign"], said["step"], read_word(Channel, said["channel"]), occasion)
