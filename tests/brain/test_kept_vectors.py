"""Vectors are kept between trainings, for the encoder that made them, and never while patients are served."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.brain import environment, kept_vectors
from bot.brain.encoder import Encoder
from bot.brain.kept_vectors import KeptVectors

VECTOR = np.arange(4, dtype=np.float32)


def test_what_was_saved_is_known_to_the_next(tmp_path: Path) -> None:
    first = KeptVectors(tmp_path / "vectors.npz", "encoder 1")
    first.add("what does it cost", VECTOR)
    first.save()
    found = KeptVectors(tmp_path / "vectors.npz", "encoder 1").get("what does it cost")
    assert found is not None
    np.testing.assert_array_equal(found, VECTOR)


def test_another_encoder_knows_nothing_of_it(tmp_path: Path) -> None:
    first = KeptVectors(tmp_path / "vectors.npz", "encoder 1")
    first.add("what does it cost", VECTOR)
    first.save()
    assert KeptVectors(tmp_path / "vectors.npz", "encoder 2").get("what does it cost") is None


def test_those_used_last_are_kept_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_vectors, "MOST", 2)
    first = KeptVectors(tmp_path / "vectors.npz", "e")
    for text in ("a", "b"):
        first.add(text, VECTOR)
    first.save()
    second = KeptVectors(tmp_path / "vectors.npz", "e")
    second.get("a")
    second.add("c", VECTOR)
    second.save()
    third = KeptVectors(tmp_path / "vectors.npz", "e")
    assert [third.get(text) is not None for text in ("a", "b", "c")] == [True, False, True]


def test_texts_are_not_in_the_file(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path / "vectors.npz", "e")
    kept.add("what does it cost", VECTOR)
    kept.save()
    assert b"cost" not in (tmp_path / "vectors.npz").read_bytes()


def test_an_encoder_takes_from_what_is_kept(tmp_path: Path, encoder_folder: Path) -> None:
    kept = KeptVectors(tmp_path / "vectors.npz", "e")
    made = Encoder(encoder_folder, kept=kept).encode(["what does it cost"])
    again = Encoder(encoder_folder, kept=kept).encode(["what does it cost"])
    alone = Encoder(encoder_folder).encode(["what does it cost"])
    np.testing.assert_array_equal(made, again)
    np.testing.assert_array_equal(made, alone)


def test_nothing_is_kept_where_nobody_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASKWELL_VECTORS", raising=False)
    assert environment.vectors_path() is None
