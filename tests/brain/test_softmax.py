import numpy as np
import pytest

from bot.brain.softmax import (
    Softmax,
    _Problem,
    best_temperature,
    example_weights,
    held_out_rows,
    label_rows,
    softmax,
)

GENERATOR = np.random.default_rng(0)


def clouds(count: int, spread: float = 0.3) -> tuple[np.ndarray, list[str]]:
    labels = [label for label in ("a", "b", "c") for _ in range(count)]
    centres = {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0, 1)}
    noise = GENERATOR.normal(0, spread, (len(labels), 3))
    return (np.array([centres[label] for label in labels]) + noise).astype(np.float32), labels


def test_it_tells_clouds_apart() -> None:
    vectors, labels = clouds(40)
    model = Softmax.fit(vectors, labels, strength=10)
    guesses = [model.labels[row] for row in model.probabilities(vectors).argmax(axis=1)]
    assert np.mean([guess == label for guess, label in zip(guesses, labels, strict=True)]) > 0.9


def test_it_finds_what_scikit_learn_finds() -> None:
    from sklearn.linear_model import LogisticRegression

    vectors, labels = clouds(40)
    ours = Softmax.fit(vectors, labels, strength=10).probabilities(vectors)
    theirs = LogisticRegression(C=10, max_iter=500).fit(vectors, labels).predict_proba(vectors)
    assert np.abs(ours - theirs).max() < 0.02


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    vectors, labels = clouds(5)
    problem = _Problem(vectors, label_rows(labels, ["a", "b", "c"]), 3, 2.0)
    point = GENERATOR.normal(0, 1, 12)
    _, gradient = problem.loss_and_gradient(point)
    step = np.eye(12)[4] * 1e-2
    slope = (problem.loss_and_gradient(point + step)[0] - problem.loss_and_gradient(point - step)[0]) / 2e-2
    assert gradient[4] == pytest.approx(slope, rel=0.02, abs=0.01)


def test_a_label_with_many_examples_weighs_no_more_than_the_median() -> None:
    weights = example_weights(np.array([0] * 10 + [1] * 2 + [2] * 2))
    assert weights[:10].sum() == pytest.approx(2)
    assert weights[10:].tolist() == [1, 1, 1, 1]


def test_each_labels_first_example_is_never_held_out() -> None:
    assert held_out_rows(["a", "b", "a", "a", "b"], 2).tolist() == [False, False, True, False, True]


def test_calibration_finds_the_temperature_that_was_put_in() -> None:
    scores = GENERATOR.normal(0, 2, (4000, 5)).astype(np.float32)
    rows = np.array([GENERATOR.choice(5, p=row / row.sum()) for row in softmax(scores).astype(float)])
    assert best_temperature(scores * 2.5, rows) == pytest.approx(2.5, rel=0.15)


def test_probabilities_sum_to_one_even_for_large_scores() -> None:
    assert softmax(np.array([[1e4, -1e4, 0]], np.float32)).sum() == pytest.approx(1)
