"""Open event streams: what they cost a turn, and in memory."""

from __future__ import annotations

import asyncio
import resource
import statistics
from contextlib import AsyncExitStack, suppress

import httpx

from benchmarks.bench import Bench
from benchmarks.figures.memory import resident_mb
from benchmarks.processes import BenchmarkError
from benchmarks.results import Row, Target
from benchmarks.systems import AskwellSystem

STREAMS, QUICK_STREAMS = 2_000, 200
TURNS, QUICK_TURNS = 60, 20
ROUNDS = 3
AT_ONCE = 50
SECONDS_TO_SETTLE = 8.0
KILOBYTES = 1_024
SPARE_FILES = 500


def measure(bench: Bench) -> list[Row]:
    """A turn while streams are open over a turn without, by turns, and the memory that a stream takes."""
    streams = bench.options.scaled(STREAMS, QUICK_STREAMS)
    texts = [answer.examples[0] for answer in bench.answers][: bench.options.scaled(TURNS, QUICK_TURNS)]
    _allow_files(streams + SPARE_FILES)
    bench.say(f"opening {streams:,} event streams")
    ratios, kilobytes = asyncio.run(_measured(bench.askwell, texts, streams))
    note = f"{kilobytes:,.0f} kB a stream; rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)}"
    return [
        Row(
            figure=f"turn with {streams:,} open event streams over a turn without",
            unit="times",
            askwell=statistics.median(ratios),
            judged=statistics.median(ratios),
            target=Target("≤ 1.2", 1.2),
            note=note,
        )
    ]


async def _measured(system: AskwellSystem, texts: list[str], streams: int) -> tuple[list[float], float]:
    ratios, growth = [], 0.0
    for _ in range(ROUNDS):
        without, before = await _turn(system, texts), resident_mb(system.pids)
        async with AsyncExitStack() as stack:
            await _open(system, streams, stack)
            await asyncio.sleep(SECONDS_TO_SETTLE)
            growth = max(growth, resident_mb(system.pids) - before)
            ratios.append(await _turn(system, texts) / without)
        await asyncio.sleep(SECONDS_TO_SETTLE)
    return ratios, growth * KILOBYTES / streams


async def _turn(system: AskwellSystem, texts: list[str]) -> float:
    async with system.client() as client:
        conversation = await system.open(client)
        return statistics.median([(await conversation.say(text)).seconds for text in texts])


async def _open(system: AskwellSystem, streams: int, stack: AsyncExitStack) -> None:
    """Open them a few at a time, each with a conversation of its own, and keep reading all of them."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # web closes what lies idle
    address = f"{system.address}/api/v1"
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, limits=limits, timeout=None))  # noqa: S113 (a stream lasts)
    places = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with places:
            opened = (await client.post("/conversations")).raise_for_status().json()
            headers = {"Authorization": f"Bearer {opened['token']}"}
            request = client.stream("GET", f"/conversations/{opened['id']}/events", headers=headers)
            response = await stack.enter_async_context(request)
            reader = asyncio.create_task(_read(response))
            stack.callback(reader.cancel)

    await asyncio.gather(*(one() for _ in range(streams)))


async def _read(response: httpx.Response) -> None:
    with suppress(httpx.HTTPError):
        async for _ in response.aiter_raw():
            pass


def _allow_files(count: int) -> None:
    """Each stream is an open file, here and in web.

    Raises:
        BenchmarkError: The system does not allow so many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    elif soft < count:
        raise BenchmarkError(f"this system allows {hard} open files a process, {count} are needed")
