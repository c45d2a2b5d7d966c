"""A prep sheet as PDF: from the request to the last byte, with the process that makes it warm."""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx

from benchmarks.bench import Bench
from benchmarks.processes import BenchmarkError
from benchmarks.results import Row, Target
from benchmarks.systems import AskwellSystem

TIMES, QUICK_TIMES = 20, 5
WORDS = {
    "reason": "My knee hurts on stairs, and I want to kneel in the garden again. " * 4,
    "matters": "To be safe. " * 10,
}
QUESTIONS = 6
MILLISECONDS = 1_000


def measure(bench: Bench) -> list[Row]:
    """The median of one patient's sheet with words, six questions and what was read."""
    answers = [answer.id for answer in bench.answers[:QUESTIONS]]
    bench.say("making PDF")
    seconds = asyncio.run(_seconds(bench.askwell, answers, bench.options.scaled(TIMES, QUICK_TIMES)))
    median = MILLISECONDS * statistics.median(seconds)
    note = f"the first one {MILLISECONDS * seconds[0]:,.0f} ms, the slowest {MILLISECONDS * max(seconds):,.0f} ms"
    target = Target("≤ 200 ms", 200)
    return [
        Row(figure="prep sheet as PDF, warm, p50", unit="ms", askwell=median, judged=median, target=target, note=note)
    ]


async def _seconds(system: AskwellSystem, answers: list[str], times: int) -> list[float]:
    async with system.client() as client:
        opened = (await client.post("/conversations")).raise_for_status().json()
        sheet = f"/conversations/{opened['id']}/sheet"
        headers = {"Authorization": f"Bearer {opened['token']}"}
        await _fill_in(client, sheet, headers, answers)
        return [await _one(client, f"{sheet}.pdf", headers) for _ in range(times + 1)]


async def _fill_in(client: httpx.AsyncClient, sheet: str, headers: dict[str, str], answers: list[str]) -> None:
    for answer in answers:
        (await client.post(f"{sheet}/questions", json={"answer": answer}, headers=headers)).raise_for_status()
    version = (await client.get(sheet, headers=headers)).raise_for_status().json()["version"]
    body = {"version": version, "parts": WORDS}
    (await client.put(sheet, json=body, headers=headers)).raise_for_status()


async def _one(client: httpx.AsyncClient, address: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    response = await client.get(address, headers=headers)
    if response.status_code != httpx.codes.OK:
        raise BenchmarkError(f"no PDF: {response.json().get('detail')}")
    return time.perf_counter() - began
