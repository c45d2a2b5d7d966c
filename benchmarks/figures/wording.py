"""A new wording is published: when does the next patient read it?"""

from __future__ import annotations

import asyncio
import statistics
import time

from benchmarks.bench import Bench
from benchmarks.processes import BenchmarkError
from benchmarks.results import Row, Target
from benchmarks.systems import AskwellSystem
from bot.answers.catalogue import Catalogue
from bot.answers.files import AnswerFile
from bot.store.database import Database

ROUNDS, QUICK_ROUNDS = 5, 2
TRIES = 100


def measure(bench: Bench) -> list[Row]:
    """From before it is committed until a patient has read it, without training."""
    rounds = range(bench.options.scaled(ROUNDS, QUICK_ROUNDS))
    url = f"sqlite+aiosqlite:///{bench.installation.folder / 'askwell.db'}"
    bench.say("publishing new wordings")
    times = [asyncio.run(_published(bench.askwell, url, _reworded(bench.answers[n], n))) for n in rounds]
    asyncio.run(_publish(url, bench.answers[: len(rounds)]))
    return [_row(statistics.median(times))]


async def _published(system: AskwellSystem, url: str, answer: AnswerFile) -> float:
    began = time.perf_counter()
    await _publish(url, [answer])
    async with system.client() as client:
        for _ in range(TRIES):
            said = await (await system.open(client)).choose(answer.id)
            if answer.body in said.words:
                return time.perf_counter() - began
    raise BenchmarkError(f"the new wording of {answer.id} was not read after {TRIES} questions")


async def _publish(url: str, answers: list[AnswerFile]) -> None:
    database = Database(url)
    await Catalogue(database, publish_starters=True).load(answers)
    await database.close()


def _reworded(answer: AnswerFile, number: int) -> AnswerFile:
    """As the same second never comes again, neither does the wording."""
    return answer.model_copy(update={"body": f"Reworded, {number}, {time.time_ns()}. {answer.body}"})


def _row(seconds: float) -> Row:
    target = Target("≤ 1 s, no training", 1)
    return Row(figure="new wording → next patient", unit="s", askwell=seconds, judged=seconds, target=target)
