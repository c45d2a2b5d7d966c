"""Sentence vectors that outlive a training: of some 8,000 examples, the next one has all but a few again.

Encoding is a fifth of a training, and most of measuring a model. Only examples and test questions come here.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.brain import environment, files

Vector = npt.NDArray[np.float32]
MOST = 30_000
"""Vectors kept, the last used ones: 46 MB."""


class KeptVectors:
    """A file of vectors by the hash of their text, for one encoder."""

    def __init__(self, path: Path, encoder: str) -> None:
        """Read what is kept.

        Args:
            path: An .npz file, which need not exist.
            encoder: Names the encoder; vectors of another one are forgotten.
        """
        self._path = path
        self._encoder = encoder
        self._known = self._read()
        self._used: dict[str, Vector] = {}

    def get(self, text: str) -> Vector | None:
        """The vector of a text, if it is kept."""
        key = _key(text)
        vector = self._known.get(key)
        if vector is not None:
            self._used[key] = vector
        return vector

    def add(self, text: str, vector: Vector) -> Vector:
        """Keep a vector; returns it."""
        self._used[_key(text)] = vector
        return vector

    def save(self) -> None:
        """Write the file anew if there is anything new; the vectors used last are kept longest."""
        if self._used.keys() <= self._known.keys():
            return
        others = {key: vector for key, vector in self._known.items() if key not in self._used}
        self._known = dict([*others.items(), *self._used.items()][-MOST:])
        partial = self._path.with_suffix(".partial.npz")
        np.savez(
            partial, encoder=np.array(self._encoder), keys=[*self._known], vectors=np.stack([*self._known.values()])
        )
        partial.replace(self._path)

    def _read(self) -> dict[str, Vector]:
        if not self._path.exists():
            return {}
        with np.load(self._path, allow_pickle=False) as file:
            if str(file["encoder"]) != self._encoder:
                return {}
            return dict(zip(file["keys"].tolist(), file["vectors"], strict=True))


@functools.cache
def kept_vectors(path: Path | None, encoder_folder: Path) -> KeptVectors | None:
    """The one store of this process for a path; None without a path."""
    return KeptVectors(path, files.sha256(encoder_folder / "model.onnx")) if path else None


def save_kept_vectors() -> None:
    """Write what this process learnt to where the environment says."""
    kept = kept_vectors(environment.vectors_path(), environment.encoder_dir())
    if kept is not None:
        kept.save()


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
