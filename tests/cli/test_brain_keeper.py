"""The brain's keeper, over small brains that are real processes and answer on the loopback interface."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from bot import brain_keeper
from bot.brain_keeper import BrainKeeper
from bot.conversations.brain import READY_PATH
from bot.settings import Settings
from bot.training.models import ModelShelf, TrainedModel
from tests.support import small_brain

SECONDS = 20


class Kept:
    """A running keeper, its models, and what it shows to the outside."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            _env_file=None, data_dir=folder, models_dir=folder / "models", brain_secret="a secret of the tests"
        )
        self.settings.models_dir.mkdir()
        self.shelf = ModelShelf(self.settings.models_dir)
        self.printed = StringIO()
        self.keeper = BrainKeeper(self.settings, Console(file=self.printed, width=200))

    def activate(self, name: str, behaviour: str = "serves") -> None:
        """Make a model whose brain does this, and let it serve."""
        model = TrainedModel(self.settings.models_dir / f"{name}.tar.gz")
        model.path.write_text(behaviour)
        self.shelf.activate(model)

    @property
    def address(self) -> str | None:
        """Where messages go now."""
        with suppress(FileNotFoundError):
            return self.settings.brain_address_path.read_text()
        return None

    def serving(self) -> str | None:
        """The model that answers where messages go now."""
        return _model_at(self.address) if self.address else None

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + SECONDS
        while not await asyncio.to_thread(is_so):
            assert time.monotonic() < deadline, self.printed.getvalue()
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def _small_and_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {small_brain.__file__} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(brain_keeper, "BRAIN_PYTHON", program)
    monkeypatch.setattr(brain_keeper, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(brain_keeper, "SECONDS_TO_DRAIN", 0.5)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """A keeper with the model `old` serving."""
    made, stop = Kept(tmp_path), asyncio.Event()
    made.activate("old")
    running = asyncio.create_task(made.keeper.run(stop))
    await made.until(lambda: made.serving() == "old")
    yield made
    stop.set()
    last = made.address
    await running
    assert made.address is None
    assert last is None or _model_at(last) is None


def _model_at(url: str) -> str | None:
    try:
        response = httpx.get(url + READY_PATH, trust_env=False, timeout=5)
    except httpx.HTTPError:
        return None
    return str(response.json()["model"]) if response.is_success else None


async def test_another_model_takes_over_and_the_old_brain_ends_only_then(kept: Kept) -> None:
    old = kept.address
    assert old
    kept.activate("new")
    await kept.until(lambda: kept.address != old)
    assert kept.serving() == "new"
    assert _model_at(old) == "old"
    await kept.until(lambda: _model_at(old) is None)
    assert kept.serving() == "new"
    assert "new serves now" in kept.printed.getvalue()


async def test_somebody_always_answers_while_models_are_swapped(kept: Kept) -> None:
    seen: list[str | None] = []

    def _see_until(name: str) -> Callable[[], bool]:
        def _is_there() -> bool:
            seen.append(kept.serving())
            return seen[-1] == name

        return _is_there

    for name in ("second", "third"):
        kept.activate(name)
        await kept.until(_see_until(name))
    assert set(seen) == {"old", "second", "third"}


async def test_a_brain_that_never_gets_ready_leaves_the_old_one_serving(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brain_keeper, "SECONDS_TO_GET_READY", 0.5)
    old = kept.address
    kept.activate("new", "never ready")
    await kept.until(lambda: "new did not get ready" in kept.printed.getvalue())
    assert (kept.address, kept.serving()) == (old, "old")


async def test_a_model_that_was_refused_is_not_tried_again_but_the_next_one_is(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brain_keeper, "SECONDS_TO_GET_READY", 0.5)
    kept.activate("refused", "never ready")
    await kept.until(lambda: "did not get ready" in kept.printed.getvalue())
    monkeypatch.setattr(brain_keeper, "SECONDS_TO_GET_READY", SECONDS)
    await asyncio.sleep(0.5)
    kept.activate("next")
    await kept.until(lambda: kept.serving() == "next")
    assert kept.printed.getvalue().count("did not get ready") == 1


async def test_an_address_that_a_crash_left_behind_is_replaced(tmp_path: Path) -> None:
    made, stop = Kept(tmp_path), asyncio.Event()
    made.activate("old")
    made.settings.brain_address_path.write_text("http://127.0.0.1:9")
    running = asyncio.create_task(made.keeper.run(stop))
    await made.until(lambda: made.serving() == "old")
    stop.set()
    await running
