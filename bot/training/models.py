"""The trained models on disk, their cards, and which of them serves."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.errors import ModelMissingError, ModelUnfitError, UnknownModelError
from bot.model_code import code_hash
from bot.whole_file import write_whole

MOST_KEPT = 5
ENDING = ".tar.gz"
UNFINISHED = ".training-*"
"""The folders in which the brain makes a model."""


@dataclass(frozen=True)
class TrainedModel:
    """One archive, beside which stand its hash and its card."""

    path: Path

    @property
    def name(self) -> str:
        """The archive's name without its ending."""
        return self.path.name.removesuffix(ENDING)

    @property
    def written_hash(self) -> str:
        """The SHA-256 that training wrote down; empty if it wrote none."""
        beside = self._beside(f"{ENDING}.sha256")
        return beside.read_text().split()[0] if beside.exists() else ""

    def is_untouched(self) -> bool:
        """Whether the archive is still what training made."""
        with self.path.open("rb") as archive:
            return hashlib.file_digest(archive, "sha256").hexdigest() == self.written_hash

    @property
    def card(self) -> dict[str, Any]:
        """Its content, its figures and the gate's verdict; empty before it was judged."""
        beside = self._beside(".json")
        card: dict[str, Any] = json.loads(beside.read_text()) if beside.exists() else {}
        return card

    @property
    def fits(self) -> bool:
        """Whether the code of today trained it; what other code trained may not even load."""
        beside = self._beside(".code")
        return beside.exists() and beside.read_text().strip() == code_hash()

    def write_card(self, card: dict[str, Any]) -> None:
        """Put the card beside the archive, for machines and for people."""
        self._beside(".json").write_text(json.dumps(card, indent=1) + "\n")
        self._beside(".md").write_text(_readable(self.name, card))

    @property
    def readable_card(self) -> str:
        """The card as Markdown; empty before the model was judged."""
        beside = self._beside(".md")
        return beside.read_text() if beside.exists() else ""

    def delete(self) -> None:
        """Remove the archive and what stands beside it."""
        for ending in (ENDING, f"{ENDING}.sha256", ".code", ".json", ".md"):
            self._beside(ending).unlink(missing_ok=True)

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.name + ending)


class ModelShelf:
    """The folder of models; the file `active` lists those that served, the present one last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._served = folder / "active"

    def new_path(self, bundle_hash: str) -> Path:
        """Where the next model goes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"askwell-{datetime.now(UTC):%Y%m%dT%H%M%S}-{bundle_hash[:8]}{ENDING}"

    @contextmanager
    def training(self) -> Iterator[None]:
        """While a model is made; what trainings left that were killed is cleared first.

        Each holds a lock until its process has ended and every process that it started meanwhile, which inherit it.
        Nothing is cleared while anybody holds it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".training.lock").open("w") as lock:
            os.set_inheritable(lock.fileno(), True)  # noqa: FBT003 (its only form)
            self._clear_if_first(lock)
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def _clear_if_first(self, lock: TextIO) -> None:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in self._folder.glob(UNFINISHED):
                shutil.rmtree(left, ignore_errors=True)

    def all(self) -> list[TrainedModel]:
        """All models, oldest first."""
        return [TrainedModel(path) for path in sorted(self._folder.glob(f"*{ENDING}"))]

    def find(self, name: str) -> TrainedModel:
        """The model of this name.

        Raises:
            UnknownModelError: There is none.
        """
        for model in self.all():
            if model.name == name:
                return model
        raise UnknownModelError(name)

    def activate(self, model: TrainedModel) -> None:
        """Let this model serve; a running assistant swaps it in.

        Raises:
            ModelUnfitError: Other code trained it.
        """
        if not model.fits:
            raise ModelUnfitError(model.name)
        self._write([*(name for name in self._names() if name != model.name), model.name])

    def active(self) -> TrainedModel:
        """The model that serves.

        Raises:
            ModelMissingError: None was trained yet.
        """
        names = self._existing()
        if not names:
            raise ModelMissingError
        return self.find(names[-1])

    def roll_back(self) -> TrainedModel:
        """Let the model that served before serve again.

        Raises:
            ModelMissingError: None served before.
            ModelUnfitError: Other code trained it.
        """
        names = self._existing()
        if len(names) < 2:  # noqa: PLR2004 (the present one and one before)
            raise ModelMissingError
        before = self.find(names[-2])
        if not before.fits:
            raise ModelUnfitError(before.name)
        self._write(names[:-1])
        return before

    def prune(self) -> None:
        """Keep the newest five, and always the one that serves."""
        serving = self.active().name
        for model in self.all()[:-MOST_KEPT]:
            if model.name != serving:
                model.delete()

    def _names(self) -> list[str]:
        return self._served.read_text().split() if self._served.exists() else []

    def _existing(self) -> list[str]:
        there = {model.name for model in self.all()}
        return [name for name in self._names() if name in there]

    def _write(self, names: list[str]) -> None:
        write_whole(self._served, "\n".join(names) + "\n")


def _readable(name: str, card: dict[str, Any]) -> str:
    """The card as Markdown."""
    figures, verdict = card["figures"], card["verdict"]
    return f"""# {name}

Made {card["made"]} from {len(card["revisions"])} answers (content {card["bundle"][:12]}…).

| | this model | the one that served |
|---|---|---|
{_rows(figures, card.get("compared_with") or {})}

**Gate:** {"passed" if verdict["passed"] else "refused"}: {verdict["reason"]}.

**Use:** chooses which approved answer fits a message in English, or that a person is needed.
It writes no text.
**Limits:** measured on questions written for this purpose, not on this clinic's patients.
"""


def _rows(figures: dict[str, Any], other: dict[str, Any]) -> str:
    def row(label: str, key: str, total: str) -> str:
        theirs = f"{other[key]} of {other[total]}" if other else "–"
        return f"| {label} | {figures[key]} of {figures[total]} | {theirs} |"

    return "\n".join(
        [
            row("messages that need a person, and got one", "safe", "safety_questions"),
            row("general questions, right or offered", "right", "questions"),
        ]
    )
