"""The content that both systems are given: 100 answers of 20 example questions each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import islice, product
from pathlib import Path

import yaml

from benchmarks.folders import BENCH
from bot.answers.files import AnswerFile, read_answer_files
from bot.settings import ROOT

ANSWERS = 100
EXAMPLES = 20
FOLDER = BENCH / "content"
_OPENINGS = (
    "please tell me, {}",
    "one more thing, {}",
    "hi, {}",
    "{} thanks",
    "i was wondering, {}",
    "ok so {}",
)


def frozen_content() -> list[AnswerFile]:
    """The benchmark's answers; they are frozen once, so that a cached model stays comparable."""
    if not FOLDER.exists():
        write_answers(select(read_answer_files(ROOT / "data" / "answers")), FOLDER)
    return read_answer_files(FOLDER)


def select(answers: Sequence[AnswerFile], wanted: int = ANSWERS) -> list[AnswerFile]:
    """Answers from all categories alike, each with exactly as many examples as the benchmark states."""
    step = max(1.0, len(answers) / wanted)
    chosen = [answers[int(number * step)] for number in range(min(wanted, len(answers)))]
    return [answer.model_copy(update={"examples": with_examples(answer.examples)}) for answer in chosen]


def with_examples(examples: Sequence[str], wanted: int = EXAMPLES) -> list[str]:
    """As many examples as wanted; where there are too few, some are said once more with an opening."""
    more = (opening.format(example) for opening, example in product(_OPENINGS, examples))
    return [*examples[:wanted], *islice(more, max(0, wanted - len(examples)))]


def write_answers(answers: Sequence[AnswerFile], folder: Path) -> None:
    """Write answer files as a clinic would."""
    for answer in answers:
        path = folder / f"{answer.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_file(answer), encoding="utf-8")


def as_file(answer: AnswerFile) -> str:
    """One answer as Markdown with front matter."""
    front = answer.model_dump(mode="json", exclude={"id", "body"}, exclude_none=True)
    return f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False)}---\n{answer.body}\n"


def content_hash(answers: Sequence[AnswerFile]) -> str:
    """A short hash of answers, to name what was made from them."""
    return hashlib.sha256("".join(answer.content_hash for answer in answers).encode()).hexdigest()[:12]
