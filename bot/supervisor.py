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
from typing import Protocol

import httpx
from rich.console import Console

from bot.environments import web_variables
from bot.errors import PortInUseError
from bot.settings import ROOT, Settings

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


class Keeper(Protocol):
    """Something that runs until it is asked to stop."""

    async def run(self, stop: asyncio.Event) -> None:
        """Run, and return soon after `stop` is set."""


class ProgramKeeper:
    """Keeps one program running: restarts it, with back-off, when it ends by itself."""

    def __init__(self, program: Program, console: Console) -> None:
        self._program = program
        self._console = console

    async def run(self, stop: asyncio.Event) -> None:
        """See `Keeper`; a program that ran for a minute starts anew with the shortest delay."""
        delay = FIRST_DELAY
        while not stop.is_set():
            began = time.monotonic()
            await self._run_once(stop)
            if stop.is_set():
                return
            delay = FIRST_DELAY if time.monotonic() - began > STABLE_AFTER else delay
            self._console.print(f"[yellow]•[/] {self._program.name} ended; starting it again in {delay:g} s")
            await waited_for(stop, delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _run_once(self, stop: asyncio.Event) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._program.command,
            cwd=ROOT,
            env=self._program.variables,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            await _end(process)


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
