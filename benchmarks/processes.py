"""Processes that the benchmarks start: each in a session of its own, all ended with the benchmark."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.folders import LOGS

SECONDS_TO_START = 600.0
SECONDS_TO_END = 12.0
SECONDS_TO_RUN = 3 * 3_600.0
_PR_SET_PDEATHSIG = 1
_USER_TICKS, _SYSTEM_TICKS = 11, 12
"""Places in /proc/<pid>/stat, counted from behind the program's name."""


class BenchmarkError(Exception):
    """A benchmark cannot be run; the message says why."""


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    seconds: float
    cpu_seconds: float


@contextmanager
def running(
    name: str, command: Sequence[str], *, folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts; what it prints goes to var/bench/logs."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (it makes one system call and takes no lock)
        )
    try:
        yield process
    finally:
        _end(process)


def run(name: str, command: Sequence[str], *, folder: Path, variables: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Raises:
        BenchmarkError: It failed; the message names its log.
    """
    began, cpu_began = time.perf_counter(), _cpu_of_children()
    with running(name, command, folder=folder, variables=variables) as process:
        status = _waited_for(process)
    if status != 0:
        raise BenchmarkError(f"{name} ended with status {status}; see {LOGS / name}.log")
    return Cost(time.perf_counter() - began, _cpu_of_children() - cpu_began)


def wait_until(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str) -> None:
    """Wait until a process does its work.

    Raises:
        BenchmarkError: It ended instead, or never became ready.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchmarkError(f"{name} did not start; see {LOGS / name}.log")
        time.sleep(1)


def family(pids: Iterable[int]) -> list[int]:
    """These processes and all their descendants."""
    return [member for pid in pids for member in (pid, *family(_children(pid)))]


def processor_seconds(pids: Iterable[int]) -> float:
    """The processor time that these processes and their descendants have used so far."""
    return sum(_processor_ticks(pid) for pid in family(pids)) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _processor_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])


def _waited_for(process: subprocess.Popen[bytes]) -> int | None:
    """The process's status; None if it had not ended in time, and so is ended now."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(SECONDS_TO_RUN)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then make it."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_END)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """Let Linux end the process even if the benchmark is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
