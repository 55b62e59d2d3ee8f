"""Files, on S3."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from upominek.adapters.aws.client.errors import MISSING, domain_error, error_code, translated
from upominek.domain.errors import NotFound, Unavailable
from upominek.domain.values.batches import batched

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES: Final = 8 * 1024 * 1024
"""What is held in memory of a stream; S3 takes parts from 5 MB, and 10 000 of them."""

_READ_BYTES: Final = 256 * 1024
_KEYS_PER_DELETE: Final = 1000


class S3FileStore:
    """One bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client: Any = client
        self._bucket = bucket

    def size(self, key: str) -> int:
        """Bytes. Raises: NotFound."""
        with _of(key):
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])

    @contextmanager
    def open(self, key: str, first: int = 0, last: int | None = None) -> Iterator[BinaryIO]:
        """A stream of the bytes from first to last, both included, fetched as they are read. Raises: NotFound."""
        with _of(key):
            body = self._body(key, first, last)
            try:
                yield cast("BinaryIO", io.BufferedReader(body, _READ_BYTES))
            finally:
                body.close()

    def _body(self, key: str, first: int, last: int | None) -> Any:  # noqa: ANN401 - botocore's stream
        wanted = {"Range": f"bytes={first}-{'' if last is None else last}"} if first or last is not None else {}
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key, **wanted)["Body"]
        except ClientError as error:
            if error_code(error) != "InvalidRange":  # beyond the end there is nothing
                raise
            return io.BytesIO()

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        """Store or replace."""
        with translated("PutObject"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def put_stream(self, key: str, content: Iterable[bytes], content_type: str = "application/octet-stream") -> None:
        """Store or replace from pieces, in constant memory; nothing is stored when the pieces break off."""
        parts = _parts(content)
        first = next(parts, b"")
        second = next(parts, None)
        if second is None:
            self.put(key, first, content_type)
            return
        target = {"Bucket": self._bucket, "Key": key}
        with translated("UploadPart"):
            target["UploadId"] = self._client.create_multipart_upload(**target, ContentType=content_type)["UploadId"]
            try:
                done = [self._upload(target, 1, first), self._upload(target, 2, second)]
                del first, second
                done.extend(self._upload(target, number, part) for number, part in enumerate(parts, start=3))
                self._client.complete_multipart_upload(**target, MultipartUpload={"Parts": done})
            except BaseException:
                self._client.abort_multipart_upload(**target)
                raise

    def _upload(self, target: dict[str, str], number: int, part: bytes) -> dict[str, Any]:
        answer = self._client.upload_part(**target, PartNumber=number, Body=part)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def list(self, prefix: str) -> Sequence[str]:
        """Keys below the prefix, in alphabetical order."""
        with translated("ListObjectsV2"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        for batch in batched(keys, _KEYS_PER_DELETE):
            with translated("DeleteObjects"):
                objects = [{"Key": key} for key in batch]
                answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            if errors := answer.get("Errors"):
                raise Unavailable("DeleteObjects", ", ".join(sorted({one["Code"] for one in errors})))


@contextmanager
def _of(key: str) -> Iterator[None]:
    """Raise domain errors, which name the file where it is missing."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error_code(error) in MISSING:
            raise NotFound("file_not_found", pl=f"Nie ma pliku {key}.", en=f"There is no file {key}.") from error
        raise domain_error(error, "GetObject") from error


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size, the last one shorter."""
    buffer = bytearray()
    for piece in content:
        buffer += piece
        while len(buffer) >= PART_BYTES:
            yield bytes(buffer[:PART_BYTES])
            del buffer[:PART_BYTES]
    if buffer:
        yield bytes(buffer)
