"""Open event streams: what they cost a turn, and in memory."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from benchmarks.bench import Bench
from benchmarks.figures.memory import resident_mb
from benchmarks.listeners import READY, Account
from benchmarks.processes import BenchmarkError, processor_seconds
from benchmarks.results import Row, Target
from benchmarks.systems import AskwellSystem
from bot.settings import ROOT

STREAMS, QUICK_STREAMS = 2_000, 200
TURNS, QUICK_TURNS = 60, 20
ROUNDS = 3
AT_ONCE = 16
SECONDS_TO_SETTLE = 8.0
SECONDS_IN_ALL = 330.0
LONGEST_LINE = 1_000_000
KILOBYTES, MILLISECONDS = 1_024, 1_000


@dataclass(frozen=True)
class Turns:
    """What turns took: the median's seconds, and the processor's for one, all processes of the service together."""

    seconds: float
    processor_seconds: float


@dataclass(frozen=True)
class Round:
    """Turns without streams, and then with them."""

    without: Turns
    with_streams: Turns
    opening: float
    """Seconds until all streams were open."""
    kilobytes: float
    """Resident memory that a stream took."""

    @property
    def ratio(self) -> float:
        """What the streams cost a turn."""
        return self.with_streams.seconds / self.without.seconds


def measure(bench: Bench) -> list[Row]:
    """A turn while streams are open over a turn without, by turns, and the memory that a stream takes."""
    streams = bench.options.scaled(STREAMS, QUICK_STREAMS)
    texts = [answer.examples[0] for answer in bench.answers][: bench.options.scaled(TURNS, QUICK_TURNS)]
    system = bench.askwell
    bench.say(f"measuring turns with and without {streams:,} event streams")
    return [row_of(asyncio.run(_measured(system, texts, streams)), streams)]


def row_of(rounds: Sequence[Round], streams: int) -> Row:
    """The middle round; memory is that of the dearest, as what is freed stays with the process."""
    ratio = statistics.median(item.ratio for item in rounds)
    turns = ", ".join(_milliseconds(item.without.seconds, item.with_streams.seconds) for item in rounds)
    processor = (
        statistics.median(item.without.processor_seconds for item in rounds),
        statistics.median(item.with_streams.processor_seconds for item in rounds),
    )
    note = (
        f"turns {turns} ms; processor time of a turn {_milliseconds(*processor)} ms; "
        f"{max(item.kilobytes for item in rounds):,.0f} kB a stream; "
        f"all open after {max(item.opening for item in rounds):,.0f} s"
    )
    return Row(
        figure=f"turn with {streams:,} open event streams over a turn without",
        unit="times",
        askwell=ratio,
        judged=ratio,
        target=Target("≤ 1.2", 1.2),
        note=note,
    )


def _milliseconds(without: float, with_streams: float) -> str:
    return f"{MILLISECONDS * without:.0f} → {MILLISECONDS * with_streams:.0f}"


async def _measured(system: AskwellSystem, texts: Sequence[str], streams: int) -> list[Round]:
    """All rounds, with the same conversations, which the service itself opens beforehand.

    Raises:
        BenchmarkError: They took too long.
    """
    try:
        async with asyncio.timeout(SECONDS_IN_ALL):
            accounts = await _accounts(system, streams)
            return [await _round(system, texts, accounts) for _ in range(ROUNDS)]
    except TimeoutError as error:
        raise BenchmarkError(f"{streams:,} streams took more than {SECONDS_IN_ALL:.0f} s") from error


async def _accounts(system: AskwellSystem, count: int) -> list[Account]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient) -> Account:
        async with places:
            opened = (await client.post("/conversations", json={})).raise_for_status().json()
        return opened["id"], opened["token"]

    async with system.client() as client:
        return await asyncio.gather(*(one(client) for _ in range(count)))


async def _round(system: AskwellSystem, texts: Sequence[str], accounts: Sequence[Account]) -> Round:
    without, before = await _turns(system, texts), resident_mb(system.pids)
    began = time.perf_counter()
    async with _open(system, accounts):
        opening = time.perf_counter() - began
        await asyncio.sleep(SECONDS_TO_SETTLE)
        growth = resident_mb(system.pids) - before
        with_streams = await _turns(system, texts)
    await asyncio.sleep(SECONDS_TO_SETTLE)
    return Round(without, with_streams, opening, growth * KILOBYTES / len(accounts))


async def _turns(system: AskwellSystem, texts: Sequence[str]) -> Turns:
    async with system.client() as client:
        conversation, began = await system.open(client), processor_seconds(system.pids)
        seconds = [(await conversation.say(text)).seconds for text in texts]
    used = processor_seconds(system.pids) - began
    return Turns(statistics.median(seconds), used / len(texts))


@asynccontextmanager
async def _open(system: AskwellSystem, accounts: Sequence[Account]) -> AsyncIterator[None]:
    """Streams of these conversations, held by a process of their own.

    Raises:
        BenchmarkError: Not all could be opened, or not all stayed open.
    """
    address = httpx.URL(system.address)
    command = (sys.executable, "-m", "benchmarks.listeners", address.host, str(address.port))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE)
    try:
        await _require(process, json.dumps(accounts) + "\n", READY)
        yield
        await _require(process, None, "0")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _require(process: Process, line: str | None, answer: str) -> None:
    """Send a line, or the end of all lines, and expect an answer."""
    assert process.stdin  # noqa: S101 (both are pipes)
    assert process.stdout  # noqa: S101
    if line is None:
        process.stdin.close()
    else:
        process.stdin.write(line.encode())
        await process.stdin.drain()
    said = (await process.stdout.readline()).decode().strip()
    if said != answer:
        raise BenchmarkError(f"the streams' client said {said!r} instead of {answer!r}")
