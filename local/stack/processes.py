"""Programs that run on after the command that started them, each in a process group of its own.

A program inherits a locked file, and the lock falls with its last copy of that file: 'is it running?' is answered by
the operating system, whatever became of the program, and a process id is used only while the lock says that it is ours.
So nothing here mistakes a stranger for its own program after a crash or a reboot.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.stack.failure import LocalFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL_SECONDS = 0.02
LOG_TAIL_LINES = 25


class ProgramFailed(LocalFailure):
    """A program did not come up; the text has the end of its log."""


class Busy(LocalFailure):
    """Another command is at work on the same folder."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and how to see that it is ready.

    Attributes:
        name: names its files in the folder that it runs in: `<name>.lock`, `<name>.pid`, `<name>.log`.
        environment: the whole of it; nothing is inherited.
        ready_url: answers with status 200 or less than 500 once the program is ready.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready_url: str


def start(folder: Path, program: Program) -> None:
    """Start the program, unless it runs already.

    Raises:
        ProgramFailed: the program could not be executed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as closed:
        lock = closed.enter_context((folder / f"{program.name}.lock").open("ab"))
        if not _lock(lock.fileno(), fcntl.LOCK_EX):
            return
        _end_orphans(folder, program.name)
        log = closed.enter_context((folder / f"{program.name}.log").open("wb"))
        try:
            process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )
        except OSError as error:
            raise ProgramFailed(f"{program.name} cannot be started: {error}") from error
        (folder / f"{program.name}.pid").write_text(str(process.pid), encoding="ascii")
        process.returncode = 0  # It outlives this process on purpose, and Python need not warn of it.


def wait_until_ready(folder: Path, program: Program, *, timeout_seconds: float = 30) -> None:
    """Wait for the program to answer.

    Raises:
        ProgramFailed: it ended, or did not answer in time.
    """
    deadline = time.monotonic() + timeout_seconds
    while not answers(program.ready_url):
        if not is_running(folder, program.name):
            raise ProgramFailed(f"{program.name} ended at once.\n{log_tail(folder, program.name)}")
        if time.monotonic() > deadline:
            raise ProgramFailed(
                f"{program.name} did not answer at {program.ready_url} within {timeout_seconds:.0f} seconds.\n"
                f"{log_tail(folder, program.name)}"
            )
        time.sleep(POLL_SECONDS)


def is_running(folder: Path, name: str) -> bool:
    """Whether the program that was started in this folder is still there."""
    path = folder / f"{name}.lock"
    if not path.exists():
        return False
    with path.open("rb") as lock:
        return not _lock(lock.fileno(), fcntl.LOCK_SH)


def pid(folder: Path, name: str) -> int | None:
    """Process id, and id of the process group, of the running program."""
    return _recorded(folder, name) if is_running(folder, name) else None


def stop(folder: Path, name: str, *, grace_seconds: float = 20) -> None:
    """Ask the program to end, wait, then end whatever is left of its process group."""
    group = pid(folder, name)
    if group is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(group, signal.SIGTERM)
        _wait(lambda: not is_running(folder, name), grace_seconds)
        _end_group(group)
        if not _wait(lambda: not is_running(folder, name), grace_seconds):
            raise ProgramFailed(f"{name} (process group {group}) cannot be ended")
    else:
        _end_orphans(folder, name)
    (folder / f"{name}.pid").unlink(missing_ok=True)


def is_alive(process: int) -> bool:
    """Whether there is such a process, other than as an entry that nobody has taken note of yet."""
    if Path("/proc/self").exists():
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state.split()[0] not in {"Z", "X"}
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def log_tail(folder: Path, name: str) -> str:
    """The end of the program's log, with a pointer to the whole."""
    path = folder / f"{name}.log"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return "\n".join([f"End of {path}:", *(f"  {line}" for line in lines[-LOG_TAIL_LINES:])])


def answers(url: str) -> bool:
    """Whether something answers at this address, be it that it knows no such path."""
    try:
        with _opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500  # noqa: PLR2004 - the server's own faults
    except OSError:
        return False


def free_port(preferred: int | None = None) -> int:
    """A port that nothing listens at: the preferred one if possible, so that addresses stay the same."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As servers do: a connection that was closed a moment ago does not keep the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ProgramFailed("no free port was found on 127.0.0.1")


@contextlib.contextmanager
def only_one(folder: Path, name: str, *, timeout_seconds: float = 180) -> Iterator[None]:
    """Let one process at a time do what `name` says in this folder; a second one waits.

    Raises:
        Busy: the other one did not come to an end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("ab") as lock:
        if not _wait(lambda: _lock(lock.fileno(), fcntl.LOCK_EX), timeout_seconds):
            raise Busy(f"another command has been at work in {folder} for {timeout_seconds:.0f} seconds")
        yield


# What answers is on this machine: a proxy of the user's would not find it.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _recorded(folder: Path, name: str) -> int | None:
    try:
        return int((folder / f"{name}.pid").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def _end_orphans(folder: Path, name: str) -> None:
    """End what a program left behind that was itself killed.

    Its lock is free, so its id may belong to a stranger by now, but only if no process of the old group is left: a
    group without its leader can only be the old one.
    """
    group = _recorded(folder, name)
    if group is not None and not is_alive(group):
        _end_group(group)


def _end_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        # Where this very process started it, nobody else takes note of its end.
        os.waitpid(group, os.WNOHANG)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
