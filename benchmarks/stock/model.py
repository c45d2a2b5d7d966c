"""Training the stock project: once for each content, kept with what it cost."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.content import content_hash, frozen_content
from benchmarks.folders import BENCH
from benchmarks.processes import Cost, run
from benchmarks.stock.project import generate
from bot.answers.files import AnswerFile
from bot.running.environments import BRAIN_PYTHON

VARIABLES = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
RASA = (str(BRAIN_PYTHON), "-m", "rasa")


@dataclass(frozen=True)
class StockModel:
    """A trained stock project."""

    folder: Path
    cost: Cost
    trained_on: str
    fresh: bool = False

    @property
    def archive(self) -> Path:
        """The model that `rasa run` serves."""
        return self.folder / "models" / "stock.tar.gz"


def folder_of(answers: Sequence[AnswerFile]) -> Path:
    """Where the project for this content is."""
    return BENCH / "stock" / content_hash(answers)


def stock_model(answers: Sequence[AnswerFile], *, retrain: bool = False) -> StockModel:
    """The stock project trained on these answers; from the cache where it is there."""
    folder = folder_of(answers)
    note = folder / "training.json"
    if retrain or not note.exists():
        return _train(folder, answers, note)
    kept = json.loads(note.read_text())
    return StockModel(folder, Cost(kept["seconds"], kept["cpu_seconds"]), kept["on"])


def _train(folder: Path, answers: Sequence[AnswerFile], note: Path) -> StockModel:
    generate(folder, answers)
    command = (*RASA, "train", "--fixed-model-name", "stock", "--force", "--out", "models")
    cost = run("stock-train", command, folder=folder, variables=VARIABLES)
    on = f"{datetime.now(UTC):%Y-%m-%d}"
    note.write_text(json.dumps({**asdict(cost), "on": on}))
    return StockModel(folder, cost, on, fresh=True)


if __name__ == "__main__":
    made = stock_model(frozen_content(), retrain="--retrain" in sys.argv)
    print(f"{made.folder}: {made.cost.seconds:.0f} s")
