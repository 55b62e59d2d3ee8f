"""ministack, with what the embedded default needs and ministack has no setting for.

Run as `python -m local.stack.emulator`.

1. `PutEvents` takes events from `aws.*` sources, as AWS's own services send them: the carrier simulator plays SES.
2. Functions see what they would see on AWS: their package, their layers, boto3, and the standard library. ministack
   runs them with its own interpreter, whose other libraries would hide that one is missing from the layer.
3. A layer is unpacked once, not for each process of a function: that takes longer than all the rest of a cold start.
4. A function runs only a few times at once, and further calls wait; a process for each call of a burst would need more
   memory and start-up time than a laptop has.
5. Log subscriptions invoke functions as AWS does, asynchronously: a failure is tried again, then goes to the function's
   dead-letter queue.
6. Queues that hold many messages are served as fast as short ones (`local.stack.long_queues`).
7. What was deployed is written to disk when asked (`SIGUSR1`), and secrets a moment after they change, not only at an
   orderly end. So a stack outlives the death of this process.
8. A body that is no UTF-8 comes to a function as it was sent, whatever its content type says; ministack would put
   U+FFFD for what it cannot read, and no signature would hold.

It touches names inside ministack, which is why ministack is pinned to one version.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import shlex
import shutil
import signal
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import apigateway, eventbridge, lambda_svc, secretsmanager

from local.stack import long_queues

# ruff: noqa: SLF001 - see above: names inside ministack
CONCURRENCY = max(4, 2 * (os.cpu_count() or 1))
SECRETS_SECONDS = 2
# Such a file is run when Python starts in a folder of packages, which this is in a layer.
POINTER = "python/lib/python/site-packages/layer.pth"
# What AWS's Python run time brings along.
RUNTIME_LIBRARIES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


def main() -> None:
    """Run until told to end."""
    # ministack starts functions with `sys.executable`.
    sys.executable = str(write_runtime(Path.cwd() / "runtime"))
    take_events_of_aws()
    share_layers(Path(os.environ["LAYERS_DIR"]))
    keep_logs(Path.cwd() / "functions.log")
    limit_concurrency(CONCURRENCY)
    retry_log_subscriptions()
    keep_bytes()
    long_queues.install()
    signal.signal(signal.SIGUSR1, lambda *_: save(app._build_persistence_save_dict()))
    threading.Thread(target=_keep_secrets, daemon=True).start()
    sys.argv = ["ministack"]
    app.main()


def take_events_of_aws() -> None:
    """Let `PutEvents` take what only AWS itself may send; its one default is that of `allow_aws_source`."""
    eventbridge._put_events.__defaults__ = (True,)


def share_layers(folder: Path) -> None:
    """Give functions, instead of each layer, one that only says where the unpacked layer is.

    Unpacked layers are named by their content, so several stacks can share the folder.
    """
    resolve = lambda_svc._resolve_layer_zip
    lock = threading.Lock()

    def resolve_to_pointer(attachment: Any) -> bytes | None:  # noqa: ANN401 - ministack's own
        content = resolve(attachment)
        if not content:
            return None
        unpacked = folder / hashlib.sha256(content).hexdigest()[:20]
        with lock:
            _unpack(content, unpacked)
        pointer = io.BytesIO()
        with zipfile.ZipFile(pointer, "w") as archive:
            # In front of everything else, as on AWS.
            archive.writestr(POINTER, f"import sys; sys.path.insert(0, {str(unpacked / 'python')!r})\n")
        return pointer.getvalue()

    lambda_svc._resolve_layer_zip = resolve_to_pointer


def keep_logs(file: Path) -> None:
    """Write what functions log into a file; ministack itself lets it go."""
    dispatch = lambda_svc._execute_function_dispatch
    lock = threading.Lock()

    def logged(*call: Any) -> Any:  # noqa: ANN401 - ministack's own
        result = dispatch(*call)
        if log := isinstance(result, dict) and result.get("log"):
            with lock, file.open("a", encoding="utf-8") as kept:
                kept.write(f"{log.rstrip()}\n")
        return result

    lambda_svc._execute_function_dispatch = logged


def limit_concurrency(at_most: int) -> None:
    """Let no function run more often than this at once."""
    dispatch = lambda_svc._execute_function_dispatch
    gates: dict[str, threading.Semaphore] = {}

    def waiting(func: Any, config: dict[str, Any], *rest: Any) -> Any:  # noqa: ANN401 - ministack's own
        with gates.setdefault(config["FunctionName"], threading.Semaphore(at_most)):
            return dispatch(func, config, *rest)

    lambda_svc._execute_function_dispatch = waiting


def retry_log_subscriptions() -> None:
    """Hand log records over the way `InvocationType=Event` does."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_or_hand_over(func: Any, event: Any) -> Any:  # noqa: ANN401 - ministack's own
        if isinstance(event, dict) and event.keys() == {"awslogs"}:
            return lambda_svc.invoke_async_with_retry(func, event)
        return execute(func, event)

    lambda_svc._execute_function_with_config_scope = execute_or_hand_over


def keep_bytes() -> None:
    """Hand a body that is no UTF-8 over in base64; that depends on the content type alone in ministack."""
    invoke = apigateway._invoke_lambda_proxy

    async def invoke_with_bytes(
        integration: Any,  # noqa: ANN401 - ministack's own
        api_id: str,
        stage: str,
        path: str,
        method: str,
        headers: dict[str, str],
        body: bytes,
        *rest: Any,  # noqa: ANN401
        **others: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        try:
            body.decode()
        except UnicodeDecodeError:
            headers = {**headers, "content-type": "application/octet-stream"}
        return await invoke(integration, api_id, stage, path, method, headers, body, *rest, **others)

    apigateway._invoke_lambda_proxy = invoke_with_bytes


def write_runtime(folder: Path) -> Path:
    """Write an interpreter for functions: this one, with the libraries of AWS's run time and no others."""
    libraries = folder / "libraries"
    libraries.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_LIBRARIES:
        origin = _origin(name)
        link = libraries / origin.name
        if link.resolve() != origin:
            link.unlink(missing_ok=True)
            link.symlink_to(origin)
    interpreter = folder / "python"
    # -S: no site-packages, and none of the folders that this project's own installation adds.
    interpreter.write_text(
        f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(libraries))}\nexec {shlex.quote(sys.executable)} -S "$@"\n',
        encoding="utf-8",
    )
    interpreter.chmod(0o755)
    return interpreter


def save(services: dict[str, Any]) -> None:
    """Write the state of these services to disk."""
    persistence.save_all(services)


def _unpack(content: bytes, folder: Path) -> None:
    if folder.exists():
        os.utime(folder)  # still in use
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="draft-"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(draft)
    try:
        draft.rename(folder)
    except OSError:  # another stack was faster
        shutil.rmtree(draft)


def _origin(library: str) -> Path:
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{library} is not installed; run `make setup`")
    origin = Path(spec.origin).resolve()
    return origin.parent if origin.name == "__init__.py" else origin


def _keep_secrets() -> None:
    """Secrets are made while the stack runs, and a creditor's invoicing system knows them: they must not be lost."""
    written = None
    pause = threading.Event()
    while not pause.wait(SECRETS_SECONDS):
        try:
            state = secretsmanager.get_state()
        except RuntimeError:  # changed while it was copied
            continue
        present = repr(state["secrets"].to_dict())
        # Empty is also what it is before the state of the last run is read.
        if state["secrets"].has_any() and present != written:
            save({"secretsmanager": lambda state=state: state})
            written = present


if __name__ == "__main__":
    os.umask(0o077)  # The state holds secrets.
    main()
