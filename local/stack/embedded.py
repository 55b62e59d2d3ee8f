"""The embedded default: the stack itself, on this machine, without an AWS account and without Docker.

    running = up()              # deploys what the sources say; seconds, once synthesised
    running.use_in_this_process()
    down()

Three programs run in the background: ministack (AWS), dynoxide (the table, in a file) and the carrier simulator. What
they keep is in one folder, so two checkouts, or two folders, have nothing to do with each other. docs/embedded.md says
what survives what, and where this differs from AWS.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.stack import deployment, processes
from local.stack.clock import MovableClock
from local.stack.deployment import ROOT
from local.stack.processes import Program
from upominek.settings import as_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

# Another folder, another stack: a second one beside the usual one.
STATE = Path(os.environ.get("UPOMINEK_STATE") or ROOT / ".upominek")
REGION = "eu-central-1"
# ministack takes an access key of twelve digits for the account.
ACCOUNT = "000000000000"
SECRET_KEY = "embedded"  # noqa: S105 - opens nothing
CORE = ROOT / "layers" / "core" / "python"
EMULATOR, TABLE, CARRIERS = "ministack", "dynoxide", "carriers"
ANSWER_AFTER_SECONDS = 0.5
STOP_SECONDS = 60
# These would lead boto3 elsewhere.
FOREIGN_SETTINGS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI")


def _silent(_: str) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The running stack.

    Attributes:
        outputs: of the stack, by name; addresses in them can be used from this machine.
        ports: by program.
        table_engine: `dynoxide`, or `ministack` where no binary of dynoxide fits this machine.
    """

    stack: str
    state_dir: Path
    ports: dict[str, int]
    table_engine: str
    outputs: dict[str, str]
    deployed: str = ""
    programs: str = ""

    @property
    def clock_file(self) -> Path:
        """The file that moves the clock."""
        return self.state_dir / "clock"

    @property
    def clock(self) -> MovableClock:
        """The clock of everything in this stack."""
        return MovableClock(self.clock_file)

    @property
    def endpoints(self) -> dict[str, str]:
        """Addresses: of AWS as a whole, of what is served apart from it, and of the webhook."""
        addresses = {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}
        return {
            "aws": addresses[EMULATOR],
            "s3": addresses[EMULATOR],
            "dynamodb": addresses.get(self.table_engine, addresses[EMULATOR]),
            "ses": addresses[CARRIERS],
            "sns": addresses[CARRIERS],
            "webhook": self.outputs.get("WebhookUrl", ""),
        }

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the programs that run."""
        found = {name: processes.pid(self.state_dir / "run", name) for name in self.ports}
        return {name: pid for name, pid in found.items() if pid is not None}

    def environment(self) -> dict[str, str]:
        """What a process needs to work on this stack: addresses, credentials, and the settings of the application."""
        return {
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoints["aws"],
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoints["dynamodb"],
            "AWS_ENDPOINT_URL_SNS": self.endpoints["sns"],
            "AWS_ENDPOINT_URL_SESV2": self.endpoints["ses"],
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "CLOCK_FILE": str(self.clock_file),
            **as_environment(self.outputs),
        }

    def use_in_this_process(self) -> None:
        """Let boto3 and the settings of this process mean this stack, whatever the caller's own AWS set-up is."""
        for name in FOREIGN_SETTINGS:
            os.environ.pop(name, None)
        os.environ.update(self.environment())

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 clients share no type
        """A boto3 client for this stack, in a process that may have other business with AWS."""
        return _client(service, self.endpoints.get({"sesv2": "ses"}.get(service, service), self.endpoints["aws"]))


def up(
    state_dir: Path = STATE,
    *,
    today: date | None = None,
    progress: Callable[[str], None] = _silent,
    answer_after_seconds: float = ANSWER_AFTER_SECONDS,
) -> Embedded:
    """Start what does not run, deploy what changed.

    Args:
        state_dir: where everything is kept.
        today: moves the clock to this day.
        progress: is told what is going on, in a few words.
        answer_after_seconds: how long the carriers take for each answer.

    Raises:
        ProgramFailed, DeploymentFailed: the text says what went wrong, and where the log is.
    """
    state_dir = state_dir.resolve()
    with processes.only_one(state_dir, "up"):
        if today is not None:
            MovableClock(state_dir / "clock").set_today(today)
        assembly = deployment.synthesise(progress)
        programs = _digest_of_programs(answer_after_seconds)
        present = _read(state_dir)
        if present and present.programs == programs and _is_whole(present):
            if present.deployed == assembly.digest:
                return present
        else:
            present = _start(state_dir, present, programs, answer_after_seconds, progress)
        if _has_lost_its_stack(present, assembly.stack):
            _start_over(present, progress)
        return _deploy(present, assembly, progress)


def down(state_dir: Path = STATE, *, forget: bool = False, progress: Callable[[str], None] = _silent) -> None:
    """End everything that runs; what was stored stays, unless it is to be forgotten."""
    state_dir = state_dir.resolve()
    if not state_dir.is_dir():
        return
    with processes.only_one(state_dir, "up"):
        _stop(state_dir, progress)
        if forget:
            for path in state_dir.iterdir():
                if path.name != "up.lock":
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def attach(state_dir: Path = STATE) -> Embedded | None:
    """The stack that runs in this folder; None when it does not, or not wholly."""
    present = _read(state_dir.resolve())
    return present if present and _is_whole(present) else None


def _is_whole(present: Embedded) -> bool:
    run = present.state_dir / "run"
    return bool(present.outputs) and all(processes.is_running(run, name) for name in present.ports)


def _start(
    state_dir: Path, before: Embedded | None, programs: str, answer_after: float, progress: Callable[[str], None]
) -> Embedded:
    """Start all programs, at the ports that they had before where those are free."""
    _stop(state_dir, progress)
    binary = table_binary()
    if binary is None:
        progress("dynoxide has no binary for this machine: ministack keeps the table, which a crash sets back")
        if (state_dir / "table.sqlite").exists():
            progress(f"the table in {state_dir / 'table.sqlite'} stays, but is not used")
    names = [EMULATOR, CARRIERS, *([TABLE] if binary else [])]
    ports = _choose_ports(names, before.ports if before else {})
    present = Embedded(
        stack=before.stack if before else "",
        state_dir=state_dir,
        ports=ports,
        table_engine=TABLE if binary else EMULATOR,
        outputs=before.outputs if before else {},
        programs=programs,
    )
    if before and before.ports[EMULATOR] != ports[EMULATOR]:
        _rename_port(state_dir / "ministack" / "state", before.ports[EMULATOR], ports[EMULATOR])
    _write(present)
    progress(f"starting {', '.join(names)}")
    _run(
        present, [_emulator(present), _carriers(present, answer_after), *([_table(present, binary)] if binary else [])]
    )
    return present


def _choose_ports(names: list[str], before: dict[str, int]) -> dict[str, int]:
    ports: dict[str, int] = {}
    for name in names:
        port = processes.free_port(before.get(name))
        while port in ports.values():
            port = processes.free_port()
        ports[name] = port
    return ports


def _has_lost_its_stack(present: Embedded, stack: str) -> bool:
    """Whether ministack was killed before it could write down what was deployed: it has a bucket and knows no stack."""
    buckets = (present.state_dir / "ministack" / "s3").glob("[0-9]*/*")
    return any(not bucket.name.endswith("-assets") for bucket in buckets) and not deployment.is_deployed(
        _client("cloudformation", present.endpoints["aws"]), stack
    )


def _start_over(present: Embedded, progress: Callable[[str], None]) -> None:
    """Forget what ministack knows, but for the secrets; its files are put aside, and the table stays."""
    state_dir = present.state_dir
    processes.stop(state_dir / "run", EMULATOR, grace_seconds=STOP_SECONDS)
    aside = state_dir / "aside" / time.strftime("%Y%m%d-%H%M%S")
    aside.parent.mkdir(exist_ok=True)
    (state_dir / "ministack").rename(aside)
    progress(f"what was in the bucket and in the queues is put aside in {aside}")
    secrets = aside / "state" / "secretsmanager.json"
    if secrets.exists():
        (state_dir / "ministack" / "state").mkdir(parents=True)
        shutil.copy2(secrets, state_dir / "ministack" / "state")
    _run(present, [_emulator(present)])


def _run(present: Embedded, programs: list[Program]) -> None:
    run = present.state_dir / "run"
    for program in programs:
        processes.start(run, program)
    for program in programs:
        processes.wait_until_ready(run, program)


def _deploy(present: Embedded, assembly: deployment.Assembly, progress: Callable[[str], None]) -> Embedded:
    progress("deploying the stack")
    client = partial(_client, endpoint=present.endpoints["aws"])
    template = deployment.upload_assets(client("s3"), assembly, account=ACCOUNT, region=REGION)
    parameters = {"ClockFile": str(present.clock_file), "TableEndpoint": present.endpoints["dynamodb"]}
    template_url = f"{present.endpoints['aws']}/{template}"
    outputs = deployment.deploy(client("cloudformation"), assembly, template_url, parameters)
    keep_lost_delivery_logs(client("lambda"), client("sqs"), outputs)
    if present.table_engine == TABLE:
        table = _client("dynamodb", present.endpoints["dynamodb"])
        deployment.ensure_table(table, outputs["TableName"], assembly.table_properties)
    fields = {name: getattr(present, name) for name in ("state_dir", "ports", "table_engine", "programs")}
    deployed = Embedded(
        **fields,
        stack=assembly.stack,
        outputs={name: _usable(value, present.ports[EMULATOR]) for name, value in outputs.items()},
        deployed=assembly.digest,
    )
    _write(deployed)
    # So that it comes back after a crash.
    os.kill(deployed.pids[EMULATOR], signal.SIGUSR1)
    return deployed


def keep_lost_delivery_logs(functions: LambdaClient, sqs: SQSClient, outputs: Mapping[str, str]) -> None:
    """Name the function's dead-letter queue, which ministack's CloudFormation leaves out of what the template says."""
    queue = sqs.get_queue_attributes(QueueUrl=outputs["DeliveryLogsDeadLetterQueueUrl"], AttributeNames=["QueueArn"])
    functions.update_function_configuration(
        FunctionName=outputs["ForwardDeliveryLogsFunction"],
        DeadLetterConfig={"TargetArn": queue["Attributes"]["QueueArn"]},
    )


def _stop(state_dir: Path, progress: Callable[[str], None]) -> None:
    run = state_dir / "run"
    for name in (CARRIERS, EMULATOR, TABLE):
        if processes.is_running(run, name):
            progress(f"stopping {name}")
        processes.stop(run, name, grace_seconds=STOP_SECONDS)
    shutil.rmtree(state_dir / "tmp", ignore_errors=True)


def table_binary() -> Path | None:
    """The table engine for this machine; None where npm has none that runs here."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    binary = ROOT / "node_modules" / "@dynoxide" / f"{sys.platform}-{machine}" / "dynoxide"
    try:
        subprocess.run([binary, "--version"], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return binary


def _environment(state_dir: Path) -> dict[str, str]:
    """What every program gets; nothing of the user's own AWS set-up is among it."""
    scratch = state_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(state_dir),
        "LANG": "C.UTF-8",
        "TMPDIR": str(scratch),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(CORE)]),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _emulator(present: Embedded) -> Program:
    kept = present.state_dir / "ministack"
    address = present.endpoints["aws"]
    return Program(
        name=EMULATOR,
        command=[sys.executable, "-m", "local.stack.emulator"],
        environment={
            **_environment(present.state_dir),
            "LAYERS_DIR": str(deployment.LAYERS),
            "GATEWAY_PORT": str(present.ports[EMULATOR]),
            "BIND_HOST": "127.0.0.1",
            # Failures of functions are warnings; at INFO there would be a line for each message, with its recipient.
            "LOG_LEVEL": "WARNING",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AWS_DEFAULT_REGION": REGION,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(kept / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(kept / "s3"),
            # Each of these would listen at a port of its own.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # Functions inherit these two; they send to the simulator.
            "AWS_ENDPOINT_URL_SNS": present.endpoints["sns"],
            "AWS_ENDPOINT_URL_SESV2": present.endpoints["ses"],
        },
        ready_url=f"{address}/_ministack/ready",
    )


def _carriers(present: Embedded, answer_after: float) -> Program:
    state_dir = present.state_dir
    options = {
        "port": present.ports[CARRIERS],
        "emulator": present.endpoints["aws"],
        "journal": state_dir / "carriers.sqlite",
        "clock": present.clock_file,
        "region": REGION,
        "account": ACCOUNT,
        "delay": answer_after,
    }
    return Program(
        name=CARRIERS,
        command=[sys.executable, "-m", "local.carriers", *(f"--{name}={value}" for name, value in options.items())],
        environment=_environment(state_dir),
        ready_url=f"{present.endpoints['ses']}/ready",
    )


def _table(present: Embedded, binary: Path) -> Program:
    port = str(present.ports[TABLE])
    return Program(
        name=TABLE,
        command=[str(binary), "serve", "--port", port, "--db-path", str(present.state_dir / "table.sqlite")],
        environment=_environment(present.state_dir),
        ready_url=present.endpoints["dynamodb"],
    )


def _digest_of_programs(answer_after: float) -> str:
    """Changes when a running program is not the one that would be started now."""
    local = ROOT / "local"
    paths = [
        local / "stack" / "embedded.py",
        local / "stack" / "emulator.py",
        local / "stack" / "long_queues.py",
        local / "stack" / "clock.py",
        local / "carriers",
    ]
    return deployment.digest_of(paths, version("ministack"), sys.version, str(answer_after))


def _rename_port(state: Path, before: int, after: int) -> None:
    """Queues are kept under addresses that hold the port."""
    for path in state.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"localhost:{before}", f"localhost:{after}"), encoding="utf-8")


def _usable(output: str, port: int) -> str:
    """The same address in a form that every resolver, client and shell takes; ministack says `….localhost`."""
    output = re.sub(
        rf"^http://(\w+)\.execute-api\.localhost:{port}",
        rf"http://127.0.0.1:{port}/_aws/execute-api/\1/%24default",
        output,
    )
    return output.replace(f"http://localhost:{port}", f"http://127.0.0.1:{port}")


def _client(service: str, endpoint: str) -> Any:  # noqa: ANN401 - boto3 clients share no type
    import boto3
    import botocore.session
    from botocore.config import Config

    # The user's own profile is neither needed nor, perhaps, to be found.
    without_profile = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session = boto3.Session(ACCOUNT, SECRET_KEY, region_name=REGION, botocore_session=without_profile)
    return session.client(service, endpoint_url=endpoint, config=Config(proxies={}))  # type: ignore[call-overload]


def _read(state_dir: Path) -> Embedded | None:
    try:
        return Embedded(**json.loads((state_dir / "state.json").read_text(encoding="utf-8")) | {"state_dir": state_dir})
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(present: Embedded) -> None:
    draft = present.state_dir / "state.json.new"
    shown = asdict(present) | {"state_dir": str(present.state_dir)}
    draft.write_text(json.dumps(shown, indent=2) + "\n", encoding="utf-8")
    draft.replace(present.state_dir / "state.json")
