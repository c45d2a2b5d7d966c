"""Files below data/ that hold words or facts as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import yaml

from bot.errors import BrokenDataFileError
from bot.yaml_files import read_yaml


def read_data(path: Path) -> Any:  # noqa: ANN401 (any YAML value)
    """What the file holds.

    Raises:
        BrokenDataFileError: It cannot be read.
    """
    try:
        return read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BrokenDataFileError(path, f"it cannot be read: {error}") from error


def filled_in(value: Any, facts: Mapping[str, str]) -> Any:  # noqa: ANN401 (any YAML value)
    """The same with every $name replaced by its fact, however deep it stands.

    Raises:
        KeyError: A text names a fact that there is not.
        ValueError: A text holds a $ before something else than a name.
    """
    if isinstance(value, str):
        return Template(value.strip()).substitute(facts)
    if isinstance(value, list):
        return [filled_in(item, facts) for item in value]
    return {key: filled_in(item, facts) for key, item in value.items()} if isinstance(value, dict) else value
