"""The brain's keeper, over small brains that are real processes and answer on the loopback interface."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from bot.conversations.brain import READY_PATH
from bot.conversations.brain_failure import FailureFile
from bot.running import brain_keeper, supervisor
from bot.running.brain_keeper import MEANWHILE, BrainKeeper
from bot.settings import Settings
from bot.training.models import ModelShelf, TrainedModel
from tests.support import small_brain
from tests.support.models import fitting
from tests.support.small_brain import CANNOT_LOAD

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
        self.keeper = BrainKeeper(self.settings, Console(file=self.printed, width=300))

    def activate(self, name: str, behaviour: str = "serves") -> None:
        """Make a model whose brain does this, and let it serve."""
        model = TrainedModel(self.settings.models_dir / f"{name}.tar.gz")
        model.path.write_text(behaviour)
        self.shelf.activate(fitting(model))

    @property
    def reason(self) -> str | None:
        """Why no brain gets ready, as web would show it."""
        return FailureFile(self.settings.brain_failure_path).reason()

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
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.05)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """A keeper with the model `old` serving."""
    made = Kept(tmp_path)
    made.activate("old")
    async with _running(made):
        await made.until(lambda: made.serving() == "old")
        yield made


@asynccontextmanager
async def _running(made: Kept) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(made.keeper.run(stop))
    yield
    stop.set()
    last = made.address
    await asyncio.wait_for(running, SECONDS)
    assert (made.address, made.reason) == (None, None)
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


async def test_somebody_always_answers_while_models_are_swapped(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever read the old address must get through to it, however slow the machine.
    monkeypatch.setattr(brain_keeper, "SECONDS_TO_DRAIN", 5)
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
    made = Kept(tmp_path)
    made.activate("old")
    made.settings.brain_address_path.write_text("http://127.0.0.1:9")
    made.settings.brain_failure_path.write_text("long ago")
    async with _running(made):
        await made.until(lambda: made.serving() == "old")
        assert made.reason is None


async def test_a_model_that_cannot_be_loaded_says_why_and_what_to_do(tmp_path: Path) -> None:
    made = Kept(tmp_path)
    made.activate("broken", "cannot load")
    async with _running(made):
        await made.until(lambda: "failed 3 times" in made.printed.getvalue())
        assert made.reason == CANNOT_LOAD
        assert f"failed 3 times in the same way. {CANNOT_LOAD} {MEANWHILE}" in made.printed.getvalue()
        made.activate("retrained")
        await made.until(lambda: made.serving() == "retrained")
        await made.until(lambda: made.reason is None)


async def test_a_brain_that_ends_without_a_word_is_told_by_its_exit_code(tmp_path: Path) -> None:
    made = Kept(tmp_path)
    made.activate("broken", "crashes")
    async with _running(made):
        await made.until(lambda: made.reason == "It ended with exit code 1.")


@pytest.mark.parametrize("behaviour", ["cannot load", "crashes"])
async def test_a_new_brain_that_fails_again_and_again_is_not_waited_for(kept: Kept, behaviour: str) -> None:
    kept.activate("broken", behaviour)
    await kept.until(lambda: "broken did not get ready; old stays" in kept.printed.getvalue())
    assert (kept.serving(), kept.reason) == ("old", None)
    assert MEANWHILE not in kept.printed.getvalue()


async def test_stopping_does_not_wait_for_a_swap(kept: Kept) -> None:
    """What is left to do, the fixture does: it stops in the middle of the swap."""
    kept.activate("new", "never ready")
    await asyncio.sleep(0.3)


async def test_the_model_serves_on_when_its_archive_is_gone(kept: Kept) -> None:
    (kept.settings.models_dir / "old.tar.gz").unlink()
    await asyncio.sleep(0.3)
    assert kept.serving() == "old"
