"""The questions that are asked: the answers' own test questions, which neither system was trained on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from benchmarks.processes import BenchmarkError
from benchmarks.systems import System
from bot.answers.files import AnswerFile

CANDIDATES = 160
FEWEST = 40


def agreed_questions(answers: Sequence[AnswerFile], systems: Sequence[System]) -> list[str]:
    """Those of the candidates that every system answers with an answer; asking them warms both up.

    Raises:
        BenchmarkError: They are too few to measure with.
    """
    agreed = asyncio.run(_agreed(candidates(answers), systems))
    if len(agreed) < FEWEST:
        raise BenchmarkError(f"only {len(agreed)} questions are answered by both systems")
    return agreed


def candidates(answers: Sequence[AnswerFile], wanted: int = CANDIDATES) -> list[str]:
    """Test questions in turn: every answer's first, then every answer's second, and so on."""
    rounds = max(len(answer.tests) for answer in answers)
    asked = (answer.tests[number] for number in range(rounds) for answer in answers if number < len(answer.tests))
    return list(dict.fromkeys(asked))[:wanted]


async def _agreed(questions: Iterable[str], systems: Sequence[System]) -> list[str]:
    agreed = list(questions)
    for system in systems:
        agreed = await _answered(system, agreed)
    return agreed


async def _answered(system: System, questions: Iterable[str]) -> list[str]:
    async with system.client() as client:
        return [question for question in questions if (await (await system.open(client)).say(question)).is_answer]
