"""The sentence encoder: text in, one vector of length 384 and norm 1 out."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.brain.errors import EncoderMissingError
from bot.brain.kept_vectors import KeptVectors

DIMENSIONS = 384
Vectors = npt.NDArray[np.float32]


class Encoder:
    """all-MiniLM-L6-v2 by ONNX Runtime, on one thread.

    A question is some ten tokens long: more threads cost more in waiting than they save, and the other core is web's.
    """

    def __init__(
        self, folder: Path, *, max_tokens: int = 128, cache_size: int = 512, kept: KeptVectors | None = None
    ) -> None:
        if not (folder / "model.onnx").is_file():
            raise EncoderMissingError(folder)
        self._tokenizer = _tokenizer(folder / "tokenizer.json", max_tokens)
        self._session = _session(folder / "model.onnx")
        self._cache = VectorCache(cache_size)
        self._kept = kept

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; row i of the result, shape (len(texts), 384), belongs to texts[i].

        One by one, never in batches: dynamic quantisation scales by the largest number in the batch, so a text's
        vector would depend on its neighbours (cosine down to 0.94), and training would see others than serving does.
        """
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    def encode_many(self, texts: Sequence[str]) -> Vectors:
        """What `encode` gives, on all cores, for a training: each text still goes by itself, on one thread."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.stack(list(threads.map(self._kept_or_made, texts)))

    def _vector(self, text: str) -> Vectors:
        if text not in self._cache:
            self._cache.add(text, self._kept_or_made(text))
        return self._cache[text]

    def _kept_or_made(self, text: str) -> Vectors:
        if self._kept is None:
            return self._run(text)
        vector = self._kept.get(text)
        return self._kept.add(text, self._run(text)) if vector is None else vector

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (tokens,) = self._session.run(None, inputs)
        mean = tokens[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


class VectorCache:
    """The vectors of the texts seen last: a retried or repeated message costs nothing."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, text: str) -> Vectors:
        self._kept.move_to_end(text)
        return self._kept[text]

    def add(self, text: str, vector: Vectors) -> None:
        """Keep this one, and drop what was not asked for in the longest time."""
        self._kept[text] = vector
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)


def _tokenizer(path: Path, max_tokens: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_tokens)
    # The file pads to a fixed 128 tokens, which is ten times the work of a short question.
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena keeps the memory of the longest message for ever.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
