"""The same bundle gives the same decisions: what the gate measured is what another training would have made."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bot.answers.files import read_answer_files
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.settings import ROOT, load_settings
from bot.training.models import ModelShelf

EVERY = 4


def test_another_training_on_the_same_bundle_decides_the_same(tmp_path: Path) -> None:
    settings = load_settings()
    serving = ModelShelf(settings.models_dir).active()
    again, decisions = tmp_path / f"{serving.name}.tar.gz", tmp_path / "decisions.json"
    questions = tmp_path / "questions.json"
    texts = [text for answer in read_answer_files(settings.answers_dir) for text in answer.tests]
    questions.write_text(json.dumps(texts[::EVERY]), encoding="utf-8")
    _brain("bot.brain.train", "--out", str(again))
    compared = ("--model", str(serving.path), "--model", str(again))
    _brain("bot.brain.judge", *compared, "--questions", str(questions), "--out", str(decisions))
    first, second = json.loads(decisions.read_text(encoding="utf-8"))
    assert len(first) == len(texts[::EVERY])
    assert first == second


def _brain(module: str, *arguments: str) -> None:
    subprocess.run(
        [str(BRAIN_PYTHON), "-m", module, *arguments],
        cwd=ROOT,
        env=brain_variables(load_settings()),
        check=True,
        capture_output=True,
    )
