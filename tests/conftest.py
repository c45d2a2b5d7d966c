"""Shared fixtures. The brain's environment has neither web's libraries nor any use for its fixtures."""

from __future__ import annotations

from importlib.util import find_spec

pytest_plugins = ["tests.support.fixtures"] if find_spec("fastapi") else []
