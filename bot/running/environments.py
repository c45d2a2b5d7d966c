"""The two environments, and what a process in them is started with."""

from __future__ import annotations

import os

from bot.settings import ROOT, Settings

WEB_PYTHON = ROOT / ".venvs" / "web" / "bin" / "python"
BRAIN_PYTHON = ROOT / ".venvs" / "brain" / "bin" / "python"


def web_variables(settings: Settings) -> dict[str, str]:
    """The environment of a web process: ours, with what the supervisor decided."""
    return _base() | {
        "ASKWELL_BRAIN_SECRET": settings.brain_secret.get_secret_value(),
    }


def brain_variables(settings: Settings) -> dict[str, str]:
    """The environment of everything that runs inside Rasa's."""
    return _base() | {
        "ASKWELL_ACTIONS_URL": f"http://127.0.0.1:{settings.port}/internal/actions/webhook",
        "ASKWELL_BRAIN_SECRET": settings.brain_secret.get_secret_value(),
        "ASKWELL_BUNDLE": str(settings.bundle_path),
        "ASKWELL_ENCODER_DIR": str(settings.encoder_dir),
        "ASKWELL_TRACKER_URL": settings.brain_memory_url,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
    }


def _base() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
