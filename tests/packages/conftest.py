"""The packages of the embedded target as Lambda lays them out, and a local Runtime API that its runtime client asks."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any, Final

import pytest

from tests.contract.conftest import REGION, dynoxide
from tests.faults.outside import Outside
from tests.infra.conftest import Template, embedded, outdir

__all__ = ["dynoxide", "embedded", "outdir"]

RUNTIME: Final = ("awslambdaric", "boto3")
"""What Lambda's own image has beside the standard library, with all that these need."""
SERVICES: Final = ("sqs", "sns", "sesv2", "s3", "secrets_manager")
ENDED: Final = "ended"
LONGEST_SECONDS: Final = 60
START = (
    "import sys; sys.path[:0] = {paths!r}; from awslambdaric.__main__ import main; main(['awslambdaric', {handler!r}])"
)


@dataclass(frozen=True)
class Result:
    """What a function made of its event: `response`, `error`, `init/error` or `ended`; and what it logged."""

    kind: str
    content: Any
    log: str


def _quiet(*_: object) -> None:
    """Nothing is logged."""


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def runtime_api(event: object) -> Iterator[tuple[int, "Queue[tuple[str, Any]]"]]:
    """The Runtime API with one invocation.

    Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
    """
    told: Queue[tuple[str, Any]] = Queue()
    is_over, is_given = Event(), Event()

    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        log_message = _quiet  # type: ignore[assignment]

        def do_GET(self) -> None:
            if is_given.is_set():
                is_over.wait(LONGEST_SECONDS)  # nobody calls any more
                self.close_connection = True
                return
            is_given.set()
            body = json.dumps(event).encode()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 900) * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", f"arn:aws:lambda:{REGION}:123456789012:function:f")
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            kind = "init/error" if self.path.endswith("/init/error") else self.path.rpartition("/")[2]
            told.put((kind, json.loads(content or b"null")))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with _serving(Api) as port:
        try:
            yield port, told
        finally:
            is_over.set()


@contextmanager
def outside_over_http(outside: Outside) -> Iterator[dict[str, str]]:
    """All of AWS but the table: where each service is, since some clients ask at the root of an endpoint."""
    with ExitStack() as stack:
        ports = {name: stack.enter_context(_serving(face_of(name.replace("_", ""), outside))) for name in SERVICES}
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


def face_of(service: str, outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Face(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        log_message = _quiet  # type: ignore[assignment]

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = outside.answer(service, self.command, f"/{service}{self.path}", dict(self.headers), body)
            self.send_response(answer.status)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            for name, value in {"content-length": str(len(answer.body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - as the standard library has it

    return Face


@dataclass
class Lambda:
    """Starts functions from their unpacked packages.

    Attributes:
        opt: layers, by the packages that they come from.
    """

    template: Template
    folder: Path
    runtime: Path
    endpoints: dict[str, str]
    values: dict[str, str]
    opt: dict[str, Path] = field(default_factory=dict)

    def unpacked(self, name: str) -> tuple[Path, list[Path]]:
        """Folders of the function and of its layers."""
        function = self.template.functions[name]
        layers = []
        for layer in function["Layers"]:
            asset = self._asset(self.template.resources[layer["Ref"]]["Properties"]["Content"]["S3Key"])
            layers.append(self._unpack(asset))
        return self._unpack(self._asset(function["Code"]["S3Key"])), layers

    def _asset(self, key: str) -> Path:
        (asset,) = self.template.folder.glob(f"asset.{Path(key).stem}*")
        return asset

    def _unpack(self, asset: Path) -> Path:
        if asset.name not in self.opt:
            self.opt[asset.name] = self.folder / asset.stem
            with zipfile.ZipFile(asset) as package:
                package.extractall(self.opt[asset.name])
        return self.opt[asset.name]

    def environment(self, name: str) -> dict[str, str]:
        """What the stack gives the function; what only a deployment knows is filled in."""
        given = self.template.functions[name]["Environment"]["Variables"]
        known = {key: value if isinstance(value, str) else self.values[key] for key, value in given.items()}
        return known | {key: value for key, value in self.values.items() if key in known}

    def invoke(self, name: str, event: object, *, task: Path | None = None, layers: list[Path] | None = None) -> Result:
        """One cold start and one event, under AWS's own runtime client; nothing of this checkout is importable."""
        found, known = self.unpacked(name)
        task, layers = task or found, layers or known
        paths = [str(task), *(str(layer / "python") for layer in layers), str(self.runtime)]
        handler = self.template.functions[name]["Handler"]
        with runtime_api(event) as (port, told):
            environment = {
                **self.endpoints,
                **self.environment(name),
                "PATH": os.defpath,
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
                "LAMBDA_TASK_ROOT": str(task),
                "_HANDLER": handler,
                "AWS_LAMBDA_FUNCTION_NAME": name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "TZ": ":UTC",
            }
            command = [sys.executable, "-I", "-S", "-B", "-c", START.format(paths=paths, handler=handler)]
            log = self.folder / f"{name}.log"
            with (
                log.open("w") as output,
                subprocess.Popen(command, cwd=task, env=environment, stdout=output, stderr=output) as process,
            ):
                try:
                    kind, content = self._await(process, told)
                finally:
                    process.kill()
        return Result(kind, content, log.read_text())

    @staticmethod
    def _await(process: "subprocess.Popen[bytes]", told: "Queue[tuple[str, Any]]") -> tuple[str, Any]:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            if not told.empty():
                return told.get()
            if process.poll() is not None and told.empty():
                return ENDED, process.returncode
            time.sleep(0.01)
        pytest.fail("the function neither answers nor ends")


@cache
def runtime_files() -> tuple[Path, ...]:
    """Top-level files and folders of Lambda's own libraries, with all that they need."""
    waiting, seen, found = list(RUNTIME), set[str](), set[Path]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(name)
        site = Path(str(distribution.locate_file("")))
        for one in distribution.files or ():
            if one.parts[0] not in {"..", "__pycache__"}:
                found.add(site / one.parts[0])
        needed = [one for one in distribution.requires or () if "extra ==" not in one]
        waiting += [re.match(r"[\w.-]+", one)[0] for one in needed if _applies(one)]  # type: ignore[index]
    return tuple(sorted(found))


def _applies(requirement: str) -> bool:
    try:
        importlib.metadata.distribution(re.match(r"[\w.-]+", requirement)[0])  # type: ignore[index]
    except importlib.metadata.PackageNotFoundError:
        return False  # for another platform or version
    return True


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Lambda's own libraries and nothing else."""
    folder = tmp_path_factory.mktemp("runtime")
    for one in runtime_files():
        (folder / one.name).symlink_to(one)
    return folder


Prepare = Callable[[Outside], Lambda]
