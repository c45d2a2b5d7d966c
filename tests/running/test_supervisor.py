"""The supervisor: what dies is started again, and nothing outlives it."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import PortInUseError
from bot.running.supervisor import Failures, free_port, require_free_port
from bot.settings import ROOT

SECONDS = 30
CHILD = "import os, time; print('up', os.getpid(), flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {CHILD}"
PROGRAM = """
import asyncio, os, sys
from rich.console import Console
from bot.running import supervisor
supervisor.SECONDS_TO_END = 1
keepers = []
for number, code in enumerate(sys.argv[1:]):
    program = supervisor.Program(f"child {number}", (sys.executable, "-c", code), dict(os.environ))
    keepers.append(supervisor.ProgramKeeper(program, Console()))
asyncio.run(supervisor.Supervisor(keepers).run())
print("ended", flush=True)
"""


@contextmanager
def _supervising(*children: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, *children]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        yield process
        process.kill()


def _line(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """The next line that matches."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found
    pytest.fail(f"no line matches {pattern}")


def _started(process: subprocess.Popen[str], count: int) -> list[int]:
    """Handles of the next children that say that they are up; a handle tells when its process ends."""
    return [os.pidfd_open(int(_line(process, r"^up (\d+)").group(1))) for _ in range(count)]


def _have_ended(handles: list[int]) -> bool:
    return all(select.select([handle], [], [], SECONDS)[0] for handle in handles)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_children(number: signal.Signals) -> None:
    with _supervising(CHILD, CHILD) as process:
        children = _started(process, 2)
        process.send_signal(number)
        assert _line(process, "ended$")
        assert _have_ended(children)
        assert process.wait(SECONDS) == 0


def test_a_child_that_does_not_listen_is_killed() -> None:
    with _supervising(STUBBORN) as process:
        children = _started(process, 1)
        process.send_signal(signal.SIGINT)
        assert _line(process, "ended$")
        assert _have_ended(children)


def test_children_end_when_the_supervisor_is_killed() -> None:
    with _supervising(CHILD, CHILD) as process:
        children = _started(process, 2)
        process.kill()
        assert _have_ended(children)


def test_what_dies_is_started_again_each_time_a_little_later() -> None:
    with _supervising(CHILD) as process:
        for delay in ("0.5", "1"):
            (child,) = _started(process, 1)
            signal.pidfd_send_signal(child, signal.SIGKILL)
            assert _line(process, r"child 0 ended; starting it again in ([\d.]+) s").group(1) == delay
        assert _started(process, 1)


def test_the_same_failure_three_times_is_said_with_its_reason() -> None:
    with _supervising("print('why it cannot work'); raise SystemExit(3)") as process:
        for _ in range(3):
            assert _line(process, "^why it cannot work$")
            assert _line(process, "starting it again")
        assert _line(process, "child 0 failed 3 times in the same way. why it cannot work$")


def test_only_a_program_that_explains_itself_is_quoted() -> None:
    with _supervising("print('some other line'); raise SystemExit(1)") as process:
        assert _line(process, "failed 3 times in the same way. It ended with exit code 1.")


def test_a_line_longer_than_any_buffer_stops_nobody() -> None:
    with _supervising(f"print('x' * 1_000_000); {CHILD}") as process:
        assert _started(process, 1)


def test_a_child_of_a_child_that_keeps_the_output_open_is_not_waited_for() -> None:
    detached = "import subprocess, sys; subprocess.Popen(['sleep', '20'], start_new_session=True)"
    with _supervising(f"{detached}; raise SystemExit(1)") as process:
        assert _line(process, "starting it again in 1 s")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_failures_in_one_way_are_counted_together() -> None:
    failures = Failures()
    for reason, times in (("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)):
        failures.note(reason)
        assert (failures.times, failures.recent_reason) == (times, reason)
    assert failures.are_many


def test_an_old_failure_explains_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = Failures()
    failures.note("a")
    monkeypatch.setattr("bot.running.supervisor.STABLE_AFTER", 0)
    assert failures.recent_reason == ""


def test_ctrl_c_does_not_wait_for_a_restart() -> None:
    with _supervising("raise SystemExit(1)") as process:
        _line(process, "starting it again in 2 s")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"Port {port} is in use.*ASKWELL_PORT"):
            require_free_port("127.0.0.1", port)


def test_a_free_port_is_free() -> None:
    require_free_port("127.0.0.1", free_port())
