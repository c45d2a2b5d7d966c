"""What can go wrong in the brain, beside what bot.errors names for all."""

from __future__ import annotations

from pathlib import Path

from bot.errors import AskwellError


class EncoderMissingError(AskwellError):
    """The sentence encoder was not prepared."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no sentence encoder in {folder}. Run: python -m bot.brain.encoder_preparation")


class BrokenBundleError(AskwellError):
    """The frozen answers cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The bundle of answers {path} cannot be used: {reason}. Make it with: ./askwell train")


class UntrustedModelError(AskwellError):
    """The model archive is not the one that training wrote down."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The model {path.name} is not loaded: {reason}. Train again with: ./askwell train")


class UnfitModelError(AskwellError):
    """The archive is the one that training wrote down, and this code cannot work with it."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"The model {path.name} does not fit this code ({cause}): it was trained by other code, or is broken. "
            "Train again with: ./askwell train"
        )


class NoActionEndpointError(AskwellError):
    """Nothing says where the actions are."""

    def __init__(self) -> None:
        super().__init__("endpoints.yml has no action_endpoint, so the brain could not answer anything.")


class TrainingFailedError(AskwellError):
    """Rasa made no model."""
