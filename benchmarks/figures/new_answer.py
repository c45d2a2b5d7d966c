"""A new answer: how long until it is trained, and is anybody left without a reply meanwhile?"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

import httpx

from benchmarks.askwell import Installation, installation_of
from benchmarks.bench import Bench
from benchmarks.processes import BenchmarkError, run
from benchmarks.results import Row, Target
from benchmarks.synthetic import synthetic_answers
from benchmarks.systems import AskwellSystem
from bot.settings import ROOT

PAUSE = 0.5
SECONDS_TO_SWAP = 20.0


@dataclass
class Meanwhile:
    """What the patients met during the training."""

    asked: int = 0
    failed: int = 0


def measure(bench: Bench) -> list[Row]:
    """In a copy of the installation: load one answer more, train, and see whether it is served."""
    _ = bench.askwell_training
    installation = _copy(bench.installation)
    system = bench.start(installation)
    installation.load()
    bench.say("training with one answer more, while patients ask")
    return [asyncio.run(_measured(bench, installation, system))]


def _copy(installation: Installation) -> Installation:
    copy = installation_of(f"{installation.name}-growing", [*installation.answers, *synthetic_answers(1)])
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(installation.folder, copy.folder)
    return copy


async def _measured(bench: Bench, installation: Installation, system: AskwellSystem) -> Row:
    meanwhile, began = Meanwhile(), time.perf_counter()
    asking = asyncio.create_task(_keep_asking(bench, system, meanwhile))
    await asyncio.to_thread(_train, installation)
    is_served = await _is_served(system, installation.answers[-1].tests[0], installation.answers[-1].id)
    seconds = time.perf_counter() - began
    asking.cancel()
    return _row(seconds if is_served else seconds - SECONDS_TO_SWAP, meanwhile, is_served=is_served)


def _train(installation: Installation) -> None:
    command = (sys.executable, "-m", "benchmarks.train")
    run(f"{installation.name}-train", command, folder=ROOT, variables=installation.variables)


async def _keep_asking(bench: Bench, system: AskwellSystem, meanwhile: Meanwhile) -> None:
    async with system.client() as client:
        while True:
            meanwhile.asked += 1
            try:
                await (await system.open(client)).say(bench.wordings.next())
            except (BenchmarkError, httpx.HTTPError):
                meanwhile.failed += 1
            await asyncio.sleep(PAUSE)


async def _is_served(system: AskwellSystem, question: str, answer_id: str) -> bool:
    deadline = time.monotonic() + SECONDS_TO_SWAP
    async with system.client() as client:
        while time.monotonic() < deadline:
            with suppress(BenchmarkError, httpx.HTTPError):
                if (await (await system.open(client)).say(question)).answer == answer_id:
                    return True
            await asyncio.sleep(PAUSE)
    return False


def _row(seconds: float, meanwhile: Meanwhile, *, is_served: bool) -> Row:
    served = "served" if is_served else "trained; it serves from the next start on"
    return Row(
        figure="new answer → trained, gated, swapped in",
        unit="s",
        askwell=seconds,
        judged=seconds if is_served and not meanwhile.failed else float("inf"),
        target=Target("≤ 60 s, no message failed", 60),
        note=f"{served}; {meanwhile.failed} of {meanwhile.asked} messages failed meanwhile",
    )
