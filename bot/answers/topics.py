"""What the answers are about, read from data/topics.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.data_files import read_data
from bot.errors import BrokenDataFileError
from bot.settings import ROOT

TOPICS = ROOT / "data" / "topics.yml"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(_Read):
    """One category of answers."""

    title: str
    status: bool = False
    """Whether its answers carry the regulatory-status line."""


class Topics(_Read):
    """The categories by their ids, in order, and the answers that a conversation begins with."""

    categories: dict[str, Category]
    suggested: tuple[str, ...]

    def carries_status(self, answer_id: str) -> bool:
        """Whether the regulatory-status line stands below this answer."""
        category = self.categories.get(answer_id.partition("/")[0])
        return category is not None and category.status


@cache
def topics(path: Path = TOPICS) -> Topics:
    """The topics, read once.

    Raises:
        BrokenDataFileError: The file cannot be used.
    """
    try:
        return Topics.model_validate(read_data(path))
    except ValidationError as error:
        raise BrokenDataFileError(path, f"{type(error).__name__}: {error}") from error
