"""What must be there before Askwell can start; each step says what it does and does nothing twice."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from bot.answers.catalogue import Catalogue, Loaded
from bot.answers.files import read_answer_files
from bot.errors import EXPLAINED, AskwellError, ModelMissingError, UnusableModelError
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.training.models import ModelShelf, TrainedModel
from bot.training.trainer import Trainer


class StepFailedError(AskwellError):
    """A step of the preparation ended with an error."""

    def __init__(self, step: str, output: str) -> None:
        super().__init__(f"{step} failed:\n{output.strip()[-2_000:]}")


class Preparation:
    """The steps, in their order."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console
        self._shelf = ModelShelf(settings.models_dir)

    async def everything(self) -> TrainedModel:
        """Do what is missing, and return the model that serves."""
        await self._content()
        try:
            model = self._shelf.active()
        except ModelMissingError:
            return await self.train()
        if not model.fits:
            self._console.print(f"[yellow]•[/] {model.name} was trained by another version of Askwell; training anew")
            return await self.train()
        self._done("Model", model.name)
        await self._warn_if_stale(model)
        return model

    async def new_model(self) -> TrainedModel:
        """Train on the content as it is now."""
        await self._content()
        return await self.train()

    async def _content(self) -> None:
        self.encoder()
        await self.database()
        await self.answers()

    def encoder(self) -> None:
        """Prepare the sentence encoder."""
        folder = self._settings.encoder_dir
        self._run("Sentence encoder", "bot.brain.encoder_preparation", ["--out", str(folder)])
        self._done("Sentence encoder", "ready")

    async def database(self) -> None:
        """Bring the database to the newest schema."""
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(self._settings.store_url)
        changed = await migrate(database)
        await database.close()
        self._done("Database", "migrated" if changed else "up to date")

    async def answers(self, folder: Path | None = None) -> Loaded:
        """Load the starter answers."""
        files = read_answer_files(folder or self._settings.answers_dir)
        database = Database(self._settings.store_url)
        loaded = await self._catalogue(database).load(files)
        await database.close()
        self._done("Answers", f"{loaded.new} new, {loaded.changed} changed, {loaded.unchanged} unchanged")
        return loaded

    async def train(self) -> TrainedModel:
        """Train a model on the approved content; it serves if it passes the gate."""
        async with self._trainer() as trainer:
            model = await trainer.train()
        figures = model.card["figures"]
        self._done("Model", f"{model.name}, {figures['accuracy']:.1%} of {figures['questions']} questions right")
        return model

    async def _warn_if_stale(self, model: TrainedModel) -> None:
        async with self._trainer() as trainer:
            is_stale = (await trainer.bundle()).hash != model.card.get("bundle")
        if is_stale:
            self._console.print("[yellow]•[/] The answers changed since this model was trained: ./askwell train")

    @asynccontextmanager
    async def _trainer(self) -> AsyncIterator[Trainer]:
        database = Database(self._settings.store_url)
        yield Trainer(self._settings, self._catalogue(database), self._run)
        await database.close()

    def _catalogue(self, database: Database) -> Catalogue:
        settings = self._settings
        return Catalogue(database, publish_starters=settings.mode == "demo", zone=settings.zone)

    def _run(self, step: str, module: str, arguments: Sequence[str]) -> None:
        """Run a module of the brain, showing that something happens."""
        command: Sequence[str] = (str(BRAIN_PYTHON), "-m", module, *arguments)
        with self._console.status(f"{step} …"):
            result = subprocess.run(  # noqa: S603 (our own module)
                command,
                cwd=ROOT,
                env=brain_variables(self._settings),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                close_fds=False,  # Python makes no file inheritable by itself: only the lock of a training is
            )
        if result.returncode == EXPLAINED:
            raise UnusableModelError(result.stdout.strip().rpartition("\n")[2])
        if result.returncode:
            raise StepFailedError(step, result.stdout)

    def _done(self, step: str, result: str) -> None:
        self._console.print(f"[green]✓[/] {step}: {result}", highlight=False)
