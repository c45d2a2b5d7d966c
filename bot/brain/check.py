"""Let Rasa check its own side: the training data without a warning, the test stories without a wrong prediction.

`python -m bot.brain.check [--model models/<name>.tar.gz]`; without a model, the newest in models/. Exit code 0 if all is well.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.brain import environment

RASA_FILES = ("--domain", "domain.yml", "--config", "config.yml", "--data", "data/nlu", "data/rules")


def validate() -> int:
    """Run Rasa's validator; warnings are failures."""
    return _rasa("data", "validate", *RASA_FILES, "--fail-on-warnings")


def run_stories(model: Path) -> int:
    """Run tests/dialogue through a model; custom actions are predicted, not run."""
    with tempfile.TemporaryDirectory() as results:
        return _rasa(
            *("test", "core", "--e2e", "--stories", "tests/dialogue", "--model", str(model)),
            *("--out", results, "--fail-on-prediction-errors"),
        )


def newest_model() -> Path:
    """The archive that was trained last."""
    archives = (environment.ROOT / "models").glob("*.tar.gz")
    return max(archives, key=lambda archive: archive.stat().st_mtime)


def _rasa(*arguments: str) -> int:
    settings = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=environment.ROOT, env={**os.environ, **settings}, check=False).returncode  # noqa: S603


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.brain.check", description=__doc__)
    parser.add_argument("--model", type=Path, default=None)
    model = parser.parse_args(arguments).model or newest_model()
    return validate() or run_stories(model.resolve())


if __name__ == "__main__":
    raise SystemExit(main())
