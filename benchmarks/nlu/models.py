"""Training and asking the two pipelines, each in a process of its own in the brain's environment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.folders import BENCH
from benchmarks.nlu.datasets import Dataset
from benchmarks.nlu.scores import Guesses
from benchmarks.processes import Cost, run
from benchmarks.stock.model import RASA, VARIABLES
from benchmarks.stock.project import template
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.settings import ROOT, load_settings

FOLDER = BENCH / "nlu"


def ours(dataset: Dataset) -> tuple[Guesses, Cost]:
    """Our encoder, sparse features and classifier; the cost is of training and asking together."""
    return _ask("benchmarks.nlu.worker", dataset, FOLDER / "ours")


def stock(dataset: Dataset) -> tuple[Guesses, Cost]:
    """Stock Rasa's default pipeline: what is out of scope is an intent like any other to it."""
    folder = FOLDER / "stock"
    shutil.rmtree(folder, ignore_errors=True)
    _write_project(folder, dataset)
    command = (*RASA, "train", "nlu", "--fixed-model-name", "stock", "--out", "models")
    cost = run("nlu-stock-train", command, folder=folder, variables=VARIABLES)
    guesses, _ = _ask("benchmarks.nlu.stock_worker", dataset, folder, folder / "models" / "stock.tar.gz")
    return guesses, cost


def _ask(module: str, dataset: Dataset, folder: Path, *arguments: Path) -> tuple[Guesses, Cost]:
    folder.mkdir(parents=True, exist_ok=True)
    given, made = folder / "given.json", folder / "made.json"
    given.write_text(json.dumps(_given(dataset)))
    command = (str(BRAIN_PYTHON), "-m", module, *map(str, (given, made, *arguments)))
    variables = {**brain_variables(load_settings()), "PYTHONPATH": str(ROOT)}
    cost = run(module.rpartition(".")[2], command, folder=ROOT, variables=variables)
    return Guesses(**json.loads(made.read_text())), cost


def _given(dataset: Dataset) -> dict[str, Sequence[object]]:
    test = [text for text, _ in dataset.test] + list(dataset.oos_test)
    return {"train": dataset.train, "oos_train": dataset.oos_train, "test": test}


def _write_project(folder: Path, dataset: Dataset) -> None:
    folder.mkdir(parents=True)
    (folder / "data").mkdir()
    for name in ("config.yml", "domain.yml"):
        shutil.copy(template() / name, folder)
    labelled = [*dataset.train, *((text, "out_of_scope") for text in dataset.oos_train)]
    intents = {label: [text for text, other in labelled if other == label] for _, label in labelled}
    blocks = [{"intent": label, "examples": _lines(texts)} for label, texts in intents.items()]
    (folder / "data" / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}))


def _lines(texts: Sequence[str]) -> str:
    plain = (text.translate(str.maketrans("", "", "[]{}")) for text in texts)
    return "".join(f"- {text}\n" for text in plain)
