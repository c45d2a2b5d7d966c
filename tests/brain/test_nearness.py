"""The kernel on a made-up world that no plane divides: one side lies on both sides of the other."""

import numpy as np
import pytest

from bot.brain.nearness import Nearness

CENTRES = {-2.0: True, 0.0: False, 2.0: True}


def around(centre: float, *, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal((centre, 0), 0.3, (count, 2)).astype(np.float32)


def world(seed: int) -> tuple[np.ndarray, np.ndarray]:
    vectors = np.vstack([around(centre, count=20, seed=seed + place) for place, centre in enumerate(CENTRES)])
    return vectors, np.repeat([*CENTRES.values()], 20)


@pytest.fixture(scope="module")
def nearness() -> Nearness:
    fitted = Nearness.fit(*world(0), narrowness=1.0, ridge=0.03)
    unseen, sides = world(10)
    fitted.calibrate(fitted.scores(unseen), sides)
    return fitted


@pytest.mark.parametrize(("centre", "is_one_of_them"), CENTRES.items())
def test_what_lies_among_examples_is_on_their_side(nearness: Nearness, centre: float, is_one_of_them: bool) -> None:
    probabilities = nearness.probabilities(around(centre, count=10, seed=99))
    assert ((probabilities > 0.5) == is_one_of_them).all()


def test_what_is_far_from_all_examples_is_on_neither_side(nearness: Nearness) -> None:
    assert nearness.scores(np.array([[50, 50]], np.float32)) == pytest.approx([0.0], abs=1e-6)


def test_probabilities_rise_with_scores(nearness: Nearness) -> None:
    assert (np.diff(nearness.as_probabilities(np.linspace(0.2, 0.8, 20, dtype=np.float32))) > 0).all()


def test_it_survives_being_kept(nearness: Nearness) -> None:
    vectors, _ = world(20)
    again = Nearness.from_arrays(nearness.arrays())
    assert (again.probabilities(vectors) == nearness.probabilities(vectors)).all()
