"""Keeps one brain serving, and swaps it for another when another model is made the active one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import httpx
from rich.console import Console

from bot.conversations.brain import READY_PATH
from bot.conversations.brain_address import AddressFile
from bot.environments import BRAIN_PYTHON, brain_variables
from bot.settings import Settings
from bot.supervisor import Program, ProgramKeeper, free_port, waited_for
from bot.training.models import ModelShelf, TrainedModel

SECONDS_TO_GET_READY = 90.0
SECONDS_TO_DRAIN = 8.0
SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True)
class RunningBrain:
    """One brain process with its model."""

    model: TrainedModel
    url: str
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
        self._refused: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until asked to stop."""
        self._address.clear()
        serving = self._start(self._shelf.active())
        self._address.write(serving.url)
        while not await waited_for(stop, SECONDS_BETWEEN_LOOKS):
            wanted = self._shelf.active()
            if wanted.name not in {serving.model.name, *self._refused}:
                serving = await self._swap(serving, wanted)
        self._address.clear()
        await serving.end()

    async def _swap(self, old: RunningBrain, model: TrainedModel) -> RunningBrain:
        new = self._start(model)
        if not await self._gets_ready(new):
            self._refused.add(model.name)
            self._console.print(f"[red]•[/] {model.name} did not get ready; {old.model.name} serves on")
            await new.end()
            return old
        self._address.write(new.url)
        self._console.print(f"[green]✓[/] {model.name} serves now", highlight=False)
        await asyncio.sleep(SECONDS_TO_DRAIN)
        await old.end()
        return new

    def _start(self, model: TrainedModel) -> RunningBrain:
        port, stop = free_port(), asyncio.Event()
        keeper = ProgramKeeper(self._program(model, port), self._console)
        return RunningBrain(model, f"http://127.0.0.1:{port}", stop, asyncio.create_task(keeper.run(stop)))

    def _program(self, model: TrainedModel, port: int) -> Program:
        command = (
            *(str(BRAIN_PYTHON), "-m", "bot.brain.serve"),
            *("--model", str(model.path), "--port", str(port)),
        )
        return Program("brain", command, brain_variables(self._settings))

    async def _gets_ready(self, brain: RunningBrain) -> bool:
        headers = {"Authorization": f"Bearer {self._settings.brain_secret.get_secret_value()}"}
        deadline = time.monotonic() + SECONDS_TO_GET_READY
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            while time.monotonic() < deadline:
                if await _answers(client, f"{brain.url}{READY_PATH}"):
                    return True
                await asyncio.sleep(0.3)
        return False


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
