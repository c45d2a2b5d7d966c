"""The kernel on a made-up world that no plane divides: one label lies on both sides of the other."""

import numpy as np
import pytest

from bot.brain.kernel import KernelClassifier, Nearness, Space

NEARNESS = Nearness(dimensions=2, narrowness=1.0, ridge=0.03)
CENTRES = {-2.0: "outer", 0.0: "inner", 2.0: "outer"}


def around(centre: float, *, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal((centre, 0), 0.3, (count, 2)).astype(np.float32)


def world(seed: int) -> tuple[np.ndarray, list[str]]:
    vectors = np.vstack([around(centre, count=20, seed=seed + place) for place, centre in enumerate(CENTRES)])
    return vectors, [label for label in CENTRES.values() for _ in range(20)]


@pytest.fixture(scope="module")
def classifier() -> KernelClassifier:
    fitted, _ = KernelClassifier.fit(*world(0), NEARNESS, held_out=0)
    unseen, labels = world(10)
    fitted.calibrate(fitted.scores(unseen), labels)
    return fitted


@pytest.mark.parametrize(("centre", "label"), CENTRES.items())
def test_what_lies_among_examples_has_their_label(classifier: KernelClassifier, centre: float, label: str) -> None:
    best = classifier.probabilities(around(centre, count=10, seed=99)).argmax(axis=1)
    assert {classifier.labels[row] for row in best} == {label}


def test_the_last_examples_are_scored_by_what_the_others_alone_give() -> None:
    vectors, labels = world(0)
    _, scores = KernelClassifier.fit(vectors, labels, NEARNESS, held_out=25)
    space = Space.of(vectors, dimensions=2, narrowness=1.0)
    seen, unseen = space.kernel(vectors)[:35, :35], space.kernel(vectors[35:])[:, :35]
    marks = np.array([[label == known for known in ("inner", "outer")] for label in labels[:35]], float)
    assert scores == pytest.approx(unseen @ np.linalg.solve(seen + 0.03 * np.eye(35), marks), abs=1e-3)


def test_what_is_far_from_all_examples_scores_for_no_label(classifier: KernelClassifier) -> None:
    assert classifier.scores(np.array([[50, 50]], np.float32)) == pytest.approx(np.zeros((1, 2)), abs=1e-6)


def test_probabilities_add_up_to_one(classifier: KernelClassifier) -> None:
    assert classifier.probabilities(world(30)[0]).sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_directions_that_tell_little_are_left_out() -> None:
    vectors = np.array([[3, 0, 0.1], [0, 2, 0.1]], np.float32)
    space = Space.of(vectors, dimensions=2, narrowness=0.1)
    assert space.kernel(vectors) == pytest.approx(np.exp(-0.1 * np.array([[0, 13], [13, 0]])), abs=0.01)


def test_calibration_makes_of_scores_the_share_that_is_right() -> None:
    space = Space.of(np.zeros((1, 2), np.float32), dimensions=2, narrowness=1.0)
    classifier = KernelClassifier([*"abc"], space, np.zeros((1, 3), np.float32))
    scores = np.eye(3, dtype=np.float32).repeat(100, axis=0)
    labels = [*"a" * 80, *"b" * 10, *"c" * 10, *"b" * 100, *"c" * 100]
    classifier.calibrate(scores, labels)
    assert classifier.as_probabilities(scores[:1])[0, 0] == pytest.approx(0.8, abs=0.03)


def test_it_survives_being_kept(classifier: KernelClassifier) -> None:
    vectors, _ = world(20)
    again = KernelClassifier.from_arrays(classifier.labels, classifier.arrays())
    assert (again.probabilities(vectors) == classifier.probabilities(vectors)).all()
