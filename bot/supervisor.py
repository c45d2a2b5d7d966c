"""Starts web and brain, restarts what dies, and ends both on Ctrl-C."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
from rich.console import Console

from bot.environments import BRAIN_PYTHON, brain_variables, web_variables
from bot.errors import PortInUseError
from bot.settings import ROOT, Settings
from bot.training.models import TrainedModel

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STABLE_AFTER = 60.0
SECONDS_TO_END = 8.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One child process."""

    name: str
    command: Sequence[str]
    variables: dict[str, str]


class Supervisor:
    """Keeps programs running until it is asked to stop."""

    def __init__(self, programs: Sequence[Program], console: Console) -> None:
        self._programs = programs
        self._console = console
        self._stop = asyncio.Event()

    async def run(self, *, announce: asyncio.Task[None] | None = None) -> None:
        """Start all programs, and return when all have ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        await asyncio.gather(*(self._keep_running(program) for program in self._programs))
        if announce:
            announce.cancel()

    async def _keep_running(self, program: Program) -> None:
        """Restart with back-off; a program that ran for a minute starts anew with the shortest delay."""
        delay = FIRST_DELAY
        while not self._stop.is_set():
            began = time.monotonic()
            await self._run_once(program)
            if self._stop.is_set():
                return
            delay = FIRST_DELAY if time.monotonic() - began > STABLE_AFTER else delay
            self._console.print(f"[yellow]•[/] {program.name} ended; starting it again in {delay:g} s")
            await self._sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run_once(self, program: Program) -> None:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=ROOT,
            env=program.variables,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(self._stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            await _end(process)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


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
        *("--timeout-graceful-shutdown", "3"),
    )
    return Program("web", command, web_variables(settings))


def brain_program(settings: Settings, model: TrainedModel) -> Program:
    """The brain with one model, as the supervisor runs it."""
    port = settings.brain_url.rpartition(":")[2]
    command = (str(BRAIN_PYTHON), "-m", "bot.brain.serve", "--model", str(model.path), "--port", port)
    return Program("brain", command, brain_variables(settings))


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
