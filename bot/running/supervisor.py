"""Starts web and brain, restarts what dies, and ends both on Ctrl-C."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import httpx
from rich.console import Console

from bot.errors import EXPLAINED, PortInUseError
from bot.running.environments import web_variables
from bot.settings import ROOT, Settings

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STABLE_AFTER = 60.0
EQUAL_FAILURES = 3
"""Ends of a program in the same way, one after another, after which a person is told what to do."""
SECONDS_TO_END = 8.0
SECONDS_TO_PRINT = 1.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One child process."""

    name: str
    command: Sequence[str]
    variables: dict[str, str]


@dataclass
class Failures:
    """How a program ended by itself, and how often in the same way one after another."""

    reason: str = ""
    times: int = 0
    _last: float = field(default=0.0, repr=False)

    def note(self, reason: str) -> None:
        """It ended once more."""
        self.times = self.times + 1 if reason == self.reason else 1
        self.reason, self._last = reason, time.monotonic()

    @property
    def are_many(self) -> bool:
        """Whether it fails in the same way again and again."""
        return self.times >= EQUAL_FAILURES

    @property
    def recent_reason(self) -> str:
        """Why it ended; empty once it has run for a while since."""
        return self.reason if time.monotonic() - self._last < STABLE_AFTER else ""


class Keeper(Protocol):
    """Something that runs until it is asked to stop."""

    async def run(self, stop: asyncio.Event) -> None:
        """Run, and return soon after `stop` is set."""


class ProgramKeeper:
    """Keeps one program running: restarts it, with back-off, when it ends by itself."""

    def __init__(self, program: Program, console: Console) -> None:
        self.failures = Failures()
        self.meanwhile = ""
        """What is so while the program fails again and again, for the person at the terminal."""
        self._program = program
        self._console = console

    async def run(self, stop: asyncio.Event) -> None:
        """See `Keeper`; a program that ran for a minute starts anew with the shortest delay."""
        delay = FIRST_DELAY
        while not stop.is_set():
            began = time.monotonic()
            reason = await self._run_once(stop)
            if stop.is_set():
                return
            if time.monotonic() - began > STABLE_AFTER:
                delay, self.failures = FIRST_DELAY, Failures()
            self.failures.note(reason)
            self._report(delay)
            await waited_for(stop, delay)
            delay = min(delay * 2, LONGEST_DELAY)

    def _report(self, delay: float) -> None:
        name, failures = self._program.name, self.failures
        self._console.print(f"[yellow]•[/] {name} ended; starting it again in {delay:g} s")
        if failures.times == EQUAL_FAILURES:
            self._console.print(f"[red]✗[/] {name} failed {failures.times} times in the same way. ", end="")
            self._print_plainly(f"{failures.reason} {self.meanwhile}".rstrip())

    def _print_plainly(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    async def _run_once(self, stop: asyncio.Event) -> str:
        """Run until it ends, and say why it did."""
        async with _pipe() as (output, writing):
            process = await self._start(writing)
            printing = asyncio.create_task(self._pass_on(output))
            ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if not ended.done():
                await _end(process)
            last_line = await _within(SECONDS_TO_PRINT, printing)
        return last_line if process.returncode == EXPLAINED else _ending(process.returncode)

    async def _start(self, output: int) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._program.command,
                cwd=ROOT,
                env=self._program.variables,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                stdout=output,
            )
        finally:
            os.close(output)

    async def _pass_on(self, output: asyncio.StreamReader) -> str:
        """Print each line, and return the last one."""
        last = ""
        async for line in _lines(output):
            last = line
            self._print_plainly(line)
        return last


class Supervisor:
    """Runs keepers until Ctrl-C or SIGTERM."""

    def __init__(self, keepers: Sequence[Keeper]) -> None:
        self._keepers = keepers

    async def run(self, *, announce: asyncio.Task[None] | None = None) -> None:
        """Start everything, and return when all has ended."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await asyncio.gather(*(keeper.run(stop) for keeper in self._keepers))
        if announce:
            announce.cancel()


async def waited_for(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, but not for longer; whether it is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """A pipe of our own: with asyncio's, a program ends only when the last of its children has closed it."""
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    protocol = partial(asyncio.StreamReaderProtocol, reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(protocol, os.fdopen(reading, "rb"))
    try:
        yield reader, writing
    finally:
        transport.close()


async def _lines(output: asyncio.StreamReader) -> AsyncIterator[str]:
    line = b"\n"
    while line:
        try:
            line = await output.readline()
        except ValueError:  # longer than the buffer, and dropped: whoever prints must never have to wait for us
            continue
        if line:
            yield line.decode(errors="replace").rstrip()


async def _within(seconds: float, printing: asyncio.Task[str]) -> str:
    """What was printed last; a child's child that keeps the output open is not waited for."""
    with suppress(TimeoutError):
        return await asyncio.wait_for(printing, seconds)
    return ""


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"It was ended by signal {-code}."
    return f"It ended with exit code {code}."


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), SECONDS_TO_END)
    except TimeoutError:
        process.kill()
        await process.wait()


def _end_with_parent() -> None:
    """Let Linux end the child even if the supervisor is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def web_program(settings: Settings) -> Program:
    """Web, as the supervisor runs it."""
    command = (
        *(sys.executable, "-m", "uvicorn", "bot.asgi:make_app", "--factory"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--no-access-log", "--no-server-header", "--log-level", "warning"),
        "--no-proxy-headers",  # it would believe every program on this machine; web believes its own list
        *("--timeout-graceful-shutdown", "3"),
    )
    return Program("web", command, web_variables(settings))


def require_free_port(host: str, port: int) -> None:
    """Fail early and clearly.

    Raises:
        PortInUseError: Somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUseError(port) from error


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def announce_when_ready(address: str, console: Console) -> None:
    """Wait until the assistant really answers, then print where it is."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        with console.status("Starting: waiting until the assistant answers …"):
            while not await _is_ready(client):  # noqa: ASYNC110 (another process, which sets no event of ours)
                await asyncio.sleep(0.3)
    console.print(f"[green]✓[/] Askwell answers at [bold]{address}/[/]", highlight=False)
    console.print(f"  API: {address}/api/docs   state: {address}/readyz   stop: Ctrl-C", highlight=False)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.HTTPError:
        return False
