"""The questions that models are measured on, and never trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bot.answers.models import Revision
from bot.errors import BrokenDataFileError
from bot.training.gate import Question


def read_questions(folder: Path, revisions: Sequence[Revision]) -> list[Question]:
    """The test questions of all answers, and the sets in `folder`, whose file names say what should happen.

    Raises:
        BrokenDataFileError: A line of a set is not `{"text": …}`.
    """
    of_answers = [Question(text, revision.answer_id) for revision in revisions for text in revision.tests]
    of_sets = [question for path in sorted(folder.glob("*.jsonl")) for question in _read_set(path)]
    return of_answers + of_sets


def _read_set(path: Path) -> list[Question]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [Question(row["text"], path.stem) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenDataFileError(path, 'each line must be {"text": "…"}') from error
