"""The topic model on a small made-up world: three answers around three points, and what is none of them."""

import numpy as np
import pytest

from bot.brain.encoder import DIMENSIONS
from bot.brain.topic_model import TopicModel

LABELS = ("risks/allergy", "cost/price", "basics/size", "out_of_scope")


def point(number: int) -> np.ndarray:
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[number * 7] = 1
    return vector


def near(number: int, seed: int, spread: float = 0.02) -> np.ndarray:
    vector = point(number) + np.random.default_rng(seed).normal(0, spread, DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture(scope="module")
def model() -> TopicModel:
    rows = [(label, near(number, 100 * number + seed)) for number, label in enumerate(LABELS) for seed in range(20)]
    vectors = np.stack([vector for _, vector in rows])
    return TopicModel.fit(vectors, [label for label, _ in rows], strength=20, kept=(0.9, 0.97), one_in=5)


def test_a_like_question_gets_its_answer_and_is_familiar(model: TopicModel) -> None:
    (guess,) = model.guesses(near(1, 999)[None, :])
    assert (guess.best, guess.is_strange) == ("cost/price", False)
    assert guess.confidence > 0.8


def test_what_lies_elsewhere_is_strange(model: TopicModel) -> None:
    (guess,) = model.guesses(near(30, 5)[None, :])
    assert guess.is_strange
    assert not guess.is_familiar


def test_the_limits_are_in_order(model: TopicModel) -> None:
    familiar, strange = model.limits
    assert strange <= familiar


def test_the_ranking_falls_and_holds_each_label_once(model: TopicModel) -> None:
    (guess,) = model.guesses(near(0, 77)[None, :])
    confidences = [confidence for _, confidence in guess.ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert len({label for label, _ in guess.ranking}) == len(guess.ranking)


def test_it_survives_being_kept(model: TopicModel) -> None:
    again = TopicModel.from_arrays(model.classifier.labels, model.arrays())
    vectors = np.stack([near(number, 3) for number in range(4)])
    for before, after in zip(model.guesses(vectors), again.guesses(vectors), strict=True):
        assert before.best == after.best
        assert before.familiarity == pytest.approx(after.familiarity, abs=0.02)


def test_training_is_the_same_each_time(model: TopicModel) -> None:
    rows = [(label, near(number, 100 * number + seed)) for number, label in enumerate(LABELS) for seed in range(20)]
    again = TopicModel.fit(
        np.stack([vector for _, vector in rows]), [label for label, _ in rows], strength=20, kept=(0.9, 0.97), one_in=5
    )
    assert np.array_equal(again.classifier.weights, model.classifier.weights)
    assert again.limits == model.limits
