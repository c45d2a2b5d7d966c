"""Keep a component's arrays and words in Rasa's model storage: numpy and JSON, never pickle."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

Arrays = dict[str, npt.NDArray[np.generic]]


def save(storage: ModelStorage, resource: Resource, *, arrays: Arrays, words: list[str]) -> None:
    """Write arrays.npz and words.json for a component."""
    with storage.write_to(resource) as folder:
        np.savez(Path(folder) / "arrays.npz", **arrays)
        (Path(folder) / "words.json").write_text(json.dumps(words), encoding="utf-8")


def load(storage: ModelStorage, resource: Resource) -> tuple[Arrays, list[str]]:
    """Read what `save` wrote."""
    with storage.read_from(resource) as folder:
        with np.load(Path(folder) / "arrays.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads((Path(folder) / "words.json").read_text(encoding="utf-8"))
