"""Run Askwell itself beside any installation that is already running: own port, own data, own models."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import httpx
from rich.console import Console

from benchmarks.content import content_hash, write_answers
from benchmarks.folders import BENCH
from benchmarks.processes import Cost, run, running, wait_until
from benchmarks.systems import AskwellSystem
from bot.answers.catalogue import Catalogue
from bot.answers.files import AnswerFile
from bot.errors import ModelMissingError
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.running.preparation import Preparation
from bot.running.supervisor import free_port
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.training.bundle import Bundle
from bot.training.models import ModelShelf, TrainedModel


@dataclass(frozen=True)
class Installation:
    """An installation of Askwell in a folder of its own, with answers of its own."""

    name: str
    answers: tuple[AnswerFile, ...]

    @property
    def folder(self) -> Path:
        """Where its database, its models and its answer files are."""
        return BENCH / self.name

    @cached_property
    def settings(self) -> Settings:
        """The settings' defaults, but for where things are."""
        return Settings(data_dir=self.folder, models_dir=self.folder / "models", database_url="", mode="demo")

    @property
    def variables(self) -> dict[str, str]:
        """The same settings for a process."""
        return {
            "ASKWELL_MODE": "demo",
            "ASKWELL_DATA_DIR": str(self.folder),
            "ASKWELL_MODELS_DIR": str(self.folder / "models"),
            "ASKWELL_DATABASE_URL": "",
            "ASKWELL_TRACKER_URL": "",
            "ASKWELL_BRAIN_URL": "",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def has_fitting_model(self) -> bool:
        """Whether today's code trained the model that would serve."""
        try:
            return ModelShelf(self.settings.models_dir).active().fits
        except ModelMissingError:
            return False

    def load(self) -> None:
        """Write the answers as files and load them, as a clinic would."""
        write_answers(self.answers, self.folder / "answers")
        asyncio.run(self._load())

    async def _load(self) -> None:
        preparation = Preparation(self.settings, Console(quiet=True))
        await preparation.database()
        await preparation.answers(self.folder / "answers")

    def train(self) -> Cost:
        """Train the model that serves: the training alone, without the gate, as stock has none."""
        bundle = asyncio.run(self._bundle())
        bundle.write(self.settings.bundle_path)
        shelf = ModelShelf(self.settings.models_dir)
        path = shelf.new_path(bundle.hash)
        command = (str(BRAIN_PYTHON), "-m", "bot.brain.train", "--out", str(path))
        cost = run(f"{self.name}-train", command, folder=ROOT, variables=brain_variables(self.settings))
        shelf.activate(TrainedModel(path))
        return cost

    async def _bundle(self) -> Bundle:
        database = Database(self.settings.store_url)
        revisions = await Catalogue(database, publish_starters=True).published()
        await database.close()
        return Bundle.freeze(revisions)


def installation_of(name: str, answers: Sequence[AnswerFile]) -> Installation:
    """An installation below var/bench."""
    return Installation(name, tuple(answers))


def prepared(installation: Installation, *, retrain: bool = False) -> Cost:
    """See to it that there is a model of this content and of today's code; what its training cost."""
    note = installation.folder / "training.json"
    key = content_hash(installation.answers)
    kept = json.loads(note.read_text()) if note.exists() else {}
    if kept.get("key") == key and installation.has_fitting_model and not retrain:
        return Cost(kept["seconds"], kept["cpu_seconds"])
    cost = _prepare(installation)
    note.write_text(json.dumps({"key": key, **asdict(cost)}))
    return cost


def _prepare(installation: Installation) -> Cost:
    shutil.rmtree(installation.folder, ignore_errors=True)
    installation.load()
    Preparation(installation.settings, Console(quiet=True)).encoder()
    return installation.train()


@contextmanager
def askwell_running(installation: Installation) -> Iterator[AskwellSystem]:
    """Supervisor, web and brain for as long as the block lasts."""
    port = free_port()
    variables = {**installation.variables, "ASKWELL_PORT": str(port)}
    command = (sys.executable, "-m", "benchmarks.up")
    with running(installation.name, command, folder=ROOT, variables=variables) as supervisor:
        system = AskwellSystem(f"http://127.0.0.1:{port}", (supervisor.pid,))
        _wait(system, supervisor, installation.name)
        yield system


def _wait(system: AskwellSystem, supervisor: subprocess.Popen[bytes], name: str) -> None:
    def is_ready() -> bool:
        try:
            return httpx.get(f"{system.address}/readyz", timeout=10, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    wait_until(is_ready, supervisor, name=name)
