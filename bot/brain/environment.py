"""What the brain reads from its environment; nothing else below bot/brain looks at os.environ.

The brain cannot use the settings of web: they need a pydantic that Rasa does not allow.
"""

from __future__ import annotations

import os
from pathlib import Path

from bot.errors import BrokenSettingError

ROOT = Path(__file__).resolve().parents[2]


def encoder_dir() -> Path:
    """Where the prepared sentence encoder is (ASKWELL_ENCODER_DIR)."""
    return _path("ASKWELL_ENCODER_DIR", "var/encoder")


def vectors_path() -> Path | None:
    """Where trainings keep the vectors of examples for the next one (ASKWELL_VECTORS).

    Unset where patients are served: what they write is kept by the ledger alone.
    """
    return _path("ASKWELL_VECTORS", "") if os.environ.get("ASKWELL_VECTORS") else None


def keep_vectors() -> None:
    """Keep vectors from here on, beside the encoder if no other place is set."""
    os.environ.setdefault("ASKWELL_VECTORS", str(encoder_dir() / "vectors.npz"))


def bundle_path() -> Path:
    """The frozen answers that a model is trained on (ASKWELL_BUNDLE)."""
    return _path("ASKWELL_BUNDLE", "var/bundle.json")


def tracker_url() -> str:
    """The database of the brain's working memory (ASKWELL_TRACKER_URL)."""
    return os.environ.get("ASKWELL_TRACKER_URL") or f"sqlite:///{ROOT / 'var' / 'brain.db'}"


def brain_port() -> int:
    """The loopback port to listen on (ASKWELL_BRAIN_PORT)."""
    value = os.environ.get("ASKWELL_BRAIN_PORT", "8055")
    if not value.isdigit():
        raise BrokenSettingError("ASKWELL_BRAIN_PORT", "it is not a number")
    return int(value)


def brain_secret() -> str:
    """The secret that web and brain share (ASKWELL_BRAIN_SECRET).

    Raises:
        BrokenSettingError: It is missing or too short to be a secret.
    """
    secret = os.environ.get("ASKWELL_BRAIN_SECRET", "")
    if len(secret) < MIN_SECRET:
        raise BrokenSettingError("ASKWELL_BRAIN_SECRET", f"it needs at least {MIN_SECRET} characters")
    return secret


MIN_SECRET = 16


def _path(name: str, default: str) -> Path:
    return ROOT / os.environ.get(name, default)
