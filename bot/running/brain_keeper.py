"""Keeps one brain serving, and swaps it for another when another model is made the active one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx
from rich.console import Console

from bot.conversations.brain import READY_PATH
from bot.conversations.brain_address import AddressFile
from bot.conversations.brain_failure import FailureFile
from bot.errors import ModelMissingError
from bot.running.environments import BRAIN_PYTHON, brain_variables
from bot.running.supervisor import Program, ProgramKeeper, free_port, waited_for
from bot.settings import Settings
from bot.training.models import ModelShelf, TrainedModel

SECONDS_TO_GET_READY = 90.0
SECONDS_TO_DRAIN = 8.0
SECONDS_BETWEEN_LOOKS = 1.0
MEANWHILE = "Until then patients are given the clinic's phone number, and their messages go to the team."


@dataclass(frozen=True)
class RunningBrain:
    """One brain process with its model."""

    model: TrainedModel
    url: str
    keeper: ProgramKeeper
    stop: asyncio.Event
    task: asyncio.Task[None]

    async def end(self) -> None:
        """End the process and wait for it."""
        self.stop.set()
        await self.task


class BrainKeeper:
    """Starts the new brain beside the old one and moves the address only when the new one answers."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console
        self._shelf = ModelShelf(settings.models_dir)
        self._address = AddressFile(settings.brain_address_path)
        self._failure = FailureFile(settings.brain_failure_path)
        self._refused: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until asked to stop."""
        self._failure.write("")
        serving = self._start(self._shelf.active())
        self._let_serve(serving)
        while not await waited_for(stop, SECONDS_BETWEEN_LOOKS):
            self._failure.write(serving.keeper.failures.recent_reason)
            wanted = self._wanted(serving.model)
            if wanted.name not in {serving.model.name, *self._refused}:
                serving = await self._swap(serving, wanted, stop)
        self._address.clear()
        self._failure.write("")
        await serving.end()

    def _wanted(self, serving: TrainedModel) -> TrainedModel:
        """The active model; the one that serves if there is none on disk any more."""
        try:
            return self._shelf.active()
        except ModelMissingError:
            return serving

    async def _swap(self, old: RunningBrain, model: TrainedModel, stop: asyncio.Event) -> RunningBrain:
        new = self._start(model)
        if not await self._gets_ready(new, stop):
            await new.end()
            self._refuse(new, old)
            return old
        self._let_serve(new)
        self._console.print(f"[green]✓[/] {model.name} serves now", highlight=False)
        await waited_for(stop, SECONDS_TO_DRAIN)
        await old.end()
        return new

    def _let_serve(self, brain: RunningBrain) -> None:
        self._address.write(brain.url)
        brain.keeper.meanwhile = MEANWHILE

    def _refuse(self, new: RunningBrain, old: RunningBrain) -> None:
        self._refused.add(new.model.name)
        line = f"[red]•[/] {new.model.name} did not get ready; {old.model.name} stays"
        self._console.print(line, highlight=False, soft_wrap=True)

    def _start(self, model: TrainedModel) -> RunningBrain:
        port, stop = free_port(), asyncio.Event()
        keeper = ProgramKeeper(self._program(model, port), self._console)
        task = asyncio.create_task(keeper.run(stop))
        return RunningBrain(model, f"http://127.0.0.1:{port}", keeper, stop, task)

    def _program(self, model: TrainedModel, port: int) -> Program:
        command = (
            *(str(BRAIN_PYTHON), "-m", "bot.brain.serve"),
            *("--model", str(model.path), "--port", str(port)),
        )
        return Program("brain", command, brain_variables(self._settings))

    async def _gets_ready(self, brain: RunningBrain, stop: asyncio.Event) -> bool:
        """Whether it answers in good time; one that fails again and again is not waited for."""
        headers = {"Authorization": f"Bearer {self._settings.brain_secret.get_secret_value()}"}
        deadline = time.monotonic() + SECONDS_TO_GET_READY
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            while time.monotonic() < deadline and not brain.keeper.failures.are_many:
                if await _answers(client, f"{brain.url}{READY_PATH}"):
                    return True
                if await waited_for(stop, 0.3):
                    return False
        return False


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
