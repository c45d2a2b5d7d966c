"""A stock Rasa project that does Askwell's main job: `rasa init`'s, with an intent for each answer."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from benchmarks.processes import BenchmarkError
from bot.answers.files import AnswerFile
from bot.running.environments import BRAIN_PYTHON

ACTION = Path(__file__).with_name("action.py")
FALLBACK = "Sorry, I did not understand that. Could you say it in other words?"


def generate(folder: Path, answers: Sequence[AnswerFile]) -> None:
    """Write the project; what `rasa init` provides is copied from the installed Rasa as it is."""
    shutil.copytree(template(), folder, dirs_exist_ok=True)
    shutil.copy(ACTION, folder / "actions" / "actions.py")
    _write_yaml(folder / "data" / "answers_nlu.yml", {"nlu": [_examples(answer) for answer in answers]})
    _write_yaml(folder / "data" / "answers_rules.yml", {"rules": _rules(answers)})
    _write_yaml(folder / "domain.yml", _domain(folder, answers))
    write_words(folder / "answers.db", answers)


def write_endpoints(folder: Path, *, actions_port: int) -> None:
    """Name the action server and the tracker store, as the comments of `rasa init` suggest."""
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")},
    }
    _write_yaml(folder / "endpoints.yml", endpoints)


def intent_of(answer_id: str) -> str:
    """An answer's id as the name of an intent.

    >>> intent_of("risks/immune_reaction")
    'risks_immune_reaction'
    """
    return answer_id.replace("/", "_")


def write_words(path: Path, answers: Sequence[AnswerFile]) -> None:
    """Put the words into the database that the action reads."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE answers (intent TEXT PRIMARY KEY, words TEXT NOT NULL)")
        rows = [(intent_of(answer.id), answer.body) for answer in answers]
        database.executemany("INSERT INTO answers VALUES (?, ?)", rows)


def template() -> Path:
    """The folder that `rasa init` copies.

    Raises:
        BenchmarkError: Rasa is not installed.
    """
    found = sorted(BRAIN_PYTHON.parents[1].glob("lib/python3*/site-packages/rasa/cli/initial_project"))
    if not found:
        raise BenchmarkError("Rasa is not installed in .venvs/brain. Run: make setup")
    return found[0]


def _examples(answer: AnswerFile) -> dict[str, str]:
    lines = "".join(f"- {_plain(example)}\n" for example in answer.examples)
    return {"intent": intent_of(answer.id), "examples": lines}


def _plain(example: str) -> str:
    """Without the brackets that Rasa would read as an entity."""
    return example.translate(str.maketrans("", "", "[]{}"))


def _rules(answers: Sequence[AnswerFile]) -> list[dict[str, Any]]:
    rules = [_rule(intent_of(answer.id), "action_answer") for answer in answers]
    return [*rules, _rule("nlu_fallback", "utter_please_rephrase")]


def _rule(intent: str, action: str) -> dict[str, Any]:
    return {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}


def _domain(folder: Path, answers: Sequence[AnswerFile]) -> dict[str, Any]:
    domain: dict[str, Any] = yaml.safe_load((folder / "domain.yml").read_text())
    domain["intents"] += [intent_of(answer.id) for answer in answers]
    domain["actions"] = ["action_answer"]
    domain["responses"]["utter_please_rephrase"] = [{"text": FALLBACK}]
    return domain


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    versioned = content if path.name == "endpoints.yml" else {"version": "3.1", **content}
    path.write_text(yaml.safe_dump(versioned, allow_unicode=True, sort_keys=False), encoding="utf-8")
