"""Programs that outlive the command that started them, with a small web server in their place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local.stack import processes
from local.stack.processes import Busy, Program, ProgramFailed, is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e

# A server with a child that notices nothing, as ministack's workers at work.
SERVER = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def server(port: int, script: str = SERVER) -> Program:
    return Program(
        name="server",
        command=[sys.executable, "-c", script, str(port)],
        environment={"PATH": os.defpath},
        ready_url=f"http://127.0.0.1:{port}/nothing-here",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "run"
    processes.stop(tmp_path / "run", "server", grace_seconds=2)


def started(folder: Path) -> Program:
    program = server(processes.free_port())
    processes.start(folder, program)
    processes.wait_until_ready(folder, program)
    return program


def child_of(folder: Path) -> int:
    return int((folder / "server.log").read_text().split()[1])


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_it_runs_on_and_is_found_again(folder: Path) -> None:
    assert not processes.is_running(folder, "server")
    assert processes.pid(folder, "server") is None
    program = started(folder)
    assert processes.is_running(folder, "server")
    assert processes.answers(program.ready_url)


def test_what_runs_is_not_started_again(folder: Path) -> None:
    program = started(folder)
    pid = processes.pid(folder, "server")
    processes.start(folder, program)
    assert processes.pid(folder, "server") == pid


def test_stopping_leaves_nothing_behind(folder: Path) -> None:
    program = started(folder)
    child = child_of(folder)
    assert is_alive(child)
    processes.stop(folder, "server")
    assert not processes.is_running(folder, "server")
    assert not processes.answers(program.ready_url)
    assert eventually(lambda: not is_alive(child))
    processes.stop(folder, "server")


def test_what_refuses_to_end_is_ended(folder: Path) -> None:
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SERVER}"
    program = server(processes.free_port(), stubborn)
    processes.start(folder, program)
    processes.wait_until_ready(folder, program)
    processes.stop(folder, "server", grace_seconds=0.2)
    assert not processes.is_running(folder, "server")


def test_what_was_killed_is_known_as_dead_and_its_orphans_end_with_the_next_start(folder: Path) -> None:
    started(folder)
    child, pid = child_of(folder), processes.pid(folder, "server")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not processes.is_running(folder, "server"))
    assert is_alive(child)
    started(folder)
    assert eventually(lambda: not is_alive(child))


def test_a_stranger_who_was_given_the_old_id_is_left_alone(folder: Path) -> None:
    started(folder)
    processes.stop(folder, "server")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as stranger:
        (folder / "server.pid").write_text(str(stranger.pid))
        started(folder)
        assert is_alive(stranger.pid)
        stranger.communicate(b"\n")


def test_a_program_that_ends_at_once_is_reported_with_its_log(folder: Path) -> None:
    program = server(processes.free_port(), "raise SystemExit('no such luck')")
    processes.start(folder, program)
    with pytest.raises(ProgramFailed, match=r"ended at once(.|\n)*server\.log(.|\n)*no such luck"):
        processes.wait_until_ready(folder, program)


def test_a_program_that_does_not_answer_is_reported(folder: Path) -> None:
    program = server(processes.free_port(), "import time; time.sleep(60)")
    processes.start(folder, program)
    with pytest.raises(ProgramFailed, match="did not answer"):
        processes.wait_until_ready(folder, program, timeout_seconds=0.3)


def test_a_program_that_is_not_there_is_reported(folder: Path) -> None:
    with pytest.raises(ProgramFailed, match="cannot be started"):
        processes.start(folder, Program("server", ["/no/such/program"], {}, "http://127.0.0.1:9/"))
    assert not processes.is_running(folder, "server")


def test_a_port_in_use_is_not_chosen(folder: Path) -> None:
    program = started(folder)
    taken = int(program.command[-1])
    assert processes.free_port(taken) != taken
    processes.stop(folder, "server")
    assert processes.free_port(taken) == taken


def test_two_commands_do_not_work_on_the_same_folder_at_once(folder: Path) -> None:
    with processes.only_one(folder, "up"), pytest.raises(Busy), processes.only_one(folder, "up", timeout_seconds=0.1):
        pass
    with processes.only_one(folder, "up"):
        pass
