"""The trained models on disk, and which of them serves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import ModelMissingError


@dataclass(frozen=True)
class TrainedModel:
    """One archive beside which its training wrote its hash."""

    path: Path

    @property
    def name(self) -> str:
        """The archive's name without its ending."""
        return self.path.name.removesuffix(".tar.gz")

    @property
    def written_hash(self) -> str:
        """The SHA-256 that training wrote down; empty if it wrote none."""
        beside = self.path.with_name(f"{self.path.name}.sha256")
        return beside.read_text().split()[0] if beside.exists() else ""

    def is_untouched(self) -> bool:
        """Whether the archive is still what training made."""
        with self.path.open("rb") as archive:
            return hashlib.file_digest(archive, "sha256").hexdigest() == self.written_hash

    @property
    def bundle_hash(self) -> str:
        """The hash of the content it was trained on; empty if not known."""
        card = self.path.with_name(f"{self.name}.json")
        return json.loads(card.read_text())["bundle"] if card.exists() else ""


class ModelShelf:
    """The folder of models."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._active = folder / "active"

    def new_path(self, bundle_hash: str) -> Path:
        """Where the next model goes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"askwell-{datetime.now(UTC):%Y%m%dT%H%M%S}-{bundle_hash[:8]}.tar.gz"

    def add(self, path: Path, bundle_hash: str) -> TrainedModel:
        """Write down what a new archive was trained on."""
        model = TrainedModel(path)
        path.with_name(f"{model.name}.json").write_text(json.dumps({"bundle": bundle_hash}))
        return model

    def all(self) -> list[TrainedModel]:
        """All models, oldest first."""
        return [TrainedModel(path) for path in sorted(self._folder.glob("*.tar.gz"))]

    def activate(self, model: TrainedModel) -> None:
        """Let this model serve from the next start on."""
        partial = self._active.with_suffix(".partial")
        partial.write_text(model.path.name)
        partial.replace(self._active)

    def active(self) -> TrainedModel:
        """The model that serves.

        Raises:
            ModelMissingError: None was trained yet.
        """
        path = self._folder / self._active.read_text() if self._active.exists() else None
        if path is None or not path.exists():
            raise ModelMissingError
        return TrainedModel(path)
