"""The running system: the one that is up, or one that lives for as long as the evaluation."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from rich.console import Console

from bot.errors import AskwellError, NotRunningError
from bot.running.doctor import address_of
from bot.running.supervisor import free_port
from bot.settings import ROOT, Settings

SECONDS_TO_START, SECONDS_TO_END = 300.0, 15.0
"""Starting can include half a minute of training where there is no model yet."""


class StartFailedError(AskwellError):
    """The system did not come up for the evaluation."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"The system did not start for the evaluation:\n{_last_words(log)}")


class SystemEndedError(AskwellError):
    """The system that was started for the evaluation stopped answering before it was done."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"The system stopped in the middle of the evaluation:\n{_last_words(log)}")


@asynccontextmanager
async def running_system(settings: Settings, console: Console) -> AsyncIterator[str]:
    """The address of a system that answers; one that had to be started ends with the block.

    The latter has the active model and the starter answers, but ports and data of its own, so that nothing of
    the evaluation stays in a clinic's ledger.
    """
    address = address_of(settings)
    if await _answers(address):
        console.print(f"[green]✓[/] Evaluating what runs at {address}", highlight=False)
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="askwell-evaluation-") as folder:
        async with _started(Path(folder), console) as address:
            yield address


@asynccontextmanager
async def _started(folder: Path, console: Console) -> AsyncIterator[str]:
    port, log = free_port(), folder / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "up"),
            cwd=ROOT,
            env=_variables(folder, port),
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    _end_cleanly_when_told()
    try:
        await _until_it_answers(f"http://127.0.0.1:{port}", process, log, console)
        yield f"http://127.0.0.1:{port}"
    except NotRunningError as error:
        raise SystemEndedError(log) from error
    finally:
        await _end(process)


def _variables(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "ASKWELL_MODE": "demo",
        "ASKWELL_HOST": "127.0.0.1",
        "ASKWELL_PORT": str(port),
        "ASKWELL_BRAIN_URL": "",
        "ASKWELL_DATA_DIR": str(folder),
        "ASKWELL_DATABASE_URL": "",
        "ASKWELL_TRACKER_URL": "",
    }


def _end_cleanly_when_told() -> None:
    """A plain `kill` ends what was started, too, as Ctrl-C does."""
    task = asyncio.current_task()
    if task:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _until_it_answers(address: str, process: asyncio.subprocess.Process, log: Path, console: Console) -> None:
    try:
        with console.status("Nothing runs here: starting it for the evaluation …"):
            async with asyncio.timeout(SECONDS_TO_START):
                while not await _answers(address):
                    if process.returncode is not None:
                        raise StartFailedError(log)
                    await asyncio.sleep(0.5)
    except TimeoutError as error:
        raise StartFailedError(log) from error
    console.print("[green]✓[/] Started for the evaluation, with data of its own", highlight=False)


async def _answers(address: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            return (await client.get(f"{address}/readyz")).is_success
    except httpx.HTTPError:
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it with all that it started in its session, such as a training that is under way."""
    _tell(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), SECONDS_TO_END)
    except TimeoutError:
        _tell(process, signal.SIGKILL)
        await process.wait()


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace").strip()[-2_000:]


def _tell(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
