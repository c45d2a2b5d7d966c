"""What the brain's tests share. Rasa is imported without TensorFlow here too, as when it serves."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.brain import environment, lean

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
lean.install()
with warnings.catch_warnings():
    # Rasa 3.6 and what it is built on are as old as their warnings.
    warnings.simplefilter("ignore")
    import rasa.core.run
    import rasa.model_training
    import rasa.shared.importers.importer  # noqa: F401
    import spacy  # noqa: F401


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Warnings are errors, but for those of Rasa 3.6 and what it is built on, which will not change any more."""
    for item in items:
        if HERE in item.path.parents:
            for warning in ("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:Slot auto-fill"):
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(autouse=True)
def _own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the working memory of a running brain."""
    monkeypatch.setenv("ASKWELL_TRACKER_URL", f"sqlite:///{tmp_path / 'brain.db'}")


@pytest.fixture(scope="session")
def encoder_folder() -> Iterator[Path]:
    """The prepared encoder; made once where it is missing."""
    from bot.brain.encoder_preparation import prepare

    folder = environment.encoder_dir()
    prepare(folder)
    return folder


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Rasa and Sanic run on asyncio only."""
    return "asyncio"
