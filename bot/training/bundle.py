"""The bundle: approved content, frozen, that one model is trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answers.models import Revision
from bot.whole_file import write_whole


@dataclass(frozen=True)
class Bundle:
    """The answers that patients may read now, with the examples that lead to them."""

    answers: tuple[dict[str, Any], ...]

    @classmethod
    def freeze(cls, revisions: Sequence[Revision]) -> Bundle:
        """Freeze these revisions; test questions are left out, so that nothing can train on them."""
        return cls(
            tuple(
                {
                    "id": revision.answer_id,
                    "title": revision.title,
                    "revision": revision.label,
                    "examples": list(revision.examples),
                }
                for revision in sorted(revisions, key=lambda item: item.answer_id)
            )
        )

    @property
    def hash(self) -> str:
        """SHA-256 of what a model learns: the same examples of the same answers train the same model.

        Titles and numbers of revisions are not learnt. Each database numbers its revisions itself, and new wording
        is live without training.
        """
        learnt = [{"id": answer["id"], "examples": answer["examples"]} for answer in self.answers]
        return hashlib.sha256(json.dumps(learnt, sort_keys=True).encode()).hexdigest()

    def write(self, path: Path) -> None:
        """Write the bundle whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"hash": self.hash, "answers": self.answers}
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1))
