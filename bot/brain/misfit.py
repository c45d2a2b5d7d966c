"""Why a model cannot be loaded, in one line for the people who run Askwell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.brain.errors import UnfitModelError
from bot.errors import AskwellError


def explained(error: BaseException, model: Path) -> AskwellError:
    """What went wrong: the error that a component of ours raised on purpose, or that the model does not fit.

    Of any other error only the type is told: its text may quote what it failed on.
    """
    causes = list(_causes(error))
    ours = next((cause for cause in causes if isinstance(cause, AskwellError)), None)
    return ours or UnfitModelError(model, type(causes[-1]).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, the first cause last."""
    while error is not None:
        yield error
        error = error.__cause__
