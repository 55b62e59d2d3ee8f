"""An AWS that does nothing: it takes what SQS, SNS, SES, Secrets Manager and S3 are asked, and answers at once.

    python -m benchmarks.bare_aws PORT

Runs as a process of its own, so that its work is nobody's processor time. Only the table is real in benchmarks, since
only the table has work to do.
"""

import asyncio
import hashlib
import json
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from urllib.parse import unquote
from xml.sax.saxutils import escape

WEBHOOK_SECRET = "whsec_YmVuY2htYXJrcyBzaWduIHdpdGggdGhpcw=="  # noqa: S105 - signs for benchmarks only
PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>{}</MessageId>'
    "</PublishResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></PublishResponse>"
)
_ids = count(1)
_files: dict[str, bytes] = {}

Answer = tuple[int, str, bytes, dict[str, str]]


def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """What AWS would answer."""
    target = headers.get("x-amz-target", "")
    if target.startswith("AmazonSQS."):
        return _json(_sqs(json.loads(body)))
    if target == "secretsmanager.GetSecretValue":
        return _json({"Name": "s", "SecretString": json.dumps({"current": WEBHOOK_SECRET})})
    if path.startswith("/v2/email/outbound-emails"):
        return _json({"MessageId": f"0107018e-{next(_ids):012}-000000"})
    if b"Action=Publish" in body[:4096]:
        return 200, "text/xml", PUBLISHED.format(f"m-{next(_ids)}").encode(), {}
    return _s3(method, unquote(path), headers, body)


def _json(content: object) -> Answer:
    return 200, "application/x-amz-json-1.0", json.dumps(content).encode(), {}


def _sqs(asked: dict[str, object]) -> dict[str, object]:
    entries = asked.get("Entries")
    if not isinstance(entries, list):
        return {"MessageId": f"q-{next(_ids)}", "MD5OfMessageBody": "0"}
    taken = [{"Id": one["Id"], "MessageId": f"q-{next(_ids)}", "MD5OfMessageBody": "0"} for one in entries]
    return {"Successful": taken, "Failed": []}


def _s3(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    key, _, query = path.partition("?")
    if method == "POST":  # deletes a list of files
        return 200, "application/xml", b"<DeleteResult/>", {}
    if method == "PUT":
        _files[key] = body
        return 200, "application/xml", b"", {"ETag": _tag(body)}
    if "list-type" in query:
        return 200, "application/xml", _listing(key, query).encode(), {}
    if key not in _files:
        return 404, "application/xml", b"<Error><Code>NoSuchKey</Code><Message>None</Message></Error>", {}
    return _part_of(_files[key], headers.get("range", ""))


def _part_of(content: bytes, wanted: str) -> Answer:
    shown = {"ETag": _tag(content), "Last-Modified": format_datetime(datetime.now(UTC), usegmt=True)}
    if not wanted:
        return 200, "binary/octet-stream", content, shown
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, stop = int(first), min(int(last or len(content)), len(content) - 1) + 1
    if start >= len(content):
        return 416, "application/xml", b"<Error><Code>InvalidRange</Code><Message>None</Message></Error>", {}
    return (
        206,
        "binary/octet-stream",
        content[start:stop],
        shown | {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"},
    )


def _listing(bucket: str, query: str) -> str:
    prefix = next((one.partition("=")[2] for one in query.split("&") if one.startswith("prefix=")), "")
    keys = (name.removeprefix(bucket).lstrip("/") for name in sorted(_files))
    found = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys if key.startswith(prefix))
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _unchunked(body: bytes) -> bytes:
    """The content of a body that the SDK sends in signed pieces, `aws-chunked`."""
    content = bytearray()
    while body:
        head, _, rest = body.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            break
        content += rest[:size]
        body = rest[size + 2 :]
    return bytes(content)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection's requests until it ends."""
    try:
        while True:
            method, path, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            if "100-continue" in headers.get("expect", ""):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(int(headers.get("content-length") or 0))
            if "aws-chunked" in headers.get("content-encoding", ""):
                body = _unchunked(body)
            status, kind, content, more = answer(method, path, headers, body)
            told = {"Content-Type": kind, "Content-Length": str(len(content)), **more}
            lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            writer.write(f"HTTP/1.1 {status} OK\r\n{lines}\r\n".encode() + (b"" if method == "HEAD" else content))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _head(text: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = text.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    named = (line.partition(":") for line in rest)
    return method, path, {name.lower(): value.strip() for name, _, value in named}


async def main() -> None:
    """Listen until the process is ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=1 << 26)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
