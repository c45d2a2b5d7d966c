"""Reading YAML: by libyaml's parser where PyYAML carries it, which takes a tenth of the time of the one in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:  # noqa: ANN401 (YAML holds anything; callers validate)
    """What the YAML in `text` says, in plain Python values; raises yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (both loaders are safe ones)


def read_yaml(path: Path) -> Any:  # noqa: ANN401 (as above)
    """What the YAML file at `path` says; raises OSError, UnicodeDecodeError or yaml.YAMLError."""
    return parse_yaml(path.read_text(encoding="utf-8"))
