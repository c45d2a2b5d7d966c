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
from benchmarks.folders import LOGS
from benchmarks.processes import BenchmarkError, running
from benchmarks.questions import candidates
from benchmarks.results import Row, Target
from benchmarks.synthetic import synthetic_answers
from benchmarks.systems import AskwellSystem
from benchmarks.wordings import Wordings
from bot.settings import ROOT

QUESTION = "What are exosomes?"
PAUSE = 0.5
SECONDS_TO_TRAIN = 900.0
SECONDS_TO_SWAP = 90.0


@dataclass
class Meanwhile:
    """What the patients met during the training."""

    asked: int = 0
    failed: int = 0


def measure(bench: Bench) -> list[Row]:
    """In an installation of its own: one answer more, train, and see when the new model serves."""
    _ = bench.askwell_training
    installation = _with_one_more(bench.installation)
    system = bench.start(installation)
    bench.say("training with one answer more, while patients ask")
    return [asyncio.run(_measured(installation, system))]


def _with_one_more(installation: Installation) -> Installation:
    """The same model, and one answer more than it was trained on."""
    growing = installation_of(f"{installation.name}-growing", [*installation.answers, *synthetic_answers(1)])
    shutil.rmtree(growing.folder, ignore_errors=True)
    shutil.copytree(installation.settings.models_dir, growing.settings.models_dir)
    growing.load()
    return growing


async def _measured(installation: Installation, system: AskwellSystem) -> Row:
    old, texts = await _model(system), Wordings(candidates(installation.answers))
    meanwhile, began = Meanwhile(), time.perf_counter()
    asking = asyncio.create_task(_keep_asking(system, texts, meanwhile))
    await _train(installation)
    is_served = await _is_replaced(system, old)
    seconds = time.perf_counter() - began
    asking.cancel()
    return _row(seconds if is_served else seconds - SECONDS_TO_SWAP, meanwhile, is_served=is_served)


async def _train(installation: Installation) -> None:
    """Not in a thread: ending the benchmark must end the training."""
    name, command = f"{installation.name}-train", (sys.executable, "-m", "benchmarks.train")
    with running(name, command, folder=ROOT, variables=installation.variables) as process:
        deadline = time.monotonic() + SECONDS_TO_TRAIN
        while process.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110 (a process sets no event)
            await asyncio.sleep(PAUSE)
    if process.returncode:
        raise BenchmarkError(f"{name} ended with status {process.returncode}; see its log in {LOGS}")


async def _keep_asking(system: AskwellSystem, texts: Wordings, meanwhile: Meanwhile) -> None:
    async with system.client() as client:
        while True:
            meanwhile.asked += 1
            try:
                await (await system.open(client)).say(texts.next())
            except (BenchmarkError, httpx.HTTPError):
                meanwhile.failed += 1
            await asyncio.sleep(PAUSE)


async def _is_replaced(system: AskwellSystem, old: str | None) -> bool:
    """Whether another model answers than before."""
    deadline = time.monotonic() + SECONDS_TO_SWAP
    while time.monotonic() < deadline:
        with suppress(BenchmarkError, httpx.HTTPError):
            if await _model(system) != old:
                return True
        await asyncio.sleep(PAUSE)
    return False


async def _model(system: AskwellSystem) -> str | None:
    async with system.client() as client:
        return (await (await system.open(client)).say(QUESTION)).model


def _row(seconds: float, meanwhile: Meanwhile, *, is_served: bool) -> Row:
    served = "served" if is_served else "trained; it serves from the next start on"
    return Row(
        figure="new answer → trained, gated, swapped in",
        unit="s",
        askwell=seconds,
        judged=seconds,
        is_broken=bool(meanwhile.failed) or not is_served,
        target=Target("≤ 60 s, no message failed", 60),
        note=f"{served}; {meanwhile.failed} of {meanwhile.asked} messages failed meanwhile",
    )
