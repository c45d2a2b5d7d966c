from pathlib import Path

import numpy as np
import pytest

from bot.brain.encoder import DIMENSIONS, Encoder, VectorCache
from bot.brain.errors import EncoderMissingError


@pytest.fixture(scope="module")
def encoder(encoder_folder: Path) -> Encoder:
    return Encoder(encoder_folder, cache_size=4)


def test_vectors_have_norm_one(encoder: Encoder) -> None:
    vectors = encoder.encode(["What are exosomes?", "hello"])
    assert vectors.shape == (2, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    texts = ["a much longer question about the cost of the therapy in all", "cost?", "hello"]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_many_at_once_are_what_each_is_alone(encoder: Encoder) -> None:
    texts = [f"question number {number}: is it safe?" for number in range(20)]
    assert np.array_equal(encoder.encode_many(texts), encoder.encode(texts))


def test_like_meanings_are_near(encoder: Encoder) -> None:
    price, cost, seizure = encoder.encode(["what is the price", "how much does it cost", "I had a seizure"])
    assert price @ cost > price @ seizure + 0.2


@pytest.mark.parametrize("text", ["", "\U0001f642", "x" * 5000, "\u0627\u0644\u0633\u0644\u0627\u0645"])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_no_texts_have_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_the_cache_forgets_what_was_asked_longest_ago() -> None:
    cache = VectorCache(2)
    cache.add("a", np.zeros(1, np.float32))
    cache.add("b", np.ones(1, np.float32))
    assert cache["a"] == 0
    cache.add("c", np.ones(1, np.float32))
    assert "a" in cache
    assert "b" not in cache


def test_a_missing_encoder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissingError, match=r"bot\.brain\.encoder_preparation"):
        Encoder(tmp_path)
