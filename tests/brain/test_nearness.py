"""The kernel on a made-up world that no plane divides: one kind lies on both sides of the other."""

import numpy as np
import pytest

from bot.brain.nearness import Nearness

CENTRES = {-2.0: True, 0.0: False, 2.0: True}


def around(centre: float, *, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal((centre, 0), 0.3, (count, 2)).astype(np.float32)


def world(seed: int) -> tuple[np.ndarray, np.ndarray]:
    vectors = np.vstack([around(centre, count=20, seed=seed + place) for place, centre in enumerate(CENTRES)])
    inside = np.repeat([*CENTRES.values()], 20)
    return vectors, np.column_stack([inside, ~inside])


@pytest.fixture(scope="module")
def nearness() -> Nearness:
    fitted = Nearness.fit(*world(0), narrowness=1.0, ridge=0.03)
    unseen, marks = world(10)
    fitted.calibrate(fitted.scores(unseen), marks)
    return fitted


@pytest.mark.parametrize(("centre", "is_one_of_them"), CENTRES.items())
def test_what_lies_among_examples_is_of_their_kind(nearness: Nearness, centre: float, is_one_of_them: bool) -> None:
    probabilities = nearness.probabilities(around(centre, count=10, seed=99))
    assert ((probabilities > 0.5) == [is_one_of_them, not is_one_of_them]).all()


def test_what_is_far_from_all_examples_is_of_no_kind(nearness: Nearness) -> None:
    assert nearness.scores(np.array([[50, 50]], np.float32)) == pytest.approx(np.zeros((1, 2)), abs=1e-6)


def test_probabilities_rise_with_scores(nearness: Nearness) -> None:
    scores = np.linspace(0.2, 0.8, 20, dtype=np.float32)
    assert (np.diff(nearness.as_probabilities(np.column_stack([scores, scores])), axis=0) > 0).all()


def test_it_survives_being_kept(nearness: Nearness) -> None:
    vectors, _ = world(20)
    again = Nearness.from_arrays(nearness.arrays())
    assert (again.probabilities(vectors) == nearness.probabilities(vectors)).all()
